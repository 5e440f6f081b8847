"""A sheet of labels: one for each rating point of a building, on A4, to be cut or peeled off."""

from dataclasses import dataclass
from typing import Literal, get_args

from xla.core.agreement import Language
from xla.documents import qr
from xla.documents.page import environment
from xla.documents.paper import Paper
from xla.documents.poster import cut, host_size, short, styles
from xla.documents.printable import printable
from xla.documents.words import Words

Grid = Literal["3x8", "2x5"]
GRIDS: tuple[Grid, ...] = get_args(Grid)
MOST_LABELS = 240
"""Ten sheets of the smaller; printing more takes longer than anybody waits."""


@dataclass(frozen=True)
class _Sheet:
    """Where labels lie, in millimetres, as they are sold on sheets of A4."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float
    longest: int
    """Letters of a name that fit beside the code."""


SHEETS: dict[Grid, _Sheet] = {
    "3x8": _Sheet(3, 8, 70, 37, 0, 0.5, 0, 40),
    "2x5": _Sheet(2, 5, 99.1, 57, 4.65, 6, 2.5, 60),
}


@dataclass(frozen=True)
class Label:
    """One rating point."""

    title: str
    around: str
    """The site around it, or its touchpoint."""
    question: str
    address: str


@dataclass(frozen=True)
class Labels:
    """All of them, in the order in which they are put up."""

    grid: Grid
    title: str
    language: Language
    labels: tuple[Label, ...]
    provider: str
    dated: str
    """An ISO 8601 instant."""


@dataclass(frozen=True)
class Placed:
    """One label where it lies on its sheet."""

    x: float
    y: float
    title: str
    around: str
    question: str
    code: str
    host: list[str]
    """Its parts, so that it is broken at a dot where it must be."""
    host_size: str
    path: str


def compose(labels: Labels) -> Paper:
    """The sheets as paper: a pure function of their values."""
    sheet, words = SHEETS[labels.grid], Words(labels.language)
    full = sheet.columns * sheet.rows
    html = (
        environment(labels.language)
        .get_template("poster/labels.html")
        .render(
            language=labels.language,
            title=labels.title,
            provider=labels.provider,
            dated=labels.dated,
            grid=labels.grid,
            marks=_marks(sheet),
            sheets=[
                [
                    _placed(label, place, sheet)
                    for place, label in enumerate(labels.labels[start : start + full])
                ]
                for start in range(0, len(labels.labels), full)
            ],
            scan=words("Scan. One tap is enough."),
            anonymous=words("Anonymous"),
        )
    )
    return Paper(printable(html), styles("poster/labels.css"), (), labels.dated)


def _placed(label: Label, place: int, sheet: _Sheet) -> Placed:
    row, column = divmod(place, sheet.columns)
    host, path = cut(label.address)
    return Placed(
        x=round(sheet.left + column * (sheet.width + sheet.gap), 2),
        y=round(sheet.top + row * sheet.height, 2),
        title=short(label.title, sheet.longest),
        around=short(label.around, sheet.longest),
        question=short(label.question, sheet.longest * 2),
        code=qr.svg(label.address, label.address),
        host=host.split("."),
        host_size=host_size(host),
        path=path,
    )


def _marks(sheet: _Sheet) -> str:
    """A small cross where labels meet, as one path in millimetres."""
    xs = [
        x
        for column in range(sheet.columns)
        for left in (sheet.left + column * (sheet.width + sheet.gap),)
        for x in (left, left + sheet.width)
    ]
    ys = [sheet.top + row * sheet.height for row in range(sheet.rows + 1)]
    crosses = dict.fromkeys((round(x, 2), round(y, 2)) for x in xs for y in ys)
    return "".join(f"M{x - 1.5:g} {y:g}h3M{x:g} {y - 1.5:g}v3" for x, y in crosses)
