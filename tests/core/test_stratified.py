"""A value of groups weighted by something else than their answers."""

from decimal import Decimal
from fractions import Fraction

import pytest

from xla.core.metric import measure
from xla.core.stratified import Stratum, measure_stratified
from xla.core.weight import WeightedMetric

LEVEL = Decimal("0.95")
GOOD, POOR = Fraction(100), Fraction(0)


def group(size: int, good: int, poor: int) -> Stratum:
    return Stratum(Fraction(size), {GOOD: good, POOR: poor})


def test_it_is_the_sum_of_size_times_mean_over_the_sum_of_sizes() -> None:
    found = measure_stratified([group(3, 9, 1), group(1, 10, 40)], LEVEL)
    assert (found.n, found.value) == (60, Fraction(3 * 90 + 20, 4))


def test_in_proportion_it_is_the_plain_value_with_nearly_the_plain_interval() -> None:
    found = measure_stratified([group(100, 80, 20), group(300, 240, 60)], LEVEL)
    plain = measure(WeightedMetric("share", {1: POOR, 2: GOOD}), {1: 80, 2: 320}, LEVEL)
    assert found.value == plain.value
    assert found.low is not None
    assert found.high is not None
    assert found.low == pytest.approx(plain.low, abs=0.5)
    assert found.high == pytest.approx(plain.high, abs=0.5)
    assert found.evidence
    assert plain.evidence
    assert found.evidence.chance_below(78) == pytest.approx(plain.evidence.chance_below(78), abs=0.03)


def test_a_group_of_one_answer_gives_no_interval() -> None:
    found = measure_stratified([group(1, 1, 0), group(1, 10, 10)], LEVEL)
    assert (found.value, found.low, found.high) == (75, None, None)


def test_an_interval_stays_within_the_scale() -> None:
    found = measure_stratified([group(1, 2, 0), group(1, 1, 1)], LEVEL)
    assert found.high == 100
