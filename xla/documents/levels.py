"""Levels: where a value stands against floor and target, and how sure that is."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from xla.core.verdict import Thresholds
from xla.documents.report_data import KpiResult, SiteCell


class Level(StrEnum):
    """Where a value at a site stands, worst first; the last four have no value to show."""

    CLEAR = "clearly"
    """The whole interval is worse than the floor."""
    BELOW = "below"
    BETWEEN = "between"
    GOOD = "good"
    FEW = "few"
    """Fewer answers than a verdict needs."""
    NONE = "none"
    HIDDEN = "hidden"
    OUTSIDE = "outside"


GLYPHS = {Level.CLEAR: "■", Level.BELOW: "▼", Level.BETWEEN: "▲", Level.GOOD: "●"}


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


LEVELS = {
    Level.CLEAR: _("clearly worse than floor"),
    Level.BELOW: _("worse than floor, not certain"),
    Level.BETWEEN: _("between floor and target"),
    Level.GOOD: _("at target or better"),
}
NOTES = {
    Level.FEW: _("n: fewer answers than agreed for a verdict, so only their number is told."),
    Level.HIDDEN: _("×: fewer than 5 answers, or withheld because subtraction would reveal such a value."),
    Level.NONE: _("0: no answers."),
    Level.OUTSIDE: _("–: not measured there."),
}


def level_of(cell: SiteCell, kpi: KpiResult) -> Level:
    """Where a cell stands, by its exact value; the whole interval where it has one."""
    if cell.outside:
        return Level.OUTSIDE
    if cell.hidden:
        return Level.HIDDEN
    if cell.value is None or not cell.n:
        return Level.NONE
    if cell.n < kpi.thresholds.min_responses:
        return Level.FEW
    return level_at(cell.value, cell.low, cell.high, kpi.thresholds)


def level_at(value: Fraction, low: float | None, high: float | None, terms: Thresholds) -> Level:
    """Where a value with its interval stands against floor and target; not clearly below without one."""
    side = 1 if terms.higher_is_better else -1
    if side * _beyond(value, terms.target) >= 0:
        return Level.GOOD
    if side * _beyond(value, terms.floor) >= 0:
        return Level.BETWEEN
    best = high if terms.higher_is_better else low
    return Level.BELOW if best is None or side * (best - float(terms.floor)) >= 0 else Level.CLEAR


def _beyond(value: Fraction, limit: Decimal) -> int:
    """Positive above the limit, 0 at it; in whole numbers, as it is asked of each cell."""
    above, below = value.as_integer_ratio()
    whole, parts = limit.as_integer_ratio()
    return above * parts - whole * below
