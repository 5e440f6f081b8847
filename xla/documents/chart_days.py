"""Days: a period day by day - its value so far as a line, single days as dots, floor solid, target dashed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from xla.core.agreement import Language
from xla.documents import shapes
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult
from xla.documents.words import Words

SIZE = (214.0, 112.0)
MONTH, MIDDLE, FIFTH, ROOM = 31, 15, 5, 3
"""Days of a month, the day that marks its middle, which days are named, and how far from an end."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 110.0, 230.0, 40.0, 90.0
"""Room around the plot for labels, in tenths of a millimetre."""


@dataclass(frozen=True)
class Day:
    """One day: its own value and that of the period so far; what may not be shown is None."""

    day: date
    value: Fraction | None
    so_far: Fraction | None


def days_chart(kpi: KpiResult, days: Sequence[Day], *, language: Language = "en") -> Markup:
    """The chart; its title says how the value came to stand where it stands."""
    frame = _Frame.around(kpi, days)
    line = [
        (frame.x(index), frame.y(each.so_far)) for index, each in enumerate(days) if each.so_far is not None
    ]
    dots = [
        (frame.x(index), frame.y(each.value)) for index, each in enumerate(days) if each.value is not None
    ]
    parts = [
        *_limits(kpi, frame, language),
        shapes.path("".join(_dot(spot) for spot in dots), "daydot", fill=shapes.MIST),
        shapes.stroke(shapes.polyline(line), "so-far", shapes.INK, 8),
        shapes.marks(kpi.verdict, line[-1:], 15, shapes.COLOURS[kpi.verdict]),
        *_axis(days, frame, language),
        *_end(kpi, days, frame, language),
    ]
    return shapes.figure(SIZE, days_title(kpi, days, language=language), parts, kind="days")


def days_title(kpi: KpiResult, days: Sequence[Day], *, language: Language = "en") -> str:
    """The finding in one sentence."""
    words, figures = Words(language), Figures(language)
    known = [each for each in days if each.so_far is not None]
    if not known:
        return words("No day has answers enough to be shown.")
    side = 1 if kpi.thresholds.higher_is_better else -1
    floor = side * Fraction(kpi.thresholds.floor)
    told = {
        "kpi": kpi.title,
        "first": figures.value(known[0].so_far, kpi.metric, kpi.thresholds),
        "last": figures.value(known[-1].so_far, kpi.metric, kpi.thresholds),
        "floor": figures.threshold(kpi.thresholds.floor, kpi.metric),
    }
    held = [each.day for each in known if side * (each.so_far or 0) >= floor]
    if not held or held[-1] == known[-1].day:
        return words("%(kpi)s so far, day by day: from %(first)s to %(last)s, floor %(floor)s.") % told
    told["day"] = figures.day(held[-1])
    return (
        words(
            "%(kpi)s so far, day by day: the floor of %(floor)s was held last on %(day)s;"
            " %(last)s at the end."
        )
        % told
    )


@dataclass(frozen=True)
class _Frame:
    low: float
    high: float
    count: int

    @classmethod
    def around(cls, kpi: KpiResult, days: Sequence[Day]) -> "_Frame":
        """The frame that holds thresholds, line and dots."""
        seen = [float(kpi.thresholds.floor), float(kpi.thresholds.target)]
        seen += [float(value) for each in days for value in (each.value, each.so_far) if value is not None]
        spare = (max(seen) - min(seen)) * 0.08 or 1.0
        return cls(min(seen) - spare, max(seen) + spare, max(len(days) - 1, 1))

    @property
    def right(self) -> float:
        return 10 * SIZE[0] - _RIGHT

    @property
    def bottom(self) -> float:
        return 10 * SIZE[1] - _BOTTOM

    def x(self, index: int) -> float:
        """The place of a day."""
        return _LEFT + 30 + (self.right - _LEFT - 60) * index / self.count

    def y(self, value: Fraction | float) -> float:
        """The height of a value."""
        return self.bottom - (float(value) - self.low) / (self.high - self.low) * (self.bottom - _TOP)


def _limits(kpi: KpiResult, frame: _Frame, language: Language) -> list[Markup]:
    terms, words, figures = kpi.thresholds, Words(language), Figures(language)
    floor, target = frame.y(float(terms.floor)), frame.y(float(terms.target))
    wrong = frame.bottom if terms.higher_is_better else _TOP
    right = frame.right
    parts = [
        shapes.path(shapes.rectangle((_LEFT, floor), (right, wrong)), "floor-zone", fill=shapes.FLOOR_ZONE),
        shapes.stroke(shapes.line((_LEFT, frame.bottom), (right, frame.bottom)), "axis", shapes.HAIRLINE, 3),
        shapes.stroke(shapes.line((_LEFT, floor), (right, floor)), "floor", shapes.FLOOR, 5),
    ]
    labels = [(words("floor %(value)s"), terms.floor, floor, "floor-label", shapes.FLOOR)]
    if terms.floor != terms.target:
        parts.append(
            shapes.stroke(shapes.line((_LEFT, target), (right, target)), "target", shapes.INK, 3, "12 8")
        )
        labels.append((words("target %(value)s"), terms.target, target, "target-label", shapes.INK))
    for wording, limit, height, kind, colour in labels:
        text = wording % {"value": figures.threshold(limit, kpi.metric)}
        parts.append(shapes.text(text, (right + 14, height + 10), kind, colour, font_size="30"))
    return parts


def _axis(days: Sequence[Day], frame: _Frame, language: Language) -> list[Markup]:
    """The first day and the last; between them every fifth of a month, or the middle of each of several."""
    figures, last = Figures(language), len(days) - 1
    is_long = last > MONTH
    parts = []
    for index, each in enumerate(days):
        is_end = index in {0, last}
        is_marked = each.day.day == MIDDLE if is_long else each.day.day % FIFTH == 0
        if is_end or (is_marked and ROOM <= index <= last - ROOM):
            label = figures.short_day(each.day) if is_end or is_long else str(each.day.day)
            at = (frame.x(index), frame.bottom + 48)
            parts.append(shapes.text(label, at, "tick", shapes.GREY, font_size="30", text_anchor="middle"))
    return parts


def _end(kpi: KpiResult, days: Sequence[Day], frame: _Frame, language: Language) -> list[Markup]:
    known = [each.so_far for each in days if each.so_far is not None]
    if not known:
        return []
    label = Figures(language).value(known[-1], kpi.metric, kpi.thresholds, unit=False)
    height = frame.y(known[-1])
    near = min(abs(height - frame.y(float(limit))) for limit in (kpi.thresholds.floor, kpi.thresholds.target))
    down = 44 if near < 34 else 10  # noqa: PLR2004 -- the height of a line of text
    at = (frame.right + 14, height + down)
    return [shapes.text(label, at, "value-label", shapes.INK, font_size="34", font_weight="600")]


def _dot(spot: shapes.Point) -> str:
    x, y = spot
    return f"M{shapes.length(x - 9)} {shapes.length(y)}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0Z"
