"""The journey as a chart: one KPI from touchpoint to touchpoint, against its floor and target."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.chart_levels import Level, Plot, label, levels, span

WIDTH, HEIGHT = 1200.0, 250.0
_LEFT, _TOP, _BOTTOM = 96.0, 34.0, 178.0


@dataclass(frozen=True)
class Stop:
    """One touchpoint: its words, and its figure where it may be shown."""

    title: str
    note: str
    """The number of answers, or why there is no figure."""
    value: Fraction | None
    label: str
    verdict: Verdict | None


def journey_chart(
    stops: Sequence[Stop], *, floor: Level, target: Level, higher_is_better: bool, title: str
) -> Markup:
    """The stops from left to right, gaps where a figure is hidden or absent."""
    known = [stop.value for stop in stops if stop.value is not None]
    plot = Plot(_LEFT, WIDTH, _TOP, _BOTTOM, *span([floor.value, target.value, *known], 0.12))
    apart = (WIDTH - _LEFT) / max(len(stops), 1)
    across = [_LEFT + apart * (index + 0.5) for index in range(len(stops))]
    places = [
        None if stop.value is None else (x, plot.y(stop.value)) for x, stop in zip(across, stops, strict=True)
    ]
    parts = [
        *levels(plot, floor, target, wrong_side=_BOTTOM + 8 if higher_is_better else _TOP - 12),
        shapes.stroke(shapes.polyline(places), "journey-line", shapes.GREY, 1.75),
    ]
    for x, stop, place in zip(across, stops, places, strict=True):
        parts += _words(stop, x, apart)
        if place and stop.verdict:
            parts.append(shapes.marks(stop.verdict, [place], 6.5, shapes.COLOURS[stop.verdict]))
            above = place[1] - 13 if place[1] < (_TOP + _BOTTOM) / 2 else place[1] + 23
            parts.append(label(stop.label, (x, above), "value-label", 13, weight="600"))
        else:
            parts.append(label("–", (x, (_TOP + _BOTTOM) / 2), "quiet", 13))
    return Markup(
        '<svg class="chart journey" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>'
    ).format(shapes.length(WIDTH), shapes.length(HEIGHT), title, Markup().join(parts))


def _words(stop: Stop, x: float, apart: float) -> list[Markup]:
    most = max(int(apart / 6.4), 6)
    lines = _wrapped(stop.title, most)
    parts = [label(line, (x, 206 + 15 * index), "stop-title", 12.5) for index, line in enumerate(lines)]
    return [*parts, label(stop.note, (x, 206 + 15 * len(lines) + 1), "quiet", 12)]


def _wrapped(title: str, most: int) -> list[str]:
    """At most two lines of about `most` letters."""
    words, lines = title.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most and len(lines) < 2:  # noqa: PLR2004 -- lines
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if len(line) <= most else f"{line[: most - 1].rstrip()}…" for line in lines]
