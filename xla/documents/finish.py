"""Finishing touches on the PDF's objects, where WeasyPrint 70 falls short of PDF/A and PDF/UA.

Called by WeasyPrint just before it writes the file (its public `finisher`).
"""

import zlib
from typing import Any

AMBIGUOUS = b"\r\nendstream"
"""Data that ends in a carriage return: a strict reader takes it for a part of the line end."""


def finish(_document: Any, pdf: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Metadata readable as text, streams packed once, attachments listed once, header cells with a scope."""
    _object(pdf, pdf.catalog["Metadata"]).compress = False
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    for element in pdf.objects:
        if getattr(element, "compress", False):
            pack(element)
        elif isinstance(element, dict) and element.get("S") == "/TH":
            element["A"]["Scope"] = "/Column" if _is_in_head(pdf, element) else "/Row"


def finish_again(document: Any, pdf: Any) -> None:  # noqa: ANN401 - as above
    """The same, with one harmless entry more, so that the table of objects packs to other bytes."""
    finish(document, pdf)
    pdf.info["Trapped"] = "/Unknown"


def pack(stream: Any) -> None:  # noqa: ANN401 - as above
    """Compress here what WeasyPrint would compress twice; leave plain what would end ambiguously."""
    stream.compress = False
    plain = stream.data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    packed = zlib.compress(plain, 9)
    if not packed.endswith(b"\r"):
        stream.stream = [packed]
        stream.extra["Filter"] = "/FlateDecode"


def _is_in_head(pdf: Any, cell: Any) -> bool:  # noqa: ANN401 - as above
    row = _object(pdf, cell["P"])
    return bool(_object(pdf, row["P"])["S"] == "/THead")


def _object(pdf: Any, reference: bytes | str) -> Any:  # noqa: ANN401 - as above
    """What a reference such as `12 0 R` stands for."""
    return pdf.objects[int(reference.split()[0])]
