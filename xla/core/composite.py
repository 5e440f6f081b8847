"""A composite: one score 0-100 for a contract, made of its KPIs, with what each one adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Method = Literal["weighted", "minimum"]


@dataclass(frozen=True)
class Part:
    """One KPI's place on 0-100 and how much it counts; without points or weight it is left out."""

    kpi: str
    points: Fraction | None
    weight: Decimal


def points(
    value: Fraction | None,
    lowest: Fraction | None,
    highest: Fraction | None,
    higher_is_better: bool,  # noqa: FBT001 -- a fact about the KPI, as the agreement states it
) -> Fraction | None:
    """The value's place on 0-100 by its own range, 100 being best; None without a value or a range.

    A value beyond its range, as a rate may be, stands at the end it left by.
    """
    if value is None or lowest is None or highest is None:
        return None
    place = 100 * (value - lowest) / (highest - lowest)
    place = min(max(place, Fraction(0)), Fraction(100))
    return place if higher_is_better else 100 - place


def score(parts: Sequence[Part], method: Method) -> Fraction | None:
    """The weighted mean or the minimum of the parts' points; None when every part is left out."""
    added = contributions(parts, method)
    return sum(added.values(), Fraction(0)) if added else None


def contributions(parts: Sequence[Part], method: Method) -> Mapping[str, Fraction]:
    """What each KPI adds to the score: they sum to it exactly. KPIs left out are not in it.

    In a minimum the lowest KPI is the whole score; equally low ones share it, the others add nothing.
    """
    counted = {part.kpi: (part.points, Fraction(part.weight)) for part in parts if part.points is not None}
    counted = {kpi: (place, weight) for kpi, (place, weight) in counted.items() if weight > 0}
    if method == "weighted":
        total = sum(weight for _, weight in counted.values())
        return {kpi: place * weight / total for kpi, (place, weight) in counted.items()}
    lowest = min((place for place, _ in counted.values()), default=None)
    lows = sum(place == lowest for place, _ in counted.values())
    return {kpi: place / lows if place == lowest else Fraction(0) for kpi, (place, _) in counted.items()}
