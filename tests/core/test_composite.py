from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.composite import Method, Part, contributions, points, score

POINTS = [
    ("a share is its own place", Fraction("73.2"), 0, 100, True, Fraction("73.2")),
    ("the middle of 1-5 is 50", Fraction(3), 1, 5, True, 50),
    ("a 4.2 of 1-5 is 80", Fraction("4.2"), 1, 5, True, 80),
    ("a net of 0 is 50", Fraction(0), -100, 100, True, 50),
    ("a net of -100 is 0", Fraction(-100), -100, 100, True, 0),
    ("lower is better: a little lost is nearly all", Fraction(5), 0, 100, False, 95),
    ("lower is better: the best of 1-5 is 1", Fraction(1), 1, 5, False, 100),
    ("growth, which is negative churn, is not over 100", Fraction(-5), 0, 100, False, 100),
    ("a rate beyond the whole is not over 100", Fraction(105), 0, 100, True, 100),
    ("an amount without bounds has no place", Fraction(7), None, None, True, None),
    ("no value has no place", None, 0, 100, True, None),
]


@pytest.mark.parametrize(
    ("value", "lowest", "highest", "higher", "expected"), [r[1:] for r in POINTS], ids=[r[0] for r in POINTS]
)
def test_the_place_of_a_value_on_0_to_100(
    *, value: Fraction | None, lowest: Any, highest: Any, higher: bool, expected: Any
) -> None:
    assert points(value, lowest, highest, higher) == expected


def parts(*rows: tuple[int | None, str]) -> list[Part]:
    return [
        Part(f"k{number}", None if place is None else Fraction(place), Decimal(weight))
        for number, (place, weight) in enumerate(rows)
    ]


SCORES = [
    (
        "a weighted mean",
        parts((80, "1"), (50, "2")),
        "weighted",
        60,
        {"k0": Fraction(80, 3), "k1": Fraction(100, 3)},
    ),
    ("weights are exact decimals", parts((80, "0.1"), (50, "0.2")), "weighted", 60, None),
    (
        "the minimum is the worst KPI, whatever weighs",
        parts((80, "9"), (50, "1")),
        "minimum",
        50,
        {"k0": 0, "k1": 50},
    ),
    (
        "equally low ones share a minimum",
        parts((50, "1"), (90, "1"), (50, "3")),
        "minimum",
        50,
        {"k0": 25, "k1": 0, "k2": 25},
    ),
    ("without points it is left out", parts((80, "1"), (None, "9")), "weighted", 80, {"k0": 80}),
    ("also of a minimum", parts((80, "1"), (None, "9")), "minimum", 80, {"k0": 80}),
    ("without weight it is left out", parts((80, "1"), (10, "0")), "weighted", 80, {"k0": 80}),
    (
        "also of a minimum, being told beside the score",
        parts((80, "1"), (10, "0")),
        "minimum",
        80,
        {"k0": 80},
    ),
    ("a score of 0 is a score", parts((0, "1")), "weighted", 0, {"k0": 0}),
    ("nothing to weigh is no score", parts((None, "1"), (10, "0")), "weighted", None, {}),
    ("nothing to compare is no score", parts(), "minimum", None, {}),
]


@pytest.mark.parametrize(
    ("given_parts", "method", "expected", "added"), [r[1:] for r in SCORES], ids=[r[0] for r in SCORES]
)
def test_the_score_and_what_each_kpi_adds(
    given_parts: list[Part], method: Method, expected: Any, added: dict[str, Any] | None
) -> None:
    assert score(given_parts, method) == expected
    assert added is None or contributions(given_parts, method) == added


some_parts = st.lists(
    st.builds(
        Part,
        st.uuids().map(str),
        st.none() | st.fractions(0, 100, max_denominator=99),
        st.decimals(0, 10, places=2),
    ),
    max_size=6,
)


@given(some_parts, st.sampled_from(["weighted", "minimum"]))
def test_what_the_kpis_add_is_the_score_and_lies_between_them(
    given_parts: list[Part], method: Method
) -> None:
    found = score(given_parts, method)
    places = [part.points for part in given_parts if part.points is not None and part.weight]
    assert found is None if not places else min(places) <= found <= max(places)
    assert sum(contributions(given_parts, method).values()) == (found or 0)
