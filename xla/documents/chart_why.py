"""Bars beside words: how often a reason was given, and where a site stands against the floor."""

from fractions import Fraction

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import shapes

SIZE = (40.0, 5.0)
WIDTH, HEIGHT = 400.0, 50.0
NEAR, FAR = 6.0, 394.0


def share_bar(share: Fraction, before: Fraction | None, widest: Fraction, title: str) -> Markup:
    """A share as a bar against the `widest` of its list; a tick where it was before."""
    scale = (WIDTH - 10) / float(widest) if widest else 0.0
    end = float(share) * scale
    kind = "share-more" if before is not None and share > before else "share"
    parts = [
        shapes.path(shapes.rectangle((0, 10), (end, HEIGHT - 10)) if share else "", kind, fill=shapes.GREY),
        shapes.stroke(shapes.line((1, 0), (1, HEIGHT)), "axis", shapes.MIST, 2),
    ]
    if before is not None:
        at = min(max(float(before) * scale, 2.0), WIDTH - 2)
        parts.append(shapes.stroke(shapes.line((at, 2), (at, HEIGHT - 2)), "was", shapes.INK, 5))
    return shapes.figure(SIZE, title, parts, kind="bar")


def place_bar(now: float, before: float | None, verdict: Verdict, title: str) -> Markup:
    """A value left or right of the floor, from -1 to 1 of its list's reach; a tick where it was before."""
    middle = WIDTH / 2

    def x(level: float) -> float:
        return min(max(middle + level * (middle - 12), NEAR), FAR)

    left, right = sorted((x(now), middle))
    bar = shapes.rectangle((left, 14), (right, HEIGHT - 14))
    colour = shapes.COLOURS[verdict]
    was = "" if before is None else shapes.line((x(before), 6), (x(before), HEIGHT - 6))
    parts = [
        shapes.path(bar, f"interval interval-{verdict.value}", fill=colour, opacity="0.55"),
        shapes.stroke(shapes.line((middle, 0), (middle, HEIGHT)), "floor", shapes.FLOOR, 4),
        shapes.stroke(was, "was", shapes.MIST, 5),
        shapes.marks(verdict, [(x(now), HEIGHT / 2)], 13, colour),
    ]
    return shapes.figure(SIZE, title, parts, kind="bar")
