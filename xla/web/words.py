"""Words: the pages write figures, periods and verdicts as the report does."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xla.core.agreement import Kpi
from xla.documents.figures import Figures
from xla.documents.words import MARKS, VERDICTS

FIGURES = Figures("en")


def value(exact: Fraction | None, kpi: Kpi) -> str:
    """A KPI's value, with as many decimals as keep it on its side of the thresholds."""
    return FIGURES.value(exact, kpi.metric, kpi.thresholds)


def threshold(limit: Decimal, kpi: Kpi) -> str:
    """A floor or target, exactly as agreed."""
    return FIGURES.threshold(limit, kpi.metric)


def period_name(start: date, end: date) -> str:
    """May 2018, Q2 2018, or 2018."""
    return FIGURES.period(start, end)


filters: dict[str, Callable[..., Any]] = {
    "value": value,
    "threshold": threshold,
    "score": FIGURES.score,
    "count": FIGURES.number,
    "verdict_mark": MARKS.__getitem__,
    "verdict_word": VERDICTS.__getitem__,
}
