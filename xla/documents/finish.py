"""Finishing touches on the PDF's objects, where WeasyPrint 70 falls short of PDF/A and PDF/UA.

Called by WeasyPrint just before it writes the file (its public `finisher`).
"""

import zlib
from collections.abc import Iterator
from typing import Any

AMBIGUOUS = b"\r\nendstream"
"""Data that ends in a carriage return: a strict reader takes it for a part of the line end."""

PLAIN = frozenset({bytes, str})
"""What stands on a page between the numbers of what is marked."""


def finish(_document: Any, pdf: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Metadata readable as text, streams packed once, attachments listed once, header cells with a scope.

    What stands in the margins of each page is an artifact, and no part of what is read out.
    """
    _object(pdf, pdf.catalog["Metadata"]).compress = False
    margins_aside(pdf)
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


def margins_aside(pdf: Any) -> None:  # noqa: ANN401 - as above
    """Mark as artifacts what WeasyPrint tags and then leaves out of the tree: the heads and feet of pages."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    top = root["K"][0]
    kept = set(_object(pdf, top)["K"])
    elements: list[Any] = [each for each in pdf.objects if isinstance(each, dict)]
    loose = [each for each in elements if each.get("P") == top and each.reference not in kept]
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for page_number, page in enumerate(pdf.page_references):
        content = _object(pdf, _object(pdf, page)["Contents"]).stream
        places = {each["MCID"]: index for index, each in enumerate(content) if type(each) not in PLAIN}
        for mcid in (mcid for each in loose if each["Pg"] == page for mcid in _marked(pdf, each)):
            content[places[mcid] - 1 : places[mcid] + 1] = [b"/Artifact", b"<</Type /Pagination>>"]
            numbers[2 * page_number + 1][mcid] = "null"
    for each in loose:
        _cleared(pdf, each)


def _marked(pdf: Any, element: Any) -> Iterator[int]:  # noqa: ANN401 - as above
    """The numbers of the content inside an element."""
    for kid in element["K"]:
        yield from [kid] if isinstance(kid, int) else _marked(pdf, _object(pdf, kid))


def _cleared(pdf: Any, element: Any) -> None:  # noqa: ANN401 - as above
    for kid in element["K"]:
        if not isinstance(kid, int):
            _cleared(pdf, _object(pdf, kid))
    element.clear()


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
