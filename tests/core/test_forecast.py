"""The forecast: the chance that a period's final value is worse than the floor."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.agreement import Kpi
from xla.core.forecast import chance_of_breach, chance_of_breach_of
from xla.core.metric import measure
from xla.core.scale import NAMED_SCALES
from xla.core.verdict import DecisionRule, Thresholds
from xla.core.weight import WeightedMetric

CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
FACES = WeightedMetric("mean", {score: Fraction(100 * (score - 1), 3) for score in range(1, 5)})
SAME = WeightedMetric("mean", {1: Fraction(5), 2: Fraction(5)})


def chance(
    metric: WeightedMetric,
    floor: str,
    counts: dict[int, int],
    remaining: Fraction | int,
    past: dict[int, int] | None = None,
    **more: Any,
) -> float | None:
    thresholds = Thresholds(Decimal(floor), Decimal(floor), **more)
    return chance_of_breach(metric, thresholds, counts, past=past or {}, remaining=Fraction(remaining))


EXAMPLES = [
    # sentence, chance. By hand: with a flat prior every number of good ratings among 10 is equally likely.
    ("before the first rating all shares are alike", chance(CSAT, "50", {}, 10), 5 / 11),
    ("a value on the floor is not worse than it", chance(CSAT, "40", {}, 10), 4 / 11),
    ("just over it is", chance(CSAT, "40.0001", {}, 10), 5 / 11),
    ("one good rating weighs the next", chance(CSAT, "75", {5: 1}, 1), 1 / 3),
    ("one poor rating as well", chance(CSAT, "50", {1: 1}, 1), 2 / 3),
    ("the past is worth five ratings", chance(CSAT, "50", {}, 1, {5: 7, 1: 1}), 1 / 5),
    ("however many they were", chance(CSAT, "50", {}, 1, {5: 799, 1: 199}), 1 / 5),
    ("a past of good ratings alone rules nothing out", chance(CSAT, "50", {}, 1, {5: 8}), 1 / 10),
    ("where lower is better: the other side", chance(CSAT, "50", {5: 1}, 1, higher_is_better=False), 2 / 3),
    ("a mean on its middle", chance(MEAN, "3", {}, 1), 0.3618),
    ("half of one rating is one rating", chance(CSAT, "75", {5: 1}, Fraction(1, 2)), 1 / 3),
    ("three halves are two", chance(CSAT, "75", {5: 1}, Fraction(3, 2)), 1 / 2),
    (
        "the decision rule changes nothing",
        chance(CSAT, "75", {5: 1}, 1, decision_rule=DecisionRule("guarded_rejection")),
        1 / 3,
    ),
]


@pytest.mark.parametrize(
    ("found", "expected"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES]
)
def test_the_chance_of_a_breach(found: float, expected: float) -> None:
    assert found == pytest.approx(expected, abs=5e-5)


CERTAIN = [
    ("on the floor at the end it is held", chance(CSAT, "75", {5: 3, 1: 1}, 0), 0),
    ("just under it at the end it is breached", chance(CSAT, "75.0001", {5: 3, 1: 1}, 0), 1),
    ("a mean at the end, exactly", chance(MEAN, "3.6666666666666667", {5: 2, 1: 1}, 0), 1),
    ("and from the other side", chance(MEAN, "3.6666666666666666", {5: 2, 1: 1}, 0), 0),
    ("at the end, lower is better, on the floor", chance(MEAN, "2", {2: 9}, 0, higher_is_better=False), 0),
    ("at the end, lower is better, over it", chance(MEAN, "2", {2: 9, 3: 1}, 0, higher_is_better=False), 1),
    ("a net at the end", chance(NPS, "0", {0: 1, 10: 1}, 0), 0),
    ("what no good rating can mend is certain", chance(CSAT, "80", {1: 30}, 10), 1),
    ("what no poor rating can spoil is certain", chance(CSAT, "60", {5: 30}, 10), 0),
    ("the same for a net", chance(NPS, "20", {0: 30}, 10), 1),
    ("the same for a mean", chance(MEAN, "4", {5: 30}, 10), 0),
    ("a floor at the worst value holds", chance(MEAN, "1", {1: 30}, 10), 0),
    ("weights that are all the same leave no doubt", chance(SAME, "6", {1: 1}, 10), 1),
    ("nor the other way", chance(SAME, "5", {1: 1}, 10), 0),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in CERTAIN], ids=[row[0] for row in CERTAIN])
def test_what_is_certain_is_0_or_1(found: float, expected: int) -> None:
    assert found == expected


def test_without_any_rating_given_or_expected_there_is_no_forecast() -> None:
    assert chance(CSAT, "80", {}, 0, {5: 100}) is None


def test_an_index_a_rate_and_an_amount_have_no_forecast() -> None:
    def forecast(metric: str, asked: dict[str, Any], scale: str | None) -> float | None:
        words = {"key": "k", "title": {"en": "T"}, "service": "s", "target": Decimal(4)}
        kpi = Kpi(**words, metric=metric, **asked)
        return chance_of_breach_of(kpi, scale and NAMED_SCALES[scale], {5: 9}, past={}, remaining=Fraction(0))

    assert forecast("nki", {"questions": ("q", "r")}, "nki10") is None
    assert forecast("rate", {"observation": "o"}, None) is None
    assert forecast("amount_mean", {"observation": "o"}, None) is None
    assert forecast("mean", {"question": "q"}, "csat5") == 0


@pytest.mark.parametrize(("counts", "past"), [({6: 1}, {}), ({}, {0: 1})], ids=["now", "in the past"])
def test_a_score_outside_the_scale_is_refused(counts: dict[int, int], past: dict[int, int]) -> None:
    with pytest.raises(KeyError):
        chance(CSAT, "80", counts, 1, past)


# --- against the definition: every way the rest may come, one rating after the other ------------------------


def rising(start: float, times: int) -> float:
    return prod(start + number for number in range(times))


def by_definition(metric: WeightedMetric, floor: str, counts: dict[int, int], more: int) -> float:
    """Pólya's urn over the distinct weights, all ways counted."""
    weights = sorted(set(metric.weights.values()))
    given_of = [
        sum(n for score, n in counts.items() if metric.weights[score] == weight) for weight in weights
    ]
    alphas = [2 / len(weights) + given for given in given_of]
    n = sum(given_of) + more
    total = 0.0
    for ways in product(range(more + 1), repeat=len(weights)):
        value = sum((g + w) * weight for g, w, weight in zip(given_of, ways, weights, strict=True)) / n
        if sum(ways) == more and value < Fraction(floor):
            orders = prod(comb(sum(ways[place:]), way) for place, way in enumerate(ways))
            rises = prod(rising(alpha, way) for alpha, way in zip(alphas, ways, strict=True))
            total += orders * rises / rising(sum(alphas), more)
    return total


