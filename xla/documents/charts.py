"""Charts: trend, evidence and score as small SVGs; the same ones on paper and on pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from markupsafe import Markup

from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.chart_levels import Plot, apart
from xla.documents.evidence_scale import along, step
from xla.documents.figures import Figures
from xla.documents.findings import Findings
from xla.documents.report_data import KpiResult, TrendPoint
from xla.documents.words import WORST_FIRST

TREND_SIZE = (88.0, 33.5)
EVIDENCE_SIZE = (34.0, 7.0)
SCORE_SIZE = (54.0, 18.0)
VERDICTS_SIZE = (76.0, 4.3)
TICK = 21
"""The size of a label on an axis, in tenths of a millimetre."""
LINE_OF_TEXT = 28
"""How far apart two labels of a trend must stand, in tenths of a millimetre."""


def trend_chart(
    kpi: KpiResult, *, language: Language = "en", size: tuple[float, float] = TREND_SIZE
) -> Markup:
    """The KPI's history: values with intervals, floor solid, target dashed, this period in colour."""
    frame = _Frame.around(kpi, size)
    return shapes.figure(
        size,
        Findings(language).trend(kpi),
        [
            *_thresholds(kpi, frame, language),
            *_history(kpi.trend, frame),
            *_axis(kpi.trend, frame, language),
            *_ends(kpi, frame, language),
        ],
        kind="trend",
    )


def evidence_bar(
    kpi: KpiResult, *, language: Language = "en", size: tuple[float, float] = EVIDENCE_SIZE
) -> Markup:
    """Value and interval on the one axis from floor to target, which lines up whatever the unit."""
    width, height = 10 * size[0], 10 * size[1]
    middle = height / 2
    floor, target = along(0.0, width), along(1.0, width)
    colour = shapes.COLOURS[kpi.verdict]
    parts = [
        shapes.path(shapes.rectangle((0, 0), (floor, height)), "floor-zone", fill=shapes.FLOOR_ZONE),
        shapes.stroke(shapes.line((floor, 0), (floor, height)), "floor", shapes.FLOOR, 4),
        shapes.stroke(shapes.line((target, 0), (target, height)), "target", shapes.INK, 3, "11 8"),
    ]
    measured = kpi.measurement
    if measured.value is not None and not kpi.hidden:
        if measured.low is not None and measured.high is not None:
            ends = sorted(along(step(kpi, bound), width) for bound in (measured.low, measured.high))
            parts.append(
                shapes.stroke(shapes.line((ends[0], middle), (ends[1], middle)), "interval", colour, 7)
            )
        at = along(step(kpi, float(measured.value)), width)
        parts.append(shapes.marks(kpi.verdict, [(min(max(at, 14), width - 14), middle)], 12.5, colour))
    return shapes.figure(size, Findings(language).evidence(kpi), parts, kind="evidence")


def score_sparkline(
    points: Sequence[tuple[date, Fraction | None]],
    *,
    title: str,
    limits: tuple[Fraction | None, Fraction | None] = (None, None),
    size: tuple[float, float] = SCORE_SIZE,
) -> Markup:
    """The score's history as one line with its last point; `limits`: all at floor, all at target."""
    width, height = 10 * size[0], 10 * size[1]
    known = [float(value) for _, value in points if value is not None]
    known += [float(limit) for limit in limits if limit is not None]
    low, high = _padded(min(known, default=0.0), max(known, default=100.0), least=10.0)
    floor, target = ("" if limit is None else _level(limit, (low, high), (width, height)) for limit in limits)
    apart = (width - 40) / max(len(points) - 1, 1)
    places = [
        None if value is None else (20 + index * apart, _depth(value, (low, high), height))
        for index, (_, value) in enumerate(points)
    ]
    drawn = [place for place in places if place is not None]
    alone = [place for index, place in enumerate(places) if place and shapes.is_alone(places, index)]
    last = places[-1] if places else None
    return shapes.figure(
        size,
        title,
        [
            shapes.stroke(shapes.line((0, height - 2), (width, height - 2)), "axis", shapes.HAIRLINE, 3),
            shapes.stroke(floor, "floor", shapes.FLOOR, 4),
            shapes.stroke(target, "target", shapes.INK, 3, "12 8"),
            shapes.stroke(shapes.polyline(places) if len(drawn) > 1 else "", "score", shapes.INK, 8),
            shapes.marks(Verdict.MET, alone, 7, shapes.INK),
            shapes.marks(Verdict.MET, [last] if last else [], 15, shapes.INK),
        ],
        kind="score",
    )


