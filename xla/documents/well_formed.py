"""Well-formed paper: our HTML read by Python's XML parser, which is written in C, dressed from a lean sheet.

WeasyPrint's HTML parser is written in Python and its own style sheet knows every element there is: together
they cost a seventh of a report's time. A tenth goes into asking of each piece of a PDF what it is not. Three
hooks of WeasyPrint 70 that are not public stand here and nowhere else; a test compares the bytes with those
of the plain way.
"""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from xla.documents.paper import RenderFailed
from xla.documents.templates import TEMPLATES

VOID = re.compile(r"<(br|col|hr|img|link|meta|wbr)\b([^<>]*?)/?>")
"""Elements without an end, which XML wants to see ended."""
START = TEMPLATES / "paper" / "start.css"
KNOWN = {
    "b", "blockquote", "body", "br", "caption", "col", "colgroup", "div", "em", "h1", "h2", "h3", "head",
    "html", "i", "img", "link", "meta", "p", "section", "small", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "title", "tr", "wbr",
}  # fmt: skip
"""What the lean sheet has rules for, or needs none for; pictures (SVG) aside."""


def html(library: Any, text: str, fetcher: Any) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """The page for WeasyPrint. Raises RenderFailed where it is not well-formed, or has strange elements."""
    return _reader(library)(_tree(text), fetcher)


def quick_bytes(library: Any) -> None:  # noqa: ANN401 - as above
    """From now on a PDF's pieces become bytes without asking of each whether it is one kind after another."""
    writer = library.pdf.pydyf
    writer._to_bytes = _quick(writer._to_bytes)  # noqa: SLF001 - the hook


def _quick(plain: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    @wraps(plain)
    def to_bytes(item: Any) -> bytes:  # noqa: ANN401 - whatever stands in a PDF
        kind = type(item)
        if kind is bytes:
            return item  # type: ignore[no-any-return]  # by its kind
        if kind is str:
            return item.encode("ascii")  # type: ignore[no-any-return]  # as above
        if kind is int or (kind is float and item % 1 == 0):
            return b"%d" % item
        if kind is float:
            return (b"%f" % item).rstrip(b"0")
        return plain(item)

    return to_bytes


def _tree(text: str) -> Element:
    try:
        tree = fromstring(VOID.sub(r"<\1\2/>", text))  # noqa: S314 - our own templates, in which all is escaped
    except ParseError as problem:
        raise RenderFailed(f"The page is not well-formed: {problem}") from problem
    except SystemError as problem:  # what the parser raises when there is no memory left
        raise MemoryError from problem
    names = {each.tag for each in tree.iter() if isinstance(each.tag, str) and not each.tag.startswith("{")}
    if strange := sorted(names - KNOWN):
        raise RenderFailed(f"The style sheet all paper starts from does not know {', '.join(strange)}.")
    return tree


@cache
def _reader(library: Any) -> Any:  # noqa: ANN401 - as above
    from cssselect2 import ElementWrapper  # noqa: PLC0415 - comes with WeasyPrint

    quick_bytes(library)
    start = library.CSS(string=START.read_text(encoding="utf-8"))

    class WellFormed(library.HTML):  # type: ignore[misc]  # as above
        """WeasyPrint's page, from a tree."""

        def __init__(self, tree: Element, fetcher: Any) -> None:  # noqa: ANN401 - as above
            self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(tree, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 - its signature
            return [start]

    return WellFormed
