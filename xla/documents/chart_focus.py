"""Charts of a KPI at its sites, of what its change is made of, and by part of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from xla.core.verdict import Thresholds, Verdict
from xla.documents import shapes
from xla.documents.levels import Level

ROW = (50.0, 5.4)
STEP = (80.0, 5.5)
DAY = (84.0, 27.0)
DAY_EDGE = 150.0
BAR = (22.0, 4.4)
DRIVER_BAR = (18.0, 4.4)
MARK = {
    Level.CLEAR: Verdict.BREACHED,
    Level.BELOW: Verdict.INCONCLUSIVE,
    Level.BETWEEN: Verdict.AT_RISK,
    Level.GOOD: Verdict.MET,
}
COLOUR = {
    Level.CLEAR: shapes.FLOOR,
    Level.BELOW: shapes.FLOOR,
    Level.BETWEEN: shapes.GREY,
    Level.GOOD: shapes.INK,
}


@dataclass(frozen=True)
class Reach:
    """The values a chart spans."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "Reach":
        """From the lowest to the highest, with a little room."""
        low, high = min(values), max(values)
        room = (high - low) * 0.06 or 1.0
        return cls(low - room, high + room)

    def share(self, value: float) -> float:
        """Where a value stands, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Seen:
    """One value with its interval, and what it was."""

    value: float
    low: float | None
    high: float | None
    before: float | None
    level: Level


def site_row(seen: Seen, terms: Thresholds, reach: Reach, title: str) -> Markup:
    """One site on the axis all rows share: floor zone, interval, value, a tick where it was."""
    width, height = 10 * ROW[0], 10 * ROW[1]
    middle, colour = height / 2, COLOUR[seen.level]

    def x(value: float) -> float:
        return reach.share(value) * width

    floor, target = x(float(terms.floor)), x(float(terms.target))
    wrong = 0.0 if terms.higher_is_better else width
    parts = [
        shapes.path(shapes.rectangle((floor, 0), (wrong, height)), "floor-zone", fill=shapes.FLOOR_ZONE),
        shapes.stroke(shapes.line((floor, 0), (floor, height)), "floor", shapes.FLOOR, 5),
        shapes.stroke(shapes.line((target, 0), (target, height)), "target", shapes.INK, 3, "10 7"),
    ]
    if seen.low is not None and seen.high is not None:
        whisker = shapes.line((x(seen.low), middle), (x(seen.high), middle))
        parts.append(
            shapes.stroke(whisker, "interval", colour if seen.level is Level.CLEAR else shapes.MIST, 9)
        )
    if seen.before is not None:
        at = x(seen.before)
        parts.append(shapes.stroke(shapes.line((at, 14), (at, height - 14)), "was", shapes.INK, 5))
    parts.append(shapes.marks(MARK[seen.level], [(x(seen.value), middle)], 14, colour))
    return shapes.figure(ROW, title, parts, kind="site-row")


def waterfall(levels: Sequence[float], terms: Thresholds, title: str) -> Markup:
    """From the first level to the last by steps, the first of them the mix (hollow), the others real."""
    width, row = 10 * STEP[0], 10 * STEP[1]
    height = row * (len(levels) + 1)
    reach = Reach.over([*levels, float(terms.floor)])

    def x(value: float) -> float:
        return reach.share(value) * width

    def y(index: int) -> float:
        return row * (index + 0.5)

    floor, side = x(float(terms.floor)), 1 if terms.higher_is_better else -1
    wrong = 0.0 if terms.higher_is_better else width
    boxes = {"mix": "", "worse": "", "better": ""}
    joints = ""
    for index, (before, after) in enumerate(pairwise(levels), start=1):
        kind = "mix" if index == 1 else "worse" if side * (after - before) < 0 else "better"
        boxes[kind] += shapes.rectangle((x(before), y(index) - 14), (x(after), y(index) + 14))
        joints += shapes.line((x(before), y(index - 1)), (x(before), y(index)))
    joints += shapes.line((x(levels[-1]), y(len(levels) - 1)), (x(levels[-1]), y(len(levels))))
    ends = [(x(levels[0]), y(0)), (x(levels[-1]), y(len(levels)))]
    parts = [
        shapes.path(shapes.rectangle((floor, 0), (wrong, height)), "floor-zone", fill=shapes.FLOOR_ZONE),
        shapes.stroke(shapes.line((floor, 0), (floor, height)), "floor", shapes.FLOOR, 4),
        shapes.stroke(joints, "joint", shapes.GREY, 2.5),
        shapes.path(boxes["worse"], "worse", fill=shapes.FLOOR),
        shapes.path(boxes["better"], "better", fill=shapes.COLOURS[Verdict.MET]),
        shapes.path(boxes["mix"], "mix", fill=shapes.PAPER, stroke=shapes.INK, stroke_width="4"),
        shapes.marks(Verdict.MET, ends, 15, shapes.INK),
    ]
    return shapes.figure((STEP[0], height / 10), title, parts, kind="waterfall")


def reason_bar(share: float, before: float | None, widest: float, title: str, *, dark: bool) -> Markup:
    """A reason's share against the widest; a tick where it was."""
    width, height = 10 * BAR[0], 10 * BAR[1]
    colour = shapes.INK if dark else shapes.MIST
    bar = shapes.rectangle((0, 8), (share / widest * (width - 8), height - 8))
    parts = [shapes.path(bar, "share", fill=colour)]
    if before is not None:
        at = before / widest * (width - 8)
        parts.append(
            shapes.path(
                shapes.rectangle((at - 3, 2), (at + 3, height - 2)),
                "was",
                fill=shapes.COLOURS[Verdict.AT_RISK],
                stroke=shapes.PAPER,
                stroke_width="2",
            )
        )
    return shapes.figure(BAR, title, parts, kind="bar")


