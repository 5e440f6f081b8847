"""Shapes: SVG paths and the verdicts' colours, the same on paper and on screen.

Colours are presentation attributes: a browser's page CSS overrides them by class, a PDF has them
as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from xla.core.verdict import Verdict

INK = "#14222c"
GREY = "#4a5864"
MIST = "#7f8d98"
HAIRLINE = "#b9c3ca"
FLOOR = "#a3122a"
FLOOR_ZONE = "#fbeaeb"
PAPER = "#ffffff"
COLOURS: Mapping[Verdict, str] = {
    Verdict.MET: "#0b6353",
    Verdict.AT_RISK: "#8a4b00",
    Verdict.BREACHED: FLOOR,
    Verdict.INCONCLUSIVE: "#4a4a8c",
    Verdict.NO_DATA: GREY,
}
HOLLOW = frozenset({Verdict.INCONCLUSIVE, Verdict.NO_DATA})
FONT = "XLA Inter"

ADVANCES: Mapping[str, int] = {
    "1": 407, "2": 610, "3": 618, "4": 646, "A": 690, "D": 722, "E": 601, "F": 590, "H": 743, "J": 571,
    "K": 672, "L": 565, "M": 903, "N": 753, "O": 765, "S": 642, "T": 646,
}  # fmt: skip
"""How wide a month's first letter, and a quarter's digit, is in our face: thousandths of its size."""

Point = tuple[float, float]


def length(value: float) -> str:
    """A coordinate with at most two decimals, the same on every machine."""
    rounded = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return format(rounded.normalize() if rounded else Decimal(0), "f")


def figure(size: Point, title: str, parts: Iterable[Markup], *, kind: str) -> Markup:
    """One SVG of `size` millimetres; its units are tenths of a millimetre."""
    width, height = size
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" width="{width}mm" height="{height}mm" '
        'viewBox="0 0 {x} {y}" role="img"><title>{title}</title>{parts}</svg>'
    ).format(
        kind=kind,
        width=length(width),
        height=length(height),
        x=length(10 * width),
        y=length(10 * height),
        title=title,
        parts=Markup().join(parts),
    )


def path(data: str, kind: str, **attributes: str) -> Markup:
    """One path of one kind; nothing when it has no data."""
    if not data:
        return Markup()
    return Markup('<path class="{}" d="{}"{}/>').format(kind, data, _listed(attributes))


def _listed(attributes: Mapping[str, str]) -> Markup:
    """Attributes as they stand in a tag; `stroke_width` is written stroke-width."""
    parts = (Markup(' {}="{}"').format(name.replace("_", "-"), value) for name, value in attributes.items())
    return Markup().join(parts)


def stroke(data: str, kind: str, colour: str, width: float, dashes: str = "") -> Markup:
    """A line path."""
    more = {"stroke_dasharray": dashes} if dashes else {}
    return path(data, kind, fill="none", stroke=colour, stroke_width=length(width), **more)


def text(content: str, at: Point, kind: str, colour: str, **attributes: str) -> Markup:
    """A short label."""
    return Markup('<text class="{}" x="{}" y="{}" fill="{}" font-family="{}"{}>{}</text>').format(
        kind, length(at[0]), length(at[1]), colour, FONT, _listed(attributes), content
    )


def letters(placed: Sequence[tuple[str, float]], y: float, kind: str, colour: str, size: float) -> Markup:
    """Single letters of `ADVANCES`, each over its x, as one text: cheaper on paper than many."""
    starts = (length(x - ADVANCES[letter] * size / 2000) for letter, x in placed)
    return Markup(
        '<text class="{}" x="{}" y="{}" fill="{}" font-family="{}" font-size="{}">{}</text>'
    ).format(
        kind, " ".join(starts), length(y), colour, FONT, length(size), "".join(each for each, _ in placed)
    )


def line(start: Point, end: Point) -> str:
    """Path data of one straight line."""
    return f"M{length(start[0])} {length(start[1])}L{length(end[0])} {length(end[1])}"


def rectangle(corner: Point, opposite: Point) -> str:
    """Path data of an upright rectangle."""
    (left, top), (right, bottom) = corner, opposite
    return f"M{length(left)} {length(top)}H{length(right)}V{length(bottom)}H{length(left)}Z"


def polyline(points: Iterable[Point | None]) -> str:
    """Path data through the points, broken where one is missing."""
    parts: list[str] = []
    pen = "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{length(point[0])} {length(point[1])}")
        pen = "L"
    return "".join(parts)


def is_alone(points: Sequence[Point | None], index: int) -> bool:
    """Whether no line leads to that point, so that only a mark can show it."""
    before = points[index - 1] if index else None
    after = points[index + 1] if index + 1 < len(points) else None
    return before is None and after is None


def mark_data(verdict: Verdict, at: Point, radius: float) -> str:
    """Path data of a verdict's mark: circle, triangle, square, diamond, circle."""
    x, y = at
    if verdict is Verdict.BREACHED:
        half = radius * 0.9
        return rectangle((x - half, y - half), (x + half, y + half))
    if verdict is Verdict.AT_RISK:
        top, base, half = y - radius * 1.15, y + radius * 0.8, radius * 1.15
        return f"M{length(x)} {length(top)}L{length(x + half)} {length(base)}H{length(x - half)}Z"
    if verdict is Verdict.INCONCLUSIVE:
        far = radius * 1.15
        return (
            f"M{length(x)} {length(y - far)}L{length(x + far)} {length(y)}"
            f"L{length(x)} {length(y + far)}L{length(x - far)} {length(y)}Z"
        )
    size = length(radius)
    arcs = (f"a{size} {size} 0 1 0 {length(way)} 0" for way in (2 * radius, -2 * radius))
    return f"M{length(x - radius)} {length(y)}{''.join(arcs)}Z"


def marks(verdict: Verdict, points: Iterable[Point], radius: float, colour: str) -> Markup:
    """All marks of one verdict as one path."""
    data = "".join(mark_data(verdict, point, radius) for point in points)
    kind = f"mark mark-{verdict.value}"
    if verdict in HOLLOW:
        return path(data, kind, fill=PAPER, stroke=colour, stroke_width=length(radius * 0.42))
    return path(data, kind, fill=colour, stroke=PAPER, stroke_width=length(radius * 0.25))
