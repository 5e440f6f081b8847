"""Charts to be read at a glance, for lists: a verdict strip, a budget meter, ten dots, decisions, evidence.

Sizes are CSS pixels. Whoever shows one gives it its sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import shapes
from xla.documents.shapes import line, rectangle

SUNKEN = "#eaeff0"
EDGE = "#bcc7ca"
AMBER = "#f5b32e"
STRIP = 12
"""Closed periods a strip has room for."""
CELL, CELL_GAP, CELL_HEIGHT = 17, 2, 22
DOTS = 10
METER = 132
EVIDENCE_WIDTH, EVIDENCE_HEIGHT = 272, 46
FLOOR_AT, TARGET_AT = 114.5, 186.1
"""Where floor and target stand on the evidence axis, whatever the unit."""
INSET = 8.0


@dataclass(frozen=True)
class Placed:
    """A value and its interval on the axis where the floor is 0 and the target 1."""

    value: float
    low: float | None
    high: float | None


def verdict_strip(closed: Sequence[Verdict], running: Verdict | None, sentence: str) -> Markup:
    """Up to twelve closed periods, the latest last, and the running one outlined behind them."""
    closed = closed[-STRIP:]
    first = STRIP - len(closed)
    cells = [_cell(verdict, first + place, is_running=False) for place, verdict in enumerate(closed)]
    if running is not None:
        cells.append(_cell(running, STRIP, is_running=True))
    width = (STRIP + 1) * (CELL + CELL_GAP) + 4
    return _figure((width, CELL_HEIGHT), sentence, Markup().join(cells), "strip")


def budget_meter(left: float, due: float | None, sentence: str, *, width: int = METER) -> Markup:
    """What is left of a budget, filled; a tick where an even pace would be; what is missing hatched."""
    inside = _meter(round(left, 3), None if due is None else round(due, 3), width)
    return _figure((width, 16), sentence, inside, "budget")


def chance_dots(chance: float) -> Markup:
    """Ten dots, one filled for every tenth. The number stands beside it, so it has no sentence of its own."""
    return _dots(min(int(chance * DOTS + 0.5), DOTS))


def decision_segments(accepted: int, disputed: int, undecided: int, sentence: str) -> Markup:
    """One segment a KPI: accepted filled, disputed hatched, undecided hollow."""
    count = max(accepted + disputed + undecided, 1)
    gap = 3 if count <= 40 else 0  # noqa: PLR2004 -- more would leave nothing but gaps
    wide = (EVIDENCE_WIDTH + gap) / count - gap
    parts = []
    for place in range(count):
        left = place * (wide + gap)
        kind = "filled" if place < accepted else "disputed" if place < accepted + disputed else "hollow"
        parts.append(_segment(left, wide, kind))
    return _figure((EVIDENCE_WIDTH, 16), sentence, Markup().join(parts), "decisions")


def evidence_axis(placed: Placed, verdict: Verdict, labels: tuple[str, str], sentence: str) -> Markup:
    """Value and interval by a floor and a target that line up down a list; `labels` name the two.

    Without a label for the target there is none: it is the floor.
    """
    colour, middle = shapes.COLOURS[verdict], 14.0
    parts = [
        shapes.path(rectangle((0, 2), (FLOOR_AT, 26)), "under", fill=SUNKEN),
        shapes.stroke(line((FLOOR_AT, 0), (FLOOR_AT, 28)), "floor", shapes.INK, 2),
    ]
    if labels[1]:
        parts.append(shapes.stroke(line((TARGET_AT, 0), (TARGET_AT, 28)), "target", shapes.INK, 1, "4 4"))
    for label, at in zip(labels, (FLOOR_AT, TARGET_AT), strict=True):
        place = {"font_size": "12", "text_anchor": "middle"}
        parts.append(shapes.text(label, (at, 42), "ax", shapes.GREY, **place))
    if placed.low is not None and placed.high is not None:
        low, high = sorted((_along(placed.low), _along(placed.high)))
        parts.append(shapes.stroke(line((low, middle), (high, middle)), f"line-{verdict}", colour, 6))
    mark = shapes.mark_data(verdict, (_along(placed.value), middle), 7)
    parts.append(shapes.path(mark, f"fill-{verdict} halo", fill=colour))
    return _figure((EVIDENCE_WIDTH, EVIDENCE_HEIGHT), sentence, Markup().join(parts), "evidence")


def _along(step: float) -> float:
    at = FLOOR_AT + step * (TARGET_AT - FLOOR_AT)
    return min(max(at, INSET), EVIDENCE_WIDTH - INSET)


def _figure(size: tuple[int, int], sentence: str, inside: Markup, kind: str) -> Markup:
    width, height = size
    return Markup(
        '<svg class="glance glance-{}" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "{}</svg>"
    ).format(kind, width, height, width, height, sentence, inside)


@lru_cache(maxsize=512)
def _cell(verdict: Verdict, place: int, *, is_running: bool) -> Markup:
    left = place * (CELL + CELL_GAP) + (4 if is_running else 0)
    box = rectangle((left, 0), (left + CELL, CELL_HEIGHT))
    kinds = f"cell-{verdict} now" if is_running else f"cell-{verdict}"
    mark = shapes.mark_data(verdict, (left + CELL / 2, CELL_HEIGHT / 2), 3.6)
    return Markup(
        '<path class="{}" d="{}" fill="none"/><path class="cell-mark-{}" d="{}" fill="{}"/>'
    ).format(kinds, box, verdict, mark, shapes.COLOURS[verdict])


@lru_cache(maxsize=4096)
def _meter(left: float, due: float | None, width: int) -> Markup:
    filled = width * min(max(left, 0.0), 1.0)
    parts = [shapes.path(rectangle((0, 4), (width, 12)), "meter", fill=SUNKEN, stroke=EDGE)]
    if filled:
        parts.append(shapes.path(rectangle((0, 4), (filled, 12)), "meter-left", fill=shapes.GREY))
    if due is None:
        return Markup().join(parts)
    tick = width * min(max(due, 0.0), 1.0)
    if tick > filled:
        kind = "meter-missing" if filled else "meter-spent"
        parts.append(shapes.path(rectangle((filled, 4), (tick, 12)), kind, fill=AMBER))
        parts.append(shapes.stroke(line((filled, 8), (tick, 8)), f"{kind}-hatch", shapes.FLOOR, 8, "2 3"))
    parts.append(shapes.path(rectangle((tick - 1, 0), (tick + 1, 16)), "meter-tick halo", fill=shapes.INK))
    return Markup().join(parts)


@lru_cache(maxsize=16)
def _dots(filled: int) -> Markup:
    dots = (
        Markup('<circle class="{}" cx="{}" cy="4" r="3.5" fill="{}" stroke="{}"/>').format(
            "dot on" if place < filled else "dot",
            10 * place + 4,
            shapes.INK if place < filled else "none",
            shapes.INK,
        )
        for place in range(DOTS)
    )
    return Markup(
        '<svg class="glance dots" width="98" height="8" viewBox="0 0 98 8" aria-hidden="true">{}</svg>'
    ).format(Markup().join(dots))


def _segment(left: float, wide: float, kind: str) -> Markup:
    box = rectangle((left, 4), (left + wide, 12))
    if kind == "filled":
        return shapes.path(box, "meter-left", fill=shapes.GREY)
    if kind == "hollow":
        return shapes.path(box, "meter", fill=SUNKEN, stroke=EDGE)
    hatch = shapes.stroke(line((left, 8), (left + wide, 8)), "meter-spent-hatch", shapes.FLOOR, 8, "2 3")
    return shapes.path(box, "meter-spent", fill=SUNKEN, stroke=shapes.FLOOR) + hatch
