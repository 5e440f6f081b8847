"""Words: how the pages write figures, days and verdicts."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from xla.core.agreement import Kpi, Metric

NO_BREAK, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
IN_PERCENT = frozenset({Metric.CSAT, Metric.SHARE, Metric.CES_AGREE, Metric.RATE})
MARKS = {"met": "●", "at_risk": "▲", "breached": "■", "inconclusive": "◇", "no_data": "○"}
VERDICTS = {
    "met": "Met",
    "at_risk": "At risk",
    "breached": "Breached",
    "inconclusive": "Inconclusive",
    "no_data": "No data",
}


def figure(value: Fraction | Decimal | None, kpi: Kpi | None = None) -> str:
    """One decimal, half up, true minus; with its unit where the KPI is a share."""
    if value is None:
        return "–"
    exact = Fraction(value)
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{rounded:,}".replace(",", THIN).replace("-", "\N{MINUS SIGN}")
    return f"{text}{NO_BREAK}%" if kpi and kpi.metric in IN_PERCENT else text


def count(number: int) -> str:
    """A whole number with thin spaces."""
    return f"{number:,}".replace(",", THIN)


def period_name(start: date, end: date) -> str:
    """May 2018, April to June 2018, or 2018."""
    last = end - timedelta(days=1)
    if (start.year, start.month) == (last.year, last.month):
        return format_date(start, "MMMM y", locale="en")
    if (start.month, last.month) == (1, 12):
        return str(start.year)
    return f"{format_date(start, 'MMMM', locale='en')} to {format_date(last, 'MMMM y', locale='en')}"


filters: dict[str, Callable[..., Any]] = {
    "figure": figure,
    "count": count,
    "verdict_mark": MARKS.__getitem__,
    "verdict_word": VERDICTS.__getitem__,
}
