"""The screen: a report's pages for a browser, from the HTML and the style sheets of the paper.

The style sheets hold within `.paper` only, in nested rules, so that they change nothing of the page around.
Charts lose their classes: on the sheet, which is white whatever the reader prefers, the colours they were
drawn with hold.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape, unescape

from markupsafe import Markup

from xla.documents.page import STYLES
from xla.documents.templates import TEMPLATES
from xla.documents.typefaces import FILES

MANY_COLUMNS = 3
"""From so many columns on a table scrolls in its own region where the screen is narrow."""
GLOBAL = ("@page", "@font-face")
ROOTS = {"html": "&", "body": "&"}

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_CHART = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_CLASS = re.compile(r' class="[^"]*"')
_PART = re.compile(r"<(h[12])\b[^>]*>(.*?)</\1>|<table\b.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_EMPTY_HEAD = re.compile(r"<th\b[^>]*></th>")
_COLUMN = re.compile(r"<col\b")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sheets(html: str) -> Markup:
    """What stands between `<body>` and `</body>`, wide tables in regions that scroll and have a name."""
    found = _BODY.search(html)
    body = _CHART.sub(lambda chart: _CLASS.sub("", chart[0]), found[1] if found else "")
    body = _EMPTY_HEAD.sub("<td></td>", body)
    name = ""

    def part(told: re.Match[str]) -> str:
        nonlocal name
        if told[1]:
            name = " ".join(unescape(_TAG.sub("", told[2])).split())
            return told[0]
        if len(_COLUMN.findall(told[0])) < MANY_COLUMNS:
            return told[0]
        return f'<div class="wide" role="group" tabindex="0" aria-label="{escape(name)}">{told[0]}</div>'

    return Markup(_PART.sub(part, body))  # noqa: S704 -- escaped when it was composed


@cache
def stylesheet(fonts: str) -> str:
    """The style sheet of the sheets; `fonts` is the address of the folder of typefaces."""
    inside: list[str] = []
    outside: list[str] = []
    for name in STYLES:
        for head, rule in _rules((TEMPLATES / name).read_text(encoding="utf-8")):
            (outside if head.startswith(GLOBAL) else inside).append(f"{ROOTS.get(head, head)} {rule}")
    screen = (TEMPLATES / "report" / "screen.css").read_text(encoding="utf-8")
    css = "\n".join([*outside, ".paper {", *inside, "}", screen])
    for file in FILES:
        css = css.replace(f"asset:{file.name}", f"{fonts}/{file.name}")
    return css


@cache
def version() -> str:
    """New whenever the style sheet is: browsers may keep it as long as it is not."""
    return sha256(stylesheet("").encode()).hexdigest()[:10]


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Each rule's head and its block, braces included."""
    plain = _COMMENT.sub("", css)
    start = depth = 0
    head = ""
    for place, letter in enumerate(plain):
        if letter == "{":
            if not depth:
                head, start = plain[start:place].strip(), place
            depth += 1
        elif letter == "}":
            depth -= 1
            if not depth:
                yield head, plain[start : place + 1]
                start = place + 1
