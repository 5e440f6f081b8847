"""Levels: a floor, solid, with its wrong side shaded, and a target, dashed; the web's charts have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from xla.documents import shapes

LINE_OF_TEXT = 16
"""How far apart two labels must stand, in pixels."""


@dataclass(frozen=True)
class Level:
    """A floor or a target, with its words."""

    value: float
    label: str


@dataclass(frozen=True)
class Plot:
    """Where a chart draws, in its own units, and which values it spans."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: Fraction | float) -> float:
        """The height of a value."""
        return self.bottom - (float(value) - self.low) / (self.high - self.low) * (self.bottom - self.top)


def span(values: Iterable[Fraction | float], spare: float) -> tuple[float, float]:
    """The lowest and highest value a chart has room for: `spare` times their distance beyond either end."""
    seen = [float(value) for value in values]
    more = (max(seen) - min(seen)) * spare or 1.0
    return min(seen) - more, max(seen) + more


def apart(floor: float, target: float, least: float) -> tuple[float, float]:
    """Heights of the two labels, moved apart where they would touch."""
    push = max(least - abs(floor - target), 0) / 2 * (1 if floor >= target else -1)
    return floor + push, target - push


def levels(plot: Plot, floor: Level, target: Level, *, wrong_side: float) -> list[Markup]:
    """Both, named on the left; shaded from the floor to the height of the `wrong_side`.

    Where target and floor are one only the floor is drawn.
    """
    low, high = plot.y(floor.value), plot.y(target.value)
    of_floor, of_target = apart(low, high, LINE_OF_TEXT)
    zone = shapes.rectangle((plot.left, low), (plot.right, wrong_side))
    parts = [
        shapes.path(zone, "floor-zone", fill=shapes.FLOOR_ZONE),
        shapes.stroke(shapes.line((plot.left, low), (plot.right, low)), "floor", shapes.FLOOR, 2),
        label(floor.label, (plot.left - 8, of_floor + 4), "floor-label", 12, anchor="end"),
    ]
    if floor.value != target.value:
        line = shapes.line((plot.left, high), (plot.right, high))
        parts.append(shapes.stroke(line, "target", shapes.INK, 1, "4 4"))
        parts.append(label(target.label, (plot.left - 8, of_target + 4), "target-label", 12, anchor="end"))
    return parts


def label(  # noqa: PLR0913 -- a label's own properties
    content: str, at: shapes.Point, kind: str, size: float, *, anchor: str = "middle", weight: str = "400"
) -> Markup:
    """A label of a size in pixels."""
    return shapes.text(
        content, at, kind, shapes.GREY, font_size=shapes.length(size), text_anchor=anchor, font_weight=weight
    )