def _depth(value: Fraction, span: tuple[float, float], height: float) -> float:
    low, high = span
    return height - 14 - (float(value) - low) / (high - low) * (height - 28)


def _level(limit: Fraction, span: tuple[float, float], size: tuple[float, float]) -> str:
    y = _depth(limit, span, size[1])
    return shapes.line((0, y), (size[0], y))


def verdict_row(
    kpi: KpiResult,
    periods: Sequence[date],
    *,
    language: Language = "en",
    size: tuple[float, float] = VERDICTS_SIZE,
) -> Markup:
    """The KPI's verdicts, one mark under each of `periods` (their first days); a dash where it has none."""
    given = {point.start: point.verdict for point in kpi.trend}
    spots = {start: (_column(index, len(periods), size), 5 * size[1]) for index, start in enumerate(periods)}
    gaps = [shapes.line((x - 8, y), (x + 8, y)) for start, (x, y) in spots.items() if start not in given]
    parts = [shapes.stroke("".join(gaps), "gap", shapes.MIST, 3)]
    for verdict in reversed(WORST_FIRST):
        places = [place for start, place in spots.items() if given.get(start) is verdict]
        parts.append(shapes.marks(verdict, places, 11, shapes.COLOURS[verdict]))
    return shapes.figure(size, Findings(language).verdicts(kpi), parts, kind="verdicts")


def verdict_axis(
    periods: Sequence[TrendPoint], *, language: Language = "en", size: tuple[float, float] = VERDICTS_SIZE
) -> Markup:
    """The periods over `verdict_row`."""
    figures = _figures(language)
    placed = [
        (figures.tick(point.start, point.end), _column(index, len(periods), size))
        for index, point in enumerate(periods)
    ]
    parts = _ticks(placed, 10 * size[1] - 12)
    first, last = periods[0], periods[-1]
    title = f"{figures.period(first.start, first.end)} – {figures.period(last.start, last.end)}"
    return shapes.figure(size, title, parts, kind="verdicts-axis")


def _column(index: int, count: int, size: tuple[float, float]) -> float:
    return 10 * size[0] * (index + 0.5) / max(count, 1)


@cache
def _figures(language: Language) -> Figures:
    return Figures(language)


def _padded(low: float, high: float, *, least: float) -> tuple[float, float]:
    spare = max(least - (high - low), 0.0) / 2 + (high - low) * 0.06
    return low - spare, high + spare


@dataclass(frozen=True)
class _Frame(Plot):
    """Where a trend chart's plot lies and which values it spans."""

    count: int

    @classmethod
    def around(cls, kpi: KpiResult, size: tuple[float, float]) -> "_Frame":
        """The frame that holds thresholds, values and intervals."""
        terms = kpi.thresholds
        floor, target = float(terms.floor), float(terms.target)
        seen = [floor, target]
        for point in kpi.trend:
            seen += [float(edge) for edge in (point.value, point.low, point.high) if edge is not None]
        distance = abs(target - floor)
        scale = float(kpi.scale_high - kpi.scale_low)
        low, high = _padded(min(seen), max(seen), least=max(4 * distance, scale * 0.08, 1e-9) or 1.0)
        width, height = 10 * size[0], 10 * size[1]
        return cls(150, width - 92, 26, height - 62, low, high, max(len(kpi.trend), 1))

    def x(self, index: int) -> float:
        """The middle of a period's column."""
        return self.left + (self.right - self.left) * (index + 0.5) / self.count