def day_chart(bars: Sequence[Seen], terms: Thresholds, labels: tuple[str, str], title: str) -> Markup:
    """One column a part of the day; floor and target across."""
    width, height = 10 * DAY[0], 10 * DAY[1]
    edges = [edge for bar in bars for edge in (bar.value, bar.low, bar.high) if edge is not None]
    reach = Reach.over([*edges, float(terms.floor), float(terms.target)])

    def y(value: float) -> float:
        return height - reach.share(value) * height

    floor, target = y(float(terms.floor)), y(float(terms.target))
    wrong = height if terms.higher_is_better else 0.0
    step = (width - DAY_EDGE) / len(bars)
    places = [(DAY_EDGE + step * (index + 0.5), y(bar.value)) for index, bar in enumerate(bars)]
    parts = [
        shapes.path(
            shapes.rectangle((DAY_EDGE, floor), (width, wrong)), "floor-zone", fill=shapes.FLOOR_ZONE
        ),
        shapes.stroke(shapes.line((DAY_EDGE, floor), (width, floor)), "floor", shapes.FLOOR, 5),
        shapes.stroke(shapes.line((DAY_EDGE, target), (width, target)), "target", shapes.INK, 3, "12 8"),
        shapes.stroke(shapes.line((DAY_EDGE, height - 2), (width, height - 2)), "axis", shapes.MIST, 3),
    ]
    for clear, colour in ((False, shapes.MIST), (True, shapes.FLOOR)):
        whiskers = "".join(
            shapes.line((place[0], y(bar.low)), (place[0], y(bar.high)))
            for bar, place in zip(bars, places, strict=True)
            if bar.low is not None and bar.high is not None and (bar.level is Level.CLEAR) is clear
        )
        parts.append(shapes.stroke(whiskers, "interval", colour, 12))
    for level, verdict in MARK.items():
        spots = [place for bar, place in zip(bars, places, strict=True) if bar.level is level]
        parts.append(shapes.marks(verdict, spots, 14, COLOUR[level]))
    spot = {"font_size": "23", "text_anchor": "end"}
    near = abs(floor - target) < 28  # noqa: PLR2004 - a line of text
    shift = 14 * (1 if floor >= target else -1) if near else 0
    parts += [
        shapes.text(labels[0], (DAY_EDGE - 10, floor + 8 + shift), "floor-label", shapes.FLOOR, **spot),
        shapes.text(labels[1], (DAY_EDGE - 10, target + 8 - shift), "target-label", shapes.INK, **spot),
    ]
    return shapes.figure(DAY, title, parts, kind="day")


def driver_bar(share: float, interval: tuple[float, float], widest: float, title: str) -> Markup:
    """A driver's share against the widest interval, which is drawn as a line with two ends."""
    width, height = 10 * DRIVER_BAR[0], 10 * DRIVER_BAR[1]
    middle = height / 2

    def x(value: float) -> float:
        return 4 + value / widest * (width - 12)

    low, high = (x(end) for end in interval)
    ends = "".join(shapes.line((at, middle - 7), (at, middle + 7)) for at in (low, high))
    parts = [
        shapes.path(shapes.rectangle((x(0), 8), (x(share), height - 8)), "share", fill=shapes.HAIRLINE),
        shapes.stroke(shapes.line((low, middle), (high, middle)) + ends, "interval", shapes.INK, 4),
    ]
    return shapes.figure(DRIVER_BAR, title, parts, kind="bar")