@pytest.mark.parametrize("floor", ["10", "39", "60", "75", "76", "90"])
@pytest.mark.parametrize("counts", [{}, {5: 3, 1: 1}, {5: 1, 1: 9}, {5: 40, 1: 8}], ids=str)
@pytest.mark.parametrize("more", [1, 7, 60])
def test_a_shares_chance_is_exact(floor: str, counts: dict[int, int], more: int) -> None:
    assert chance(CSAT, floor, counts, more) == pytest.approx(
        by_definition(CSAT, floor, counts, more), rel=1e-11, abs=1e-14
    )


@pytest.mark.parametrize("floor", ["-20", "0", "10", "33.5", "50"])
@pytest.mark.parametrize("counts", [{0: 8, 7: 6, 10: 16}, {0: 20, 8: 40, 9: 30}], ids=str)
def test_a_nets_chance_is_close(floor: str, counts: dict[int, int]) -> None:
    assert chance(NPS, floor, counts, 20) == pytest.approx(by_definition(NPS, floor, counts, 20), abs=0.01)


@pytest.mark.parametrize("floor", ["50", "55", "60", "62.5", "70"])
def test_a_means_chance_is_close(floor: str) -> None:
    counts = {1: 4, 2: 4, 3: 10, 4: 9}
    assert chance(FACES, floor, counts, 12) == pytest.approx(
        by_definition(FACES, floor, counts, 12), abs=0.02
    )


def test_a_whole_years_ratings_are_no_matter() -> None:
    assert chance(CSAT, "80", {5: 80_000, 1: 20_100}, 100_000) == pytest.approx(0.814, abs=0.001)
    assert chance(CSAT, "80", {5: 90_000, 1: 10_000}, 100_000) == pytest.approx(0, abs=1e-15)
    assert chance(CSAT, "80", {5: 70_000, 1: 30_000}, 100_000) == pytest.approx(1, abs=1e-15)


# --- for every metric ---------------------------------------------------------------------------------------

fives = st.fixed_dictionaries({score: st.integers(0, 40) for score in range(1, 6)})
elevens = st.fixed_dictionaries({score: st.integers(0, 20) for score in range(11)})
known = st.one_of(
    st.tuples(st.just(CSAT), fives, fives),
    st.tuples(st.just(MEAN), fives, fives),
    st.tuples(st.just(NPS), elevens, elevens),
)
floors = st.integers(-120, 120)


@given(known, floors, floors, st.integers(0, 200))
def test_a_chance_lies_in_0_to_1_and_grows_with_the_floor(
    told: tuple[WeightedMetric, dict[int, int], dict[int, int]], low: int, high: int, more: int
) -> None:
    metric, counts, past = told
    low, high = sorted((low, high))
    chances = [chance(metric, str(floor), counts, more, past) for floor in (low, high)]
    assert chances == [None, None] if not more + sum(counts.values()) else 0 <= chances[0] <= chances[1] <= 1


@given(known, floors)
def test_at_the_end_it_is_what_the_exact_value_says(
    told: tuple[WeightedMetric, dict[int, int], dict[int, int]], floor: int
) -> None:
    metric, counts, past = told
    value = measure(metric, counts, Decimal("0.95")).value
    assert chance(metric, str(floor), counts, 0, past) == (None if value is None else value < floor)


@given(known, floors, st.integers(0, 200))
def test_better_and_worse_mirrored_are_the_same(
    told: tuple[WeightedMetric, dict[int, int], dict[int, int]], floor: int, more: int
) -> None:
    metric, counts, past = told
    mirror = WeightedMetric(metric.kind, {score: -weight for score, weight in metric.weights.items()})
    found = chance(metric, str(floor), counts, more, past)
    mirrored = chance(mirror, str(-floor), counts, more, past, higher_is_better=False)
    assert mirrored == (None if found is None else pytest.approx(found, abs=1e-12))
