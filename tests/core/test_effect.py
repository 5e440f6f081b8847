"""Whether an action changed anything: the difference after less before, and whether it is more than noise."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.cluster import Cluster
from xla.core.effect import MOST_RATINGS, Effect, Result, effect
from xla.core.interval import difference, wilson
from xla.core.measurement import Measurement
from xla.core.metric import WeightedMetric, measure, measure_amount, measure_rate
from xla.core.privacy import K_VALUE

LEVEL = Decimal("0.95")
CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
IMPROVED, WORSE, NO_CHANGE_SEEN, TOO_EARLY, CANNOT_TELL = Result


def csat(good: int, n: int) -> Measurement:
    return measure(CSAT, {5: good, 1: n - good}, LEVEL)


def amount(mean: int, count: int) -> Measurement:
    return measure_amount(Decimal(mean * count), count, None, LEVEL)


def changed(before: Measurement, after: Measurement, *, higher: bool = True, least: int = 1) -> Effect:
    return effect(before, after, higher_is_better=higher, least=least, confidence=LEVEL)


RESULTS = [
    ("much better is improved", csat(60, 100), csat(80, 100), 1, IMPROVED, None),
    ("much poorer is worse", csat(80, 100), csat(60, 100), 1, WORSE, None),
    ("the same is no change", csat(60, 100), csat(60, 100), 1, NO_CHANGE_SEEN, None),
    ("within the noise of before is no change seen", csat(60, 100), csat(65, 100), 1, NO_CHANGE_SEEN, None),
    ("what more ratings would settle is too early", csat(480, 800), csat(35, 50), 1, TOO_EARLY, 54),
    ("the fewer there are the more it takes", csat(480, 800), csat(21, 30), 1, TOO_EARLY, 74),
    ("under the answers needed is too early", csat(80, 100), csat(0, 20), 30, TOO_EARLY, 10),
    ("and lasts until both are reached", csat(480, 800), csat(14, 20), 30, TOO_EARLY, 84),
    ("also where nothing would be seen then", csat(60, 100), csat(12, 20), 30, TOO_EARLY, 10),
    ("too few before cannot be made up for", csat(20, 29), csat(5, 100), 30, TOO_EARLY, None),
    ("an amount without its squares cannot tell", amount(30, 40), amount(20, 40), 1, CANNOT_TELL, None),
    ("nor can one side alone", amount(30, 40), csat(20, 40), 1, CANNOT_TELL, None),
    (
        "nor can one respondent, however often",
        csat(60, 100), measure(CSAT, {5: 40}, LEVEL, [Cluster(40, Fraction(4000), 1)]), 1, CANNOT_TELL, None,
    ),
    ("under five before nothing is told", csat(1, 4), csat(40, 40), 1, TOO_EARLY, None),
    ("under five after one waits for five", csat(20, 40), csat(4, 4), 1, TOO_EARLY, 1),
    ("or for as many as are needed", csat(20, 40), csat(4, 4), 30, TOO_EARLY, 26),
    ("nobody after", csat(20, 40), csat(0, 0), 1, TOO_EARLY, 5),
    ("an index without a value is none", csat(9, 40), Measurement(40, None, None, None), 1, TOO_EARLY, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "least", "result", "more"),
    [row[1:] for row in RESULTS],
    ids=[row[0] for row in RESULTS],
)
def test_what_a_difference_says(
    before: Measurement, after: Measurement, least: int, result: Result, more: int | None
) -> None:
    found = changed(before, after, least=least)
    assert (found.result, found.more_needed) == (result, more)


def test_the_difference_is_after_less_before_with_newcombes_interval() -> None:
    found = changed(csat(48, 80), csat(56, 70))
    assert (found.n_before, found.n_after) == (80, 70)
    assert (found.before, found.after, found.difference) == (60, 80, 20)
    assert (found.low, found.high) == pytest.approx((5.24315, 33.38727), abs=1e-5)


def test_where_lower_is_better_less_is_improved() -> None:
    assert changed(csat(80, 100), csat(60, 100), higher=False).result is IMPROVED
    assert changed(csat(60, 100), csat(80, 100), higher=False).result is WORSE
    assert changed(csat(60, 100), csat(60, 100), higher=False).result is NO_CHANGE_SEEN


def test_fewer_poor_ratings_naming_a_reason_is_improved() -> None:
    before, after = (measure_rate(Decimal(k), Decimal(60), subset=True, confidence=LEVEL) for k in (30, 12))
    found = changed(before, after, higher=False)
    assert (found.result, found.difference) == (IMPROVED, -30)


def test_a_metric_without_an_interval_shows_its_difference_alone() -> None:
    found = changed(amount(30, 40), amount(20, 40), higher=False)
    assert found == Effect(CANNOT_TELL, 40, 40, Fraction(30), Fraction(20), Fraction(-10))


def test_a_difference_of_certain_values_is_certain() -> None:
    assert changed(measure(MEAN, {4: 30}, LEVEL), measure(MEAN, {5: 30}, LEVEL)).result is IMPROVED


def test_a_frozen_measurement_serves_as_before() -> None:
    frozen = csat(480, 800)
    stored = Measurement(frozen.n, frozen.value, frozen.low, frozen.high)
    assert changed(stored, csat(35, 50)) == changed(frozen, csat(35, 50))


answers = st.integers(0, 60).flatmap(lambda n: st.builds(csat, st.integers(0, n), st.just(n)))
nets = st.builds(
    lambda *c: measure(NPS, dict(zip((0, 7, 10), c, strict=True)), LEVEL), *[st.integers(0, 60)] * 3
)
means = st.builds(
    lambda *c: measure(MEAN, dict(zip(range(1, 6), c, strict=True)), LEVEL), *[st.integers(0, 20)] * 5
)
pairs = st.tuples(answers, answers) | st.tuples(nets, nets) | st.tuples(means, means)
leasts = st.sampled_from([1, 5, 30])


@given(pairs, leasts)
def test_no_figure_of_under_five_answers_is_told(pair: tuple[Measurement, Measurement], least: int) -> None:
    before, after = pair
    found = changed(before, after, least=least)
    figures = [found.before, found.after, found.difference, found.low, found.high]
    if min(before.n, after.n) < K_VALUE:
        assert found.result is TOO_EARLY
        assert figures == [None] * 5
        assert found.more_needed in {None, max(least, K_VALUE) - after.n}
    else:
        assert None not in figures


@given(pairs, leasts)
def test_better_and_worse_mirror_each_other(pair: tuple[Measurement, Measurement], least: int) -> None:
    mirror = {IMPROVED: WORSE, WORSE: IMPROVED}
    found, other = (changed(*pair, least=least, higher=higher) for higher in (True, False))
    assert other.result is mirror.get(found.result, found.result)
    assert other.more_needed == found.more_needed


@given(pairs, leasts)
def test_a_side_is_taken_only_when_the_interval_leaves_0_out(
    pair: tuple[Measurement, Measurement], least: int
) -> None:
    found = changed(*pair, least=least)
    if found.result is IMPROVED:
        assert found.low is not None
        assert found.low > 0
    if found.result is WORSE:
        assert found.high is not None
        assert found.high < 0
    if found.result is NO_CHANGE_SEEN:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= 0 <= found.high


def share_settles(before: tuple[int, int], after: tuple[int, int], more: int) -> bool:
    """Whether the difference of two shares leaves 0 out had so many more come as those after did."""
    (good, n), (other, m) = before, after
    first, second = wilson(other * (m + more) / m, m + more, LEVEL), wilson(good, n, LEVEL)
    assert first is not None
    assert second is not None
    low, high = difference((other / m, first), (good / n, second))
    return low > 0 or high < 0


shares = st.integers(5, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares, shares)
def test_so_many_more_ratings_settle_it_and_one_fewer_does_not(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    found = changed(csat(*before), csat(*after))
    if found.result is TOO_EARLY:
        assert found.more_needed is not None
        assert share_settles(before, after, found.more_needed)
        assert not share_settles(before, after, found.more_needed - 1)
    elif found.result is NO_CHANGE_SEEN:
        assert not share_settles(before, after, MOST_RATINGS)
