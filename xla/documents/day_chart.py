"""A KPI day by day as a chart: each day's value as a dot, and the value so far with its interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.journey_chart import Level

WIDTH, HEIGHT = 1200.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 96.0, 1120.0, 20.0, 256.0
Spot = Callable[[int, Fraction | float], shapes.Point]


@dataclass(frozen=True)
class Day:
    """One day: its own value, and the value of all days so far with its interval; None where not shown."""

    day: date
    tick: str
    """Its label under the axis; empty for most days."""
    value: Fraction | None
    so_far: Fraction | None
    low: float | None
    high: float | None


def day_chart(  # noqa: PLR0913 -- its keywords say what each is
    days: Sequence[Day],
    *,
    day_count: int,
    floor: Level,
    target: Level,
    higher_is_better: bool,
    now: tuple[Verdict, str] | None,
    title: str,
) -> Markup:
    """The days of a window of `day_count`; `now` is the verdict and the words of the value so far."""
    low, high = _heights(days, floor, target)
    apart = (_RIGHT - _LEFT) / max(day_count, 1)

    def spot(index: int, value: Fraction | float) -> shapes.Point:
        height = _BOTTOM - (float(value) - low) / (high - low) * (_BOTTOM - _TOP)
        return (_LEFT + apart * (index + 0.5), height)

    parts = _levels(spot(0, floor.value)[1], spot(0, target.value)[1], floor, target, higher_is_better)
    parts += _band(days, spot)
    dots = "".join(
        shapes.mark_data(Verdict.MET, spot(index, each.value), 4.0)
        for index, each in enumerate(days)
        if each.value is not None
    )
    parts.append(shapes.path(dots, "day-dot", fill=shapes.MIST))
    line = [spot(index, each.so_far) for index, each in enumerate(days) if each.so_far is not None]
    parts.append(shapes.stroke(shapes.polyline(line), "so-far", shapes.INK, 2.25))
    if line and now:
        verdict, words = now
        parts.append(shapes.marks(verdict, [line[-1]], 7, shapes.COLOURS[verdict]))
        parts.append(_text(words, (line[-1][0] + 13, line[-1][1] + 5), "value-label", 14, "start", "600"))
    for index, each in enumerate(days):
        if each.tick:
            parts.append(_text(each.tick, (spot(index, low)[0], _BOTTOM + 22), "tick", 12, "middle"))
    return Markup('<svg class="chart days" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        shapes.length(WIDTH), shapes.length(HEIGHT), title, Markup().join(parts)
    )


def _heights(days: Sequence[Day], floor: Level, target: Level) -> tuple[float, float]:
    """The lowest and the highest value the chart has room for."""
    seen = [floor.value, target.value]
    for each in days:
        told = (each.value, each.so_far, each.low, each.high)
        seen += [float(edge) for edge in told if edge is not None]
    spare = (max(seen) - min(seen)) * 0.08 or 1.0
    return min(seen) - spare, max(seen) + spare


def _levels(
    floor: float,
    target: float,
    floor_told: Level,
    target_told: Level,
    higher_is_better: bool,  # noqa: FBT001 -- a fact about the KPI
) -> list[Markup]:
    wrong_side = _BOTTOM if higher_is_better else _TOP
    push = max(16 - abs(floor - target), 0) / 2 * (1 if floor >= target else -1)
    parts = [
        shapes.path(
            shapes.rectangle((_LEFT, floor), (_RIGHT, wrong_side)), "floor-zone", fill=shapes.FLOOR_ZONE
        ),
        shapes.stroke(shapes.line((_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)), "axis", shapes.HAIRLINE, 1),
        shapes.stroke(shapes.line((_LEFT, floor), (_RIGHT, floor)), "floor", shapes.FLOOR, 2),
        _text(floor_told.label, (_LEFT - 8, floor + push + 4), "floor-label", 12, "end"),
    ]
    if floor_told.value != target_told.value:
        parts.append(
            shapes.stroke(shapes.line((_LEFT, target), (_RIGHT, target)), "target", shapes.INK, 1, "4 4")
        )
        parts.append(_text(target_told.label, (_LEFT - 8, target - push + 4), "target-label", 12, "end"))
    return parts


def _band(days: Sequence[Day], spot: Spot) -> list[Markup]:
    """The interval of the value so far, as an area."""
    upper = [spot(index, each.high) for index, each in enumerate(days) if each.high is not None]
    lower = [spot(index, each.low) for index, each in enumerate(days) if each.low is not None]
    if len(upper) < 2:  # noqa: PLR2004 -- an area needs two days
        return []
    data = shapes.polyline([*upper, *reversed(lower)]) + "Z"
    return [shapes.path(data, "so-far-band", fill=shapes.HAIRLINE, opacity="0.4")]


def _text(  # noqa: PLR0913, PLR0917 -- a label's own properties
    content: str, at: shapes.Point, kind: str, size: float, anchor: str, weight: str = "400"
) -> Markup:
    return shapes.text(
        content, at, kind, shapes.GREY, font_size=shapes.length(size), text_anchor=anchor, font_weight=weight
    )
