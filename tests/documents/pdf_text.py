"""What a PDF says: its drawn text, its alternative texts and its attached files."""

import io
import re
from typing import Any

import pikepdf


def open_pdf(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """The drawn text, page by page, decoded by each font's own ToUnicode table."""
    texts = []
    with open_pdf(pdf) as document:
        for page in document.pages:
            maps = {str(name): _to_unicode(font) for name, font in page.Resources.Font.items()}
            texts.append(_spaced(_drawn(page, page.Resources, maps)))
    return texts


def text_of(pdf: bytes) -> str:
    return "\n".join(page_texts(pdf))


def alternatives(pdf: bytes) -> list[str]:
    """The alternative texts of its figures."""
    with open_pdf(pdf) as document:
        return [
            str(item.Alt)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]


def attached(pdf: bytes) -> dict[str, bytes]:
    """Its files by name."""
    with open_pdf(pdf) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def _drawn(content: Any, resources: Any, maps: dict[str, dict[str, str]]) -> str:
    out, font = [], {}
    for operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        if name == "Tf":
            font = maps[str(operands[0])]
        elif name == "TJ":
            out.append(
                "".join(_decoded(part, font) for part in operands[0] if isinstance(part, pikepdf.String))
            )
            out.append("\n")
        elif name == "Tj":
            out.append(_decoded(operands[0], font))
        elif name == "Do":
            form = resources.XObject[operands[0]]
            if form.get("/Subtype") == "/Form":
                out.append(_drawn(form, form.get("/Resources", resources), maps))
    return "".join(out)


def _decoded(part: Any, font: dict[str, str]) -> str:
    codes = bytes(part).hex()
    return "".join(font.get(codes[start : start + 4], "\ufffd") for start in range(0, len(codes), 4))


def _to_unicode(font: Any) -> dict[str, str]:
    table = font.ToUnicode.read_bytes().decode()
    return {
        code.lower(): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", table)
    }


def _spaced(text: str) -> str:
    return re.sub(r"[\u00a0\u2009\u202f ]+", " ", text)
