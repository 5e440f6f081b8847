"""Cells: what stands in a table beside a KPI's name - evidence, sparkline and shares - as small SVGs.

Measured in pixels of the page; colours are presentation attributes that the page's stylesheet overrides.
"""

from collections.abc import Sequence

from markupsafe import Markup

from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.evidence_scale import EVIDENCE_FROM, EVIDENCE_TO, along, share, step
from xla.documents.findings import Findings
from xla.documents.report_data import KpiResult, TrendPoint

EVIDENCE = (240.0, 44.0)
SPARKLINE = (96.0, 36.0)
BAR = (240.0, 18.0)
_MIDDLE, _RADIUS = 22.0, 5.5


def evidence_cell(kpi: KpiResult, *, language: Language = "en") -> Markup:
    """Value and interval on the axis that the table's column draws; ends beyond it become arrows."""
    measured = kpi.measurement
    title = Findings(language).evidence(kpi)
    if measured.value is None or kpi.hidden:
        return _picture(EVIDENCE, title, [], "evidence-cell")
    colour = shapes.COLOURS[kpi.verdict]
    parts = []
    if measured.low is not None and measured.high is not None:
        low, high = sorted(step(kpi, bound) for bound in (measured.low, measured.high))
        parts += _bar(low, high, kpi.verdict, colour)
    at = along(step(kpi, float(measured.value)), EVIDENCE[0])
    spot = (min(max(at, 8.0), EVIDENCE[0] - 8.0), _MIDDLE)
    parts.append(shapes.marks(kpi.verdict, [spot], _RADIUS, colour))
    return _picture(EVIDENCE, title, parts, "evidence-cell")


def sparkline(kpi: KpiResult, points: Sequence[TrendPoint], *, language: Language = "en") -> Markup:
    """The evidence scale turned upright: the periods' values, floor solid, target dashed, the last marked."""
    width, height = SPARKLINE
    count = max(len(points) - 1, 1)
    places = [
        None
        if point.value is None
        else (6 + index * (width - 14) / count, _height(step(kpi, float(point.value)), height))
        for index, point in enumerate(points)
    ]
    floor, target = _height(0.0, height), _height(1.0, height)
    parts = [
        shapes.stroke(shapes.line((0, floor), (width, floor)), "spark-floor", shapes.HAIRLINE, 1),
        shapes.stroke(shapes.line((0, target), (width, target)), "spark-target", shapes.HAIRLINE, 1, "3 3"),
        shapes.stroke(shapes.polyline(places), "spark-line", shapes.GREY, 1.5),
    ]
    for index, place in enumerate(places):
        if place is not None and (index == len(places) - 1 or shapes.is_alone(places, index)):
            verdict = points[index].verdict
            parts.append(shapes.marks(verdict, [place], 4.5, shapes.COLOURS[verdict]))
    return _picture(SPARKLINE, Findings(language).verdicts(kpi), parts, "sparkline")


def share_bar(share: float, *, is_poor: bool = False, before: float | None = None) -> Markup:
    """A share of a whole (0-1) as a bar; a tick where it was before. The figure stands beside it."""
    width, height = BAR
    kind = "bar-poor" if is_poor else "bar-plain"
    parts = [
        shapes.stroke(shapes.line((0.5, 0), (0.5, height)), "bar-axis", shapes.MIST, 1),
        shapes.path(shapes.rectangle((1, 3), (1 + share * (width - 2), height - 3)), kind, fill=shapes.MIST),
    ]
    if before is not None:
        at = 1 + before * (width - 2)
        parts.append(shapes.stroke(shapes.line((at, 0), (at, height)), "bar-before", shapes.INK, 2))
    return _picture(BAR, "", parts, "share-bar")


def _picture(size: shapes.Point, title: str, parts: Sequence[Markup], kind: str) -> Markup:
    """One SVG in pixels; without a title it only repeats what stands beside it."""
    width, height = (shapes.length(each) for each in size)
    told = Markup('role="img"') if title else Markup('aria-hidden="true"')
    name = Markup("<title>{}</title>").format(title) if title else Markup()
    return Markup('<svg class="chart {}" width="{}" height="{}" viewBox="0 0 {} {}" {}>{}{}</svg>').format(
        kind, width, height, width, height, told, name, Markup().join(parts)
    )


def _bar(low: float, high: float, verdict: Verdict, colour: str) -> list[Markup]:
    """The interval as a bar; an end off the axis is an arrow head."""
    width = EVIDENCE[0]
    if high < EVIDENCE_FROM or low > EVIDENCE_TO:
        at = 0.0 if high < EVIDENCE_FROM else width
        return [_arrow(at, verdict, colour)]
    ends = [along(low, width), along(high, width)]
    ends[1] = max(ends[1], ends[0] + 2)
    kind = f"interval interval-{verdict.value}"
    parts = [
        shapes.path(
            shapes.rectangle((ends[0], _MIDDLE - 3), (ends[1], _MIDDLE + 3)),
            kind,
            fill=colour,
            opacity="0.62",
        )
    ]
    parts += [_arrow(0.0, verdict, colour)] if share(low) < 0 else []
    parts += [_arrow(width, verdict, colour)] if share(high) > 1 else []
    return parts


def _arrow(at: float, verdict: Verdict, colour: str) -> Markup:
    way = 1 if at == 0 else -1
    data = shapes.polyline([(at + way * 7, _MIDDLE - 7), (at, _MIDDLE), (at + way * 7, _MIDDLE + 7)])
    return shapes.stroke(data, f"off off-{verdict.value}", colour, 2)


def _height(steps: float, height: float) -> float:
    return height - 4 - along(steps, height - 8)
