"""What may be seen: a report's values without those that are hidden, taken out before anything is written."""

from dataclasses import replace

from xla.core.measurement import Measurement
from xla.documents.counted import hide
from xla.documents.report_data import KpiResult, ReportData, SiteCell, TrendPoint

COUNTS_FROM = 8
"""Answers from which a distribution is shown (domain, section 9)."""


def visible(data: ReportData) -> ReportData:
    """`data` without any figure that stands for people too few to be shown."""
    hidden = {kpi.key for kpi in data.kpis if kpi.hidden}
    return replace(
        data,
        kpis=tuple(_kpi(kpi) for kpi in data.kpis),
        sites=tuple(replace(row, cells=tuple(_cell(cell) for cell in row.cells)) for row in data.sites),
        counts={
            key: counts
            for key, counts in data.counts.items()
            if key not in hidden and sum(counts.values()) >= COUNTS_FROM
        },
        counted=hide(data.counted, hidden),
    )


def _kpi(kpi: KpiResult) -> KpiResult:
    """Score counts go too: what may be shown of them stands in the report's own `counts`."""
    trend = tuple(_point(point) for point in kpi.trend)
    if not kpi.hidden:
        return replace(kpi, trend=trend, measurement=replace(kpi.measurement, counts={}))
    return replace(
        kpi,
        measurement=Measurement(n=0, value=None, low=None, high=None),
        chance_below_floor=None,
        more_ratings_needed=None,
        points=None,
        trend=(*trend[:-1], _blank(trend[-1])) if trend else (),
    )


def _point(point: TrendPoint) -> TrendPoint:
    return _blank(point) if point.value is None else point


def _blank(point: TrendPoint) -> TrendPoint:
    return replace(point, n=0, value=None, low=None, high=None)


def _cell(cell: SiteCell) -> SiteCell:
    """A hidden cell says nothing more: which of two was hidden for the other is not told."""
    return replace(cell, n=None, value=None, verdict=None, low=None, high=None) if cell.hidden else cell
