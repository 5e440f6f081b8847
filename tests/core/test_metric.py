from decimal import Decimal
from fractions import Fraction
from math import sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from xla.core.metric import (
    OwnIndex,
    WeightedMetric,
    churn,
    measure,
    measure_amount,
    measure_index,
    measure_rate,
)
from xla.core.scale import Scale

LEVEL = Decimal("0.95")
TEN = Scale(1, 10)
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
FACES = WeightedMetric("mean", {score: Fraction(100 * (score - 1), 3) for score in range(1, 5)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
METRICS = [CSAT, MEAN, FACES, NPS]

Given = tuple[WeightedMetric, dict[int, int]]

INTERVALS = [
    ("a share has Wilson's", CSAT, {1: 182, 5: 81}, (25.52885198783, 36.62095769828)),
    ("a net has the adjusted Wald", NPS, {0: 10, 7: 30, 9: 60}, (35.46659193867, 61.6207867021)),
    ("a mean has Student's t", MEAN, {1: 1, 3: 1, 5: 1}, (3 - 4.968275, 3 + 4.968275)),
]


@pytest.mark.parametrize(
    ("metric", "counts", "expected"), [r[1:] for r in INTERVALS], ids=[r[0] for r in INTERVALS]
)
def test_the_interval_of_score_counts(metric: Any, counts: dict[int, int], expected: Any) -> None:
    measured = measure(metric, counts, LEVEL)
    assert (measured.low, measured.high) == pytest.approx(expected, abs=1e-4)


def test_no_answers_are_no_data_and_not_zero() -> None:
    measured = measure(CSAT, {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}, LEVEL)
    assert (measured.n, measured.value, measured.low, measured.high) == (0, None, None, None)
    assert measured.counts == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}


def test_one_answer_gives_a_mean_no_interval() -> None:
    measured = measure(MEAN, {4: 1}, LEVEL)
    assert (measured.value, measured.low, measured.high) == (4, None, None)


@pytest.mark.parametrize("counts", [{6: 1}, {5: -1}])
def test_a_score_outside_the_scale_or_a_negative_count_is_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="scale"):
        measure(CSAT, counts, LEVEL)


# The index: three people answer two items on 1-10.
ITEMS = {"a": {10: 2, 1: 1}, "b": {10: 1, 1: 1, 4: 1}}
OWN = [OwnIndex(Fraction(100), 1), OwnIndex(Fraction(200, 3), 1), OwnIndex(Fraction(0), 1)]


def test_an_index_is_the_mean_of_its_items_on_0_to_100() -> None:
    measured = measure_index(ITEMS, TEN, OWN, LEVEL)
    assert (measured.n, measured.value) == (3, Fraction(500, 9))
    assert measured.counts == {10: 3, 1: 2, 4: 1}


def test_an_index_has_students_t_on_the_responses_own_index() -> None:
    measured = measure_index(ITEMS, TEN, OWN, LEVEL)
    spread = sqrt(((100 - 500 / 9) ** 2 + (200 / 3 - 500 / 9) ** 2 + (500 / 9) ** 2) / 2)
    half = float(stdtrit(2, 0.975)) * spread / sqrt(3)
    assert (measured.low, measured.high) == pytest.approx((500 / 9 - half, 500 / 9 + half))


def test_equal_responses_may_be_told_together() -> None:
    """Six people, each answer of the three above given twice."""
    twice = {item: {score: 2 * count for score, count in counts.items()} for item, counts in ITEMS.items()}
    together = measure_index(twice, TEN, [OwnIndex(each.value, 2) for each in OWN], LEVEL)
    assert together == measure_index(twice, TEN, OWN * 2, LEVEL)
    assert together.n == 6


def test_an_index_may_weigh_its_items() -> None:
    weights = {"a": Fraction(3), "b": Fraction(1)}
    measured = measure_index(ITEMS, TEN, OWN, LEVEL, weights)
    assert measured.value == (3 * Fraction(200, 3) + Fraction(400, 9)) / 4


def test_an_index_with_an_item_nobody_answered_has_no_value() -> None:
    measured = measure_index({"a": {10: 1}, "b": {10: 0}}, TEN, OWN[:1], LEVEL)
    assert (measured.n, measured.value, measured.low) == (1, None, None)


def test_an_index_without_responses_is_no_data() -> None:
    measured = measure_index({"a": {}, "b": {}}, TEN, [], LEVEL)
    assert (measured.n, measured.value) == (0, None)


def test_one_response_gives_an_index_no_interval() -> None:
    measured = measure_index({"a": {10: 1}, "b": {1: 1}}, TEN, [OwnIndex(Fraction(50), 1)], LEVEL)
    assert (measured.value, measured.low) == (50, None)


