"""Days: a KPI day by day - its value so far as a line with its interval, single days as dots.

Sizes are CSS pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.chart_levels import Level, Plot, label, levels, span
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult
from xla.documents.words import Words

WIDE, IN_A_COLUMN = (1200.0, 300.0), (780.0, 400.0)
MONTH, MIDDLE, FIFTH, ROOM = 31, 15, 5, 3
"""Days of a month, the day that marks its middle, which days are named, and how far from an end."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 96.0, 80.0, 20.0, 44.0
"""Room around the plot for labels."""


@dataclass(frozen=True)
class Day:
    """One day: its own value, and that of all days so far with its interval; None where not shown."""

    day: date
    value: Fraction | None
    so_far: Fraction | None
    low: float | None = None
    high: float | None = None


def days_chart(  # noqa: PLR0913 -- its keywords say what each is
    kpi: KpiResult,
    days: Sequence[Day],
    *,
    title: str,
    day_count: int,
    size: tuple[float, float],
    language: Language = "en",
) -> Markup:
    """The days so far of a window of `day_count`, of them the last with the KPI's verdict and value."""
    floor, target = _thresholds(kpi, language)
    told = [edge for each in days for edge in (each.value, each.so_far, each.low, each.high)]
    low, high = span([floor.value, target.value, *(edge for edge in told if edge is not None)], 0.08)
    plot = Plot(_LEFT, size[0] - _RIGHT, _TOP, size[1] - _BOTTOM, low, high)
    apart = (plot.right - plot.left) / max(day_count, 1)
    across = [plot.left + apart * (index + 0.5) for index in range(len(days))]
    placed = list(zip(across, days, strict=True))
    line = [(x, plot.y(each.so_far)) for x, each in placed if each.so_far is not None]
    dots = [(x, plot.y(each.value)) for x, each in placed if each.value is not None]
    wrong_side = plot.bottom if kpi.thresholds.higher_is_better else plot.top
    parts = [
        *levels(plot, floor, target, wrong_side=wrong_side),
        shapes.stroke(
            shapes.line((plot.left, plot.bottom), (plot.right, plot.bottom)), "axis", shapes.HAIRLINE, 1
        ),
        _band(placed, plot),
        shapes.path(
            "".join(shapes.mark_data(Verdict.MET, spot, 4.0) for spot in dots), "daydot", fill=shapes.MIST
        ),
        shapes.stroke(shapes.polyline(line), "so-far", shapes.INK, 2.25),
        *_end(kpi, days, line, language),
        *_axis(placed, plot.bottom + 22, language),
    ]
    return Markup('<svg class="chart days" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        shapes.length(size[0]), shapes.length(size[1]), title, Markup().join(parts)
    )


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


def _thresholds(kpi: KpiResult, language: Language) -> tuple[Level, Level]:
    terms, words, figures = kpi.thresholds, Words(language), Figures(language)
    told = ((terms.floor, words("floor %(value)s")), (terms.target, words("target %(value)s")))
    floor, target = (
        Level(float(limit), text % {"value": figures.threshold(limit, kpi.metric)}) for limit, text in told
    )
    return floor, target


def _band(placed: Sequence[tuple[float, Day]], plot: Plot) -> Markup:
    """The interval of the value so far, as an area."""
    upper = [(x, plot.y(each.high)) for x, each in placed if each.high is not None]
    lower = [(x, plot.y(each.low)) for x, each in placed if each.low is not None]
    if len(upper) < 2:  # noqa: PLR2004 -- an area needs two days
        return Markup()
    data = shapes.polyline([*upper, *reversed(lower)]) + "Z"
    return shapes.path(data, "so-far-band", fill=shapes.HAIRLINE, opacity="0.4")


def _end(
    kpi: KpiResult, days: Sequence[Day], line: Sequence[shapes.Point], language: Language
) -> list[Markup]:
    """The verdict's mark at the end of the line, with the value beside it."""
    if not line:
        return []
    x, y = line[-1]
    last = [each.so_far for each in days if each.so_far is not None][-1]
    told = Figures(language).value(last, kpi.metric, kpi.thresholds)
    return [
        shapes.marks(kpi.verdict, [(x, y)], 7, shapes.COLOURS[kpi.verdict]),
        label(told, (x + 13, y + 5), "value-label", 14, anchor="start", weight="600"),
    ]


def _axis(placed: Sequence[tuple[float, Day]], height: float, language: Language) -> list[Markup]:
    """The first day and the last; between them every fifth of a month, or the middle of each of several."""
    figures, last = Figures(language), len(placed) - 1
    is_long = last > MONTH
    parts = []
    for index, (x, each) in enumerate(placed):
        is_end = index in {0, last}
        is_marked = each.day.day == MIDDLE if is_long else each.day.day % FIFTH == 0
        if is_end or (is_marked and ROOM <= index <= last - ROOM):
            text = figures.short_day(each.day) if is_end or is_long else str(each.day.day)
            parts.append(label(text, (x, height), "tick", 12))
    return parts
