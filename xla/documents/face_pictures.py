"""Face pictures: our faces as small PNGs, for mails, which show no drawings: all of one weight and ink."""

from functools import cache
from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw

SIZE = 112
"""Pixels: shown at 56, sharp on any screen."""
SHADES = 24
"""Between ink, paper and nothing: enough for smooth edges, and small in every mail."""
INK, PAPER = "#14222c", "#ffffff"
_SQUARE = 64
"""The square the faces are drawn on."""
_FINER = 8
"""Drawn so many times larger per unit, then made small."""
_STROKE = 2.4
Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
_MOUTHS: dict[int, tuple[Curve, ...]] = {
    1: (
        ((20, 46), (23, 39.6), (27.2, 37.4), (32, 37.4)),
        ((32, 37.4), (36.8, 37.4), (41, 39.6), (44, 46)),
        ((17.5, 18.5), (17.5, 18.5), (25.5, 22.1), (25.5, 22.1)),
        ((46.5, 18.5), (46.5, 18.5), (38.5, 22.1), (38.5, 22.1)),
    ),
    2: (
        ((22, 44), (24.8, 40.4), (28, 39), (32, 39)),
        ((32, 39), (36, 39), (39.2, 40.4), (42, 44)),
    ),
    3: (((22, 42), (22, 42), (42, 42), (42, 42)),),
    4: (
        ((22, 39.5), (24.8, 43.1), (28, 44.5), (32, 44.5)),
        ((32, 44.5), (36, 44.5), (39.2, 43.1), (42, 39.5)),
    ),
    5: (
        ((18.5, 37.5), (18.5, 37.5), (45.5, 37.5), (45.5, 37.5)),
        ((45.5, 37.5), (45.5, 45.3), (39.5, 49.8), (32, 49.8)),
        ((32, 49.8), (24.5, 49.8), (18.5, 45.3), (18.5, 37.5)),
    ),
}
"""Mouths and brows as Bézier curves; the best face's is filled."""


@cache
def picture(face: int) -> bytes:
    """The PNG of a face, 1 (worst) to 5: on white, so that it is seen on dark mails, too."""
    scale = _FINER * ceil(SIZE / _SQUARE)
    image = Image.new("RGBA", (_SQUARE * scale, _SQUARE * scale), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    width = round(_STROKE * scale)
    draw.ellipse(_box((32, 32), 31.5, scale), fill=PAPER, outline=INK, width=width)
    for eye in ((23, 27), (41, 27)):
        draw.ellipse(_box(eye, 3.1, scale), fill=INK)
    lines = [_points(curve, scale) for curve in _MOUTHS[face]]
    if face == max(_MOUTHS):
        draw.polygon([point for line in lines for point in line], fill=INK)
    for line in lines:
        draw.line(line, fill=INK, width=width, joint="curve")
        for end in (line[0], line[-1]):
            draw.ellipse(_box(end, width / 2, 1), fill=INK)
    written = BytesIO()
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    small.quantize(SHADES, Image.Quantize.FASTOCTREE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _box(middle: Point, radius: float, scale: int) -> tuple[float, float, float, float]:
    x, y = middle
    return ((x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale)


def _points(curve: Curve, scale: int, steps: int = 24) -> list[Point]:
    """Points along a cubic Bézier curve (its Bernstein form)."""
    found = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        x, y = (
            sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True)) for axis in (0, 1)
        )
        found.append((x * scale, y * scale))
    return found
