"""History: every commitment's verdicts, period by period."""

from dataclasses import dataclass

from markupsafe import Markup

from xla.documents import charts
from xla.documents.commitments import number
from xla.documents.report_data import ReportData
from xla.documents.words import Words


@dataclass(frozen=True)
class History:
    """One row of marks for each commitment, under one axis."""

    heading: str
    axis: Markup
    rows: tuple[tuple[str, str, Markup], ...]


def history(data: ReportData) -> History | None:
    """The verdicts over time; None where there is no past."""
    longest = max((kpi.trend for kpi in data.kpis), key=len, default=())
    if len(longest) < 2:  # noqa: PLR2004 - one period is no history
        return None
    periods = [point.start for point in longest]
    rows = tuple(
        (number(index), kpi.title, charts.verdict_row(kpi, periods, language=data.language))
        for index, kpi in enumerate(data.kpis)
    )
    words = Words(data.language)
    heading = words("Verdicts over %(count)s periods") % {"count": len(longest)}
    return History(heading, charts.verdict_axis(longest, language=data.language), rows)
