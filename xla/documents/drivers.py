"""Drivers: what goes with the overall score, on paper."""

from dataclasses import dataclass

from markupsafe import Markup

from xla.documents.chart_focus import driver_bar
from xla.documents.figures import HARD_SPACE, Figures
from xla.documents.why_data import DriverLine, DriversTold
from xla.documents.words import Words


@dataclass(frozen=True)
class DriverRow:
    """One question."""

    place: str
    text: str
    chart: Markup
    share: str
    interval: str


@dataclass(frozen=True)
class DriverPart:
    """The drivers, largest share first."""

    sub: str
    level: str
    """What the intervals are called."""
    rows: tuple[DriverRow, ...]
    ties: str
    """Which neighbours cannot be told apart; '' where all can."""


def driver_part(told: DriversTold, words: Words) -> DriverPart:
    """The table with its sentences."""
    figures = Figures(words.language)
    widest = max(max(line.share, line.high) for line in told.lines)
    sub = words("“%(question)s” Shares of R² = %(r2)s; %(n)s of %(answered)s answered everything.") % {
        "question": told.question,
        "r2": _percent(told.r2, figures),
        "n": figures.number(told.n),
        "answered": figures.number(told.answered),
    }
    level = words("%(level)s interval") % {"level": _percent(95, figures)}
    rows = tuple(_row(place, line, widest, words) for place, line in enumerate(told.lines, start=1))
    return DriverPart(sub, level, rows, _ties(told.lines, words))


def _row(place: int, line: DriverLine, widest: int, words: Words) -> DriverRow:
    figures = Figures(words.language)
    share = _percent(line.share, figures)
    interval = f"{figures.number(line.low)}–{figures.number(line.high)}"
    title = words("%(question)s %(share)s, interval %(interval)s") % {
        "question": line.text,
        "share": share,
        "interval": interval,
    }
    return DriverRow(
        figures.number(place), line.text, driver_bar(line.share, (line.low, line.high), widest, title),
        share, interval,
    )  # fmt: skip


def _ties(lines: tuple[DriverLine, ...], words: Words) -> str:
    figures = Figures(words.language)
    pairs = [
        words("%(one)s or %(next)s") % {"one": figures.number(place), "next": figures.number(place + 1)}
        for place, line in enumerate(lines[:-1], start=1)
        if not line.is_clear
    ]
    return words("Cannot tell which is first: %(pairs)s.") % {"pairs": "; ".join(pairs)} if pairs else ""


def _percent(whole: int, figures: Figures) -> str:
    return figures.number(whole) + f"{HARD_SPACE}%"