@pytest.mark.parametrize(
    ("items", "weights", "problem"),
    [
        ({"a": {11: 1}}, None, "outside"),
        ({}, None, "weights"),
        ({"a": {10: 1}}, {"a": Fraction(0)}, "weights"),
    ],
    ids=["a score outside", "no items", "weights of nothing"],
)
def test_an_index_that_does_not_fit_is_refused(
    items: dict[str, dict[int, int]], weights: dict[str, Fraction] | None, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        measure_index(items, TEN, OWN, LEVEL, weights)


RATES = [
    ("a rate is per cent", "45", "60", True, 60, 75, (62.7679, 84.2235)),
    ("what is no part of the whole has no interval", "45", "60", False, 60, 75, None),
    ("more than the whole has no interval", "61", "60", True, 60, Fraction(305, 3), None),
    ("a negative rate, such as churn with growth, has none", "-3", "60", True, 60, -5, None),
    ("none of some is a share like any", "0", "60", True, 60, 0, (0, 6.0173)),
    ("all of some as well", "60", "60", True, 60, 100, (93.9827, 100)),
    ("one case is data", "1", "1", True, 1, 100, (20.6543, 100)),
    ("half cases have no interval", "4.5", "6", True, 6, 75, None),
    ("a broken denominator has none", "1", "2.5", True, 2, 40, None),
    ("nothing of nothing is no data", "0", "0", True, 0, None, None),
]


@pytest.mark.parametrize(
    ("numerator", "denominator", "subset", "n", "expected", "bounds"),
    [r[1:] for r in RATES],
    ids=[r[0] for r in RATES],
)
def test_the_rate_of_an_observation(
    *,
    numerator: str,
    denominator: str,
    subset: bool,
    n: int,
    expected: Any,
    bounds: tuple[float, float] | None,
) -> None:
    measured = measure_rate(Decimal(numerator), Decimal(denominator), subset, LEVEL)
    assert (measured.n, measured.value) == (n, expected)
    assert (measured.low, measured.high) == pytest.approx(bounds or (None, None), abs=1e-3)


def test_a_negative_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="denominator"):
        measure_rate(Decimal(1), Decimal(-1), subset=True, confidence=LEVEL)


def test_churn_is_what_was_lost_of_what_was_there() -> None:
    assert churn(200, 180) == Fraction(1, 10)
    assert churn(200, 210) == Fraction(-1, 20)
    assert churn(1, 0) == 1


def test_churn_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="start"):
        churn(0, 0)


def test_an_amount_is_a_mean_without_an_interval() -> None:
    measured = measure_amount(Decimal("7.5"), 2, None, LEVEL)
    assert (measured.n, measured.value, measured.low) == (2, Fraction(15, 4), None)


def test_an_amount_with_its_squares_has_students_t() -> None:
    measured = measure_amount(Decimal(9), 3, Decimal(35), LEVEL)
    assert (measured.low, measured.high) == pytest.approx((3 - 4.968275, 3 + 4.968275), abs=1e-4)


def test_an_amount_of_no_cases_is_no_data() -> None:
    assert measure_amount(Decimal(0), 0, None, LEVEL).n == 0


@pytest.mark.parametrize(("count", "squares"), [(-1, None), (3, Decimal(26))])
def test_an_impossible_amount_is_refused(count: int, squares: Decimal | None) -> None:
    with pytest.raises(ValueError, match=r"count|squares"):
        measure_amount(Decimal(9), count, squares, LEVEL)


@st.composite
def metric_and_counts(draw: st.DrawFn) -> Given:
    metric = draw(st.sampled_from(METRICS))
    counts = {score: draw(st.integers(0, 60)) for score in metric.weights}
    counts[draw(st.sampled_from(sorted(counts)))] += 1
    return metric, counts


@given(metric_and_counts())
def test_one_more_best_rating_never_lowers_the_value(given_counts: Given) -> None:
    metric, counts = given_counts
    best = max(counts)
    assert (
        measure(metric, counts | {best: counts[best] + 1}, LEVEL).value
        >= measure(metric, counts, LEVEL).value
    )


@given(metric_and_counts(), st.randoms())
def test_the_order_of_the_scores_is_irrelevant(given_counts: Given, random: Random) -> None:
    metric, counts = given_counts
    shuffled = list(counts.items())
    random.shuffle(shuffled)
    assert measure(metric, dict(shuffled), LEVEL) == measure(metric, counts, LEVEL)


@given(metric_and_counts())
def test_an_interval_contains_its_value(given_counts: Given) -> None:
    measured = measure(*given_counts, LEVEL)
    if measured.n > 1:
        assert measured.low - 1e-9 <= measured.value <= measured.high + 1e-9