def _thresholds(kpi: KpiResult, frame: _Frame, language: Language) -> list[Markup]:
    terms, figures, words = kpi.thresholds, _figures(language), Findings(language).words
    floor, target = frame.y(float(terms.floor)), frame.y(float(terms.target))
    wrong_side = frame.bottom if terms.higher_is_better else frame.top
    labels = apart(floor, target, LINE_OF_TEXT)
    spot = {"font_size": "23", "text_anchor": "end"}
    parts = [
        shapes.path(
            shapes.rectangle((frame.left, floor), (frame.right, wrong_side)),
            "floor-zone",
            fill=shapes.FLOOR_ZONE,
        ),
        shapes.stroke(
            shapes.line((frame.left, frame.bottom), (frame.right, frame.bottom)), "axis", shapes.MIST, 3
        ),
        shapes.stroke(shapes.line((frame.left, floor), (frame.right, floor)), "floor", shapes.FLOOR, 5),
    ]
    if terms.floor != terms.target:
        edge = shapes.line((frame.left, target), (frame.right, target))
        parts.append(shapes.stroke(edge, "target", shapes.INK, 3, "12 8"))
    for wording, limit, height, kind, colour in (
        (words("floor %(value)s"), terms.floor, labels[0], "floor-label", shapes.FLOOR),
        (words("target %(value)s"), terms.target, labels[1], "target-label", shapes.INK),
    ):
        label = wording % {"value": figures.threshold(limit, kpi.metric)}
        parts.append(shapes.text(label, (frame.left - 10, height + 8), kind, colour, **spot))
    return parts


def _history(trend: Sequence[TrendPoint], frame: _Frame) -> list[Markup]:
    places = [
        None if point.value is None else (frame.x(index), frame.y(float(point.value)))
        for index, point in enumerate(trend)
    ]
    whiskers = [
        ""
        if place is None or point.low is None or point.high is None
        else shapes.line((place[0], frame.y(point.low)), (place[0], frame.y(point.high)))
        for place, point in zip(places, trend, strict=True)
    ]
    parts = [
        shapes.stroke("".join(whiskers[:-1]), "interval", shapes.MIST, 9),
        shapes.stroke(shapes.polyline(places), "line", shapes.GREY, 3),
    ]
    for verdict in reversed(WORST_FIRST):
        spots = [
            place
            for place, point in zip(places[:-1], trend, strict=False)
            if place and point.verdict is verdict
        ]
        colour = shapes.FLOOR if verdict is Verdict.BREACHED else shapes.GREY
        parts.append(shapes.marks(verdict, spots, 9.5, colour))
    if trend:
        now = trend[-1]
        colour = shapes.COLOURS[now.verdict]
        last = places[-1] or (frame.x(len(trend) - 1), frame.bottom - 14)
        parts += [
            shapes.stroke(whiskers[-1], "interval-now", colour, 11),
            shapes.marks(now.verdict, [last], 14, colour),
        ]
    return parts


def _axis(trend: Sequence[TrendPoint], frame: _Frame, language: Language) -> list[Markup]:
    figures = _figures(language)
    placed = [(figures.tick(point.start, point.end), frame.x(index)) for index, point in enumerate(trend)]
    parts = _ticks(placed, frame.bottom + 27)
    year = None
    for (label, x), point in zip(placed, trend, strict=True):
        last = point.end - timedelta(days=1)
        if last.year != year and len(label) == 1:
            year = last.year
            parts.append(_tick(str(year), (x, frame.bottom + 52)))
    return parts


def _ticks(placed: Sequence[tuple[str, float]], y: float) -> list[Markup]:
    if placed and all(label in shapes.ADVANCES for label, _ in placed):
        return [shapes.letters(placed, y, "tick", shapes.GREY, TICK)]
    return [_tick(label, (x, y)) for label, x in placed]


def _tick(label: str, at: tuple[float, float]) -> Markup:
    return shapes.text(label, at, "tick", shapes.GREY, font_size=str(TICK), text_anchor="middle")


def _ends(kpi: KpiResult, frame: _Frame, language: Language) -> list[Markup]:
    """This period's value beside its mark."""
    if not kpi.trend or kpi.trend[-1].value is None:
        return []
    value = kpi.trend[-1].value
    label = _figures(language).value(value, kpi.metric, kpi.thresholds, unit=False)
    at = (frame.right + 8, frame.y(float(value)) + 9)
    return [shapes.text(label, at, "value-label", shapes.INK, font_size="25", font_weight="600")]
