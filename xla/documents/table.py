"""Table: one sheet of figures, each cell as it is printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Metric
from xla.core.verdict import Thresholds
from xla.documents.figures import PERCENT, Figures, agreed, half_up, printed, rounded
from xla.documents.report_data import KpiResult
from xla.documents.words import Words

FEW = "<5"


@dataclass(frozen=True)
class Per100:
    """A number that is shown as per cent: 72.3 % is 0.723 in its cell."""

    value: Decimal
    """In per cent, as printed."""


Cell = str | int | Decimal | Per100 | date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One sheet."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def value(exact: Fraction | None, kpi: KpiResult) -> Cell:
    """A KPI's value; nothing where there is none."""
    return measured(exact, kpi.metric, kpi.thresholds)


def measured(exact: Fraction | None, metric: Metric, terms: Thresholds) -> Cell:
    """A value against what is agreed; nothing where there is none."""
    return None if exact is None else shown(printed(exact, metric, terms), metric)


def bound(edge: float | None, metric: Metric) -> Cell:
    """A bound of an interval."""
    return None if edge is None else shown(rounded(edge, metric), metric)


def limit(threshold: Decimal, metric: Metric) -> Cell:
    """A target or a floor, exactly as agreed."""
    return shown(agreed(threshold), metric)


def shown(number: Decimal, metric: Metric) -> Cell:
    """A printed number in the metric's unit."""
    return Per100(number) if metric in PERCENT else number


def share(part: Fraction | None, decimals: int = 1) -> Cell:
    """A share of 0..1."""
    return None if part is None else Per100(half_up(100 * part, decimals))


def likelihood(chance: float | None, words: Words) -> Cell:
    """A chance as a number, or what stands on paper where it is nearly 0 or 1."""
    if chance is None:
        return None
    percent = half_up(100 * Fraction(chance), 0)
    return Per100(percent) if 1 <= percent <= 99 else Figures(words.language).chance(chance)  # noqa: PLR2004 - per cent
