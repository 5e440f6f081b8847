"""Mix and real effect: exact, and what each says."""

from fractions import Fraction
from math import isclose, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.mix import Total, effects

LIKE = {0: Fraction(0), 1: Fraction(100)}


def share(good: int, n: int) -> Total:
    return Total.of({1: good, 0: n - good}, LIKE)


def test_the_same_answers_in_another_mix_are_mix_alone() -> None:
    found = effects(
        {"a": share(80, 100), "b": share(40, 100)}, {"a": share(40, 50), "b": share(60, 150)}, 0.95
    )
    assert (found.then, found.now, found.real, found.mix) == (60, 50, 0, -10)


def test_the_same_mix_with_other_answers_is_real_alone() -> None:
    found = effects(
        {"a": share(80, 100), "b": share(40, 100)}, {"a": share(60, 100), "b": share(40, 100)}, 0.95
    )
    assert (found.real, found.mix) == (-10, 0)
    assert [(each.group, each.real) for each in found.groups] == [("a", -10), ("b", 0)]


def test_kitagawas_two_terms_are_found() -> None:
    """Shares 1/4 and 3/4, then 1/2 and 1/2; values 80 and 40, then 70 and 50."""
    then, now = {"a": share(80, 100), "b": share(120, 300)}, {"a": share(140, 200), "b": share(100, 200)}
    found = effects(then, now, 0.95)
    assert (found.then, found.now) == (50, 60)
    assert found.real == Fraction(3, 8) * -10 + Fraction(5, 8) * 10
    assert found.mix == Fraction(1, 4) * 75 - Fraction(1, 4) * 45
    assert (found.groups[0].share_then, found.groups[0].share_now) == (Fraction(1, 4), Fraction(1, 2))


def test_a_group_of_one_period_only_is_mix_alone() -> None:
    found = effects({"a": share(80, 100)}, {"a": share(80, 100), "new": share(0, 100)}, 0.95)
    assert (found.real, found.mix) == (0, -40)
    gone = effects({"a": share(80, 100), "old": share(0, 100)}, {"a": share(80, 100)}, 0.95)
    assert (gone.real, gone.mix) == (0, 40)


def test_a_group_that_never_answered_is_left_out() -> None:
    found = effects({"a": share(8, 10), "b": share(0, 0)}, {"a": share(9, 10)}, 0.95)
    assert [each.group for each in found.groups] == ["a"]


def test_a_period_without_answers_has_no_change() -> None:
    with pytest.raises(ValueError, match="without answers"):
        effects({}, {"a": share(1, 2)}, 0.95)


def test_the_interval_is_that_of_two_independent_means() -> None:
    found = effects({"a": share(80, 100)}, {"a": share(60, 100)}, 0.95)
    half = NormalDist().inv_cdf(0.975) * sqrt(80 * 20 / 99 + 60 * 40 / 99)
    assert isclose(found.interval.low, -20 - half)
    assert isclose(found.interval.high, -20 + half)


def test_one_answer_says_nothing_of_how_answers_differ() -> None:
    assert share(1, 1).noise == 0


totals = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda c: share(c[0], sum(c))),
).filter(lambda groups: sum(each.n for each in groups.values()) > 0)


@given(totals, totals)
def test_real_and_mix_add_up_to_the_change_exactly(then: dict[str, Total], now: dict[str, Total]) -> None:
    found = effects(then, now, 0.9)
    assert found.real + found.mix == found.now - found.then
    assert found.interval.low <= float(found.real) <= found.interval.high
