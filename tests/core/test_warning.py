"""A warning: a sensitive lane, a calibrated one, and one that stays right however often one looks."""

from decimal import Decimal
from fractions import Fraction
from math import exp, inf, isinf, log
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xla.core.verdict import Thresholds
from xla.core.warning import Lane, lane, log_wealth
from xla.core.weight import WeightedMetric

CSAT = WeightedMetric("share", {score: Fraction(100 * (score > 3)) for score in range(1, 6)})
SAME_AS_MEAN = WeightedMetric("mean", CSAT.weights)
MEAN = WeightedMetric("mean", {score: Fraction(score) for score in range(1, 6)})
NPS = WeightedMetric("net", {score: Fraction(100 * ((score > 8) - (score < 7))) for score in range(11)})
FLAT = WeightedMetric("mean", {1: Fraction(5), 2: Fraction(5)})


def at(floor: str, **more: Any) -> Thresholds:
    return Thresholds(Decimal(floor), Decimal(floor), **more)


def fired(
    counts: dict[int, int],
    chance: float | None = 0.0,
    metric: WeightedMetric = CSAT,
    *,
    floor: str = "80",
    is_independent: bool = True,
) -> Lane | None:
    return lane(metric, at(floor), counts, chance=chance, is_independent=is_independent)


LANES = [
    # sentence, what fires, lane
    ("good ratings warn of nothing", fired({5: 95, 1: 5}), None),
    ("under five answers nothing is said", fired({1: 4}, 1.0), None),
    ("five poor ones are evidence", fired({1: 5}), Lane.EVIDENCE),
    ("a few too many poor ones are watched", fired({5: 14, 1: 6}), Lane.WATCH),
    ("a chance of a third is a forecast", fired({5: 14, 1: 6}, 1 / 3), Lane.FORECAST),
    ("also where what came so far is fine", fired({5: 19, 1: 1}, 0.4), Lane.FORECAST),
    ("a forecast needs ten answers", fired({5: 7, 1: 2}, 0.9), None),
    ("where the forecast is unknown there is none", fired({5: 19, 1: 1}, None), None),
    ("many too many poor ones are evidence, whatever is forecast", fired({5: 50, 1: 50}), Lane.EVIDENCE),
    ("one voice many times is no evidence", fired({5: 50, 1: 50}, is_independent=False), Lane.WATCH),
    ("a mean is bet on as well", fired({1: 40, 3: 20}, metric=MEAN, floor="3"), Lane.EVIDENCE),
    ("so is a net", fired({0: 40, 9: 20}, metric=NPS, floor="20"), Lane.EVIDENCE),
    ("a floor no rating can miss warns of nothing", fired({1: 50}, floor="0"), None),
    ("a floor no rating may miss is missed by one", fired({5: 50, 1: 1}, floor="100"), Lane.EVIDENCE),
    ("and by none where all are best", fired({5: 50}, floor="100"), None),
    ("weights that are all alike tell nothing", fired({1: 9}, metric=FLAT, floor="5"), None),
]  # fmt: skip


@pytest.mark.parametrize(("_sentence", "found", "expected"), LANES, ids=[each[0] for each in LANES])
def test_the_surest_lane_that_fires(_sentence: str, found: Lane | None, expected: Lane | None) -> None:
    assert found == expected


def test_no_rating_is_no_bet() -> None:
    assert log_wealth(CSAT, at("80"), {}) == pytest.approx(0)
    assert log_wealth(MEAN, at("3"), {}) == pytest.approx(0)


def test_one_poor_rating_by_hand() -> None:
    """Of the shares below the floor f, all alike, the mean chance of a poor one is 1 - f/2."""
    assert exp(log_wealth(CSAT, at("80"), {1: 1})) == pytest.approx((1 - 0.4) / 0.2)


def test_a_score_outside_the_scale_is_refused() -> None:
    with pytest.raises(KeyError):
        log_wealth(CSAT, at("80"), {6: 1})


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(5, 95))
def test_betting_on_a_share_as_on_a_mean_comes_to_the_same(good: int, poor: int, floor: int) -> None:
    share = log_wealth(CSAT, at(str(floor)), {5: good, 1: poor})
    mean = log_wealth(SAME_AS_MEAN, at(str(floor)), {5: good, 1: poor})
    assert mean == pytest.approx(share, abs=0.1, rel=0.05)


@settings(max_examples=40)
@given(st.dictionaries(st.integers(1, 5), st.integers(0, 50)), st.integers(11, 49))
def test_where_lower_is_better_all_is_mirrored(counts: dict[int, int], floor: int) -> None:
    mirrored = {6 - score: n for score, n in counts.items()}
    lower = at(str(Decimal(floor) / 10), higher_is_better=False)
    higher = at(str(6 - Decimal(floor) / 10))
    assert log_wealth(MEAN, lower, counts) == pytest.approx(log_wealth(MEAN, higher, mirrored))


def test_so_many_good_ratings_that_no_float_holds_it_are_no_evidence() -> None:
    assert log_wealth(CSAT, at("10"), {5: 100_000}) == -inf


def test_a_million_ratings_are_weighed() -> None:
    wealth = log_wealth(CSAT, at("80"), {5: 790_000, 1: 210_000})
    assert wealth > log(20)
    assert not isinf(wealth)


@pytest.mark.parametrize(
    ("metric", "floor", "shares"),
    [(CSAT, "80", {5: 80, 1: 20}), (MEAN, "3", {1: 25, 3: 50, 5: 25}), (NPS, "0", {0: 40, 8: 20, 10: 40})],
    ids=["share", "mean", "net"],
)
def test_looked_at_every_day_it_is_wrong_in_under_five_periods_of_a_hundred(
    metric: WeightedMetric, floor: str, shares: dict[int, int]
) -> None:
    """The true level lies exactly on the floor, the hardest case; 30 days of eight ratings, 100 periods."""
    random, thresholds = Random(7), at(floor)  # noqa: S311  # a simulation, no secret
    scores, odds = list(shares), list(shares.values())
    wrong = 0
    for _ in range(100):
        counts = dict.fromkeys(scores, 0)
        for _day in range(30):
            for score in random.choices(scores, odds, k=8):
                counts[score] += 1
            if log_wealth(metric, thresholds, counts) >= log(20):
                wrong += 1
                break
    assert wrong <= 5


def test_a_true_shortfall_is_found_within_a_month() -> None:
    """Ten ratings a day at 70 % where 80 % is promised: found in most months."""
    random = Random(7)  # noqa: S311  # a simulation, no secret
    found = 0
    for _ in range(100):
        good = sum(random.random() < 0.7 for _ in range(300))
        found += log_wealth(CSAT, at("80"), {5: good, 1: 300 - good}) >= log(20)
    assert found > 60
