"""The poster of a rating point: what is asked, a QR code, the link in clear text, the promise; one page.

Set in `rem`, so that A4 and A5 are one design; the door sign stands across. Black on white.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal, get_args

from xla.core.agreement import Language
from xla.documents import faces, qr
from xla.documents.page import environment
from xla.documents.paper import Paper
from xla.documents.printable import printable
from xla.documents.templates import TEMPLATES
from xla.documents.words import Words

Size = Literal["a4", "a5", "door"]
SIZES: tuple[Size, ...] = get_args(Size)
PAGES: dict[Size, str] = {
    "a4": "@page{size:210mm 297mm}html{font-size:10pt}",
    "a5": "@page{size:148mm 210mm}html{font-size:7.05pt}",
    "door": "@page{size:148mm 105mm}html{font-size:7pt}",
}
MOST_LANGUAGES: dict[Size, int] = {"a4": 3, "a5": 3, "door": 2}
"""On one page; more would leave nothing legible from two metres."""
STEPS = ((36, "xl"), (70, "l"), (110, "m"), (220, "s"))
"""Letters of a text, and how large it is set so that it stays in its place."""
HOSTS = ((24, "l"), (31, "m"))
"""Letters of a host, and how large it is set."""
LONGEST_PLACE = 48
LONGEST_QUESTION = 320
LONGEST_PROMISE = 260
"""Letters that are set; of longer texts the beginning is, with an ellipsis."""


@dataclass(frozen=True)
class Side:
    """What the poster says in one language."""

    language: Language
    question: str
    more: int
    """Questions that follow the first."""
    promise: str
    site: str
    """The site, or what the rating point is called."""
    moment: str
    """The touchpoint, or ''."""


@dataclass(frozen=True)
class Poster:
    """What stands on the page."""

    size: Size
    sides: tuple[Side, ...]
    """The first is set largest."""
    scores: int
    """How many answers the first question has."""
    address: str
    provider: str
    logo: bytes | None
    """A PNG."""
    dated: str
    """An ISO 8601 instant."""


@dataclass(frozen=True)
class Said:
    """One language, ready to be set."""

    language: Language
    question: str
    size: str
    more: str
    scan: str
    go: str
    easy: str
    anonymous: str
    promised: str
    promise: str
    promise_size: str
    places: tuple[str, ...]


def compose(poster: Poster) -> Paper:
    """The poster as paper: a pure function of its values."""
    most = LONGEST_PLACE // 2 if poster.size == "door" else LONGEST_PLACE
    sides = poster.sides[: MOST_LANGUAGES[poster.size]]
    said = [_said(side, len(sides), most) for side in sides]
    host, path = cut(poster.address)
    first = said[0]
    html = (
        environment(first.language)
        .get_template("poster/poster.html")
        .render(
            said=said,
            first=first,
            others=said[1:],
            scans=_others(said, "scan"),
            goes=list(dict.fromkeys(each.go for each in said)),
            assured=list(dict.fromkeys(f"{each.easy} {each.anonymous}" for each in said)),
            size=poster.size,
            faces=faces.row(poster.scores),
            code=qr.svg(poster.address, poster.address),
            host=host.split("."),
            host_size=host_size(host),
            path=path,
            provider=poster.provider,
            logo=picture(poster.logo),
            dated=poster.dated,
        )
    )
    return Paper(
        html=printable(html),
        styles=(PAGES[poster.size], *styles("poster/poster.css")),
        attached=(),
        dated=poster.dated,
    )


def styles(name: str) -> tuple[str, str]:
    """The fonts and the sheet's own style."""
    return tuple((TEMPLATES / each).read_text(encoding="utf-8") for each in ("poster/fonts.css", name))  # type: ignore[return-value]  # two of them


def picture(png: bytes | None) -> str:
    """A picture inside the page itself; empty where there is none."""
    return f"data:image/png;base64,{b64encode(png).decode()}" if png else ""


def scaled(text: str) -> str:
    """How large a text of its length is set."""
    return next((name for most, name in STEPS if len(text) <= most), "xs")


def host_size(host: str) -> str:
    """How large a host is set so that it stays on one line."""
    return next((name for most, name in HOSTS if len(host) <= most), "s")


def cut(address: str) -> tuple[str, str]:
    """The address as people type it: its host, then the rest."""
    host, _, path = address.partition("://")[2].partition("/")
    return host, f"/{path}"


def short(text: str, most: int) -> str:
    """The text on one line; the beginning of one that is too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip(" .,;:") + "…"


def _others(said: list[Said], name: str) -> list[str]:
    """What the other languages say, unless it is the same."""
    first, *others = (getattr(each, name) for each in said)
    return [text for text in dict.fromkeys(others) if text != first]


def _said(side: Side, languages: int, longest_place: int) -> Said:
    words = Words(side.language)
    question = short(side.question, LONGEST_QUESTION // languages)
    promise = short(side.promise, LONGEST_PROMISE)
    more = words.plural("and one more question", "and %(count)s more questions", side.more)
    return Said(
        language=side.language,
        question=question,
        size=scaled(question),
        more=more % {"count": side.more} if side.more else "",
        scan=words("Scan with your phone’s camera"),
        go=words("or go to"),
        easy=words("One tap is enough."),
        anonymous=words("Anonymous. No name, no app, no cookies."),
        promised=words("Our promise"),
        promise=promise,
        promise_size=scaled(promise),
        places=tuple(short(each, longest_place) for each in (side.site, side.moment) if each),
    )
