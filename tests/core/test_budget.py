"""The experience budget: what ratings spend, what a floor allows, and the day on which it is used up."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.agreement import Kpi
from xla.core.budget import Budget, budget_of
from xla.core.metric import measure, range_of, weighted
from xla.core.scale import NAMED_SCALES, Scale

FIVE = NAMED_SCALES["csat5"]
FACES = NAMED_SCALES["smiley4"]
SEVEN = NAMED_SCALES["ces7"]
ELEVEN = NAMED_SCALES["nps11"]
MAY = date(2026, 5, 1)


def kpi(metric: str, target: str = "80", **more: Any) -> Kpi:
    asked = {"rate": "observation", "amount_mean": "observation", "nki": "questions"}.get(metric, "question")
    asks = ("q", "r") if metric == "nki" else "q"
    words = {"key": "k", "title": {"en": "T"}, "service": "s", "target": Decimal(target), asked: asks}
    return Kpi(**words, metric=metric, **more)


def day(number: int) -> date:
    return MAY + timedelta(number - 1)


def spent(
    promised: Kpi, days: list[Mapping[int, int]], coming: list[int] | None = None, scale: Scale = FIVE
) -> Budget:
    """The budget of a month with these score counts from its first day on, and then so many ratings a day."""
    told = {day(number): counts for number, counts in enumerate(days, start=1)}
    ahead = {day(number): Fraction(n) for number, n in enumerate(coming or [], start=len(days) + 1)}
    found = budget_of(promised, scale, told, ahead)
    assert found is not None
    return found


EXAMPLES = [
    # sentence, KPI, scale, score counts so far, spent, allowed so far
    ("a poor rating of a share spends 100", kpi("csat"), FIVE, {5: 7, 1: 2, 3: 1}, 300, 200),
    ("at 80 % every fifth may be poor", kpi("csat"), FIVE, {4: 4, 2: 1}, 100, 100),
    ("a share of chosen scores", kpi("share", "60", scores=(5,)), FIVE, {5: 3, 4: 2}, 200, 200),
    ("effort agreed", kpi("ces_agree", "75"), SEVEN, {7: 3, 1: 1}, 100, 100),
    (
        "a passive spends half of what a detractor does",
        kpi("nps", "20"),
        ELEVEN,
        {9: 1, 8: 1, 0: 1},
        300,
        240,
    ),
    ("one's own staff the same", kpi("enps", "-50"), ELEVEN, {10: 1, 6: 3}, 600, 600),
    ("net effort", kpi("ces_net", "0"), SEVEN, {7: 1, 5: 1, 2: 1}, 300, 300),
    ("in a mean each score under the best is spent", kpi("mean", "4"), FIVE, {5: 2, 4: 1, 1: 1}, 5, 4),
    ("a mean of ease", kpi("ces_mean", "5.5"), SEVEN, {7: 1, 4: 1}, 3, 3),
    ("faces spend what they weigh less", kpi("happiness", "75"), FACES, {4: 1, 2: 1}, Fraction(200, 3), 50),
    (
        "where lower is better the ratings that count are the poor ones",
        kpi("share", "10", scores=(1, 2), higher_is_better=False),
        FIVE,
        {1: 3, 5: 17},
        300,
        200,
    ),
    ("a mean where lower is better", kpi("mean", "2", higher_is_better=False), FIVE, {1: 1, 4: 1}, 3, 2),
    ("the floor counts, not the target", kpi("csat", "90", floor=Decimal(75)), FIVE, {5: 4}, 0, 100),
    ("a floor at the best value allows nothing", kpi("csat", "100"), FIVE, {5: 3, 1: 1}, 100, 0),
    ("nor does one beyond it", kpi("mean", "6"), FIVE, {5: 1}, 0, 0),
    ("a floor at the worst value allows all", kpi("mean", "1"), FIVE, {1: 2}, 8, 8),
]


@pytest.mark.parametrize(
    ("promised", "scale", "counts", "expected", "allowed"),
    [row[1:] for row in EXAMPLES],
    ids=[row[0] for row in EXAMPLES],
)
def test_what_ratings_spend_and_what_the_floor_allows_them(
    promised: Kpi, scale: Scale, counts: dict[int, int], expected: Any, allowed: Any
) -> None:
    found = spent(promised, [counts], scale=scale)
    assert (found.spent, found.allowed_so_far) == (expected, allowed)
    assert found.used == (found.spent / found.allowed_so_far if allowed else None)


def test_an_index_a_rate_and_an_amount_have_no_budget() -> None:
    none = {day(1): {5: 1}}
    assert budget_of(kpi("nki"), NAMED_SCALES["nki10"], none, {}) is None
    assert budget_of(kpi("rate"), None, none, {}) is None
    assert budget_of(kpi("amount_mean"), None, none, {}) is None


# --- the whole period ---------------------------------------------------------------------------------------


def test_thirty_eight_poor_ratings_where_thirty_were_allowed_so_far() -> None:
    found = spent(kpi("csat"), [{5: 7, 1: 3}, {4: 105, 2: 35}], [10] * 10)
    assert (found.n, found.expected) == (150, 250)
    assert (found.poor_count, found.poor_allowed_so_far, found.poor_allowed) == (38, 30, 50)
    assert found.used == Fraction(38, 30)
    assert (found.left, found.left_share) == (1200, Fraction(12, 50))
    assert found.even_share == Fraction(100, 250)


def test_the_tick_lies_over_what_is_left_exactly_when_the_burn_is_over_one() -> None:
    over = spent(kpi("csat"), [{5: 7, 1: 3}], [10])
    assert over.used > 1
    assert over.left_share < over.even_share
    exactly = spent(kpi("csat"), [{5: 8, 1: 2}], [10])
    assert exactly.used == 1
    assert exactly.left_share == exactly.even_share == Fraction(1, 2)


def test_what_is_left_is_never_below_nothing() -> None:
    found = spent(kpi("csat"), [{1: 10}], [10])
    assert (found.left, found.left_share) == (0, 0)


def test_a_mean_and_a_net_have_no_poor_ratings_to_count() -> None:
    for found in (spent(kpi("mean", "4"), [{1: 1}]), spent(kpi("nps"), [{1: 1}], scale=ELEVEN)):
        assert (found.poor_count, found.poor_allowed_so_far, found.poor_allowed) == (None, None, None)


def test_where_nothing_is_allowed_no_share_of_it_can_be_told() -> None:
    found = spent(kpi("csat", "100"), [{5: 9, 1: 1}], [10])
    assert (found.used, found.left, found.left_share, found.even_share) == (None, 0, None, None)


def test_before_the_first_rating_all_is_left() -> None:
    found = spent(kpi("csat"), [], [10] * 31)
    assert (found.n, found.spent, found.used, found.poor_count) == (0, 0, None, 0)
    assert (found.left_share, found.even_share, found.runs_out_on) == (1, 1, None)


def test_with_no_ratings_given_or_expected_nothing_can_be_told() -> None:
    found = spent(kpi("csat"), [])
    assert (found.used, found.left_share, found.even_share, found.runs_out_on) == (None, None, None, None)


def test_a_period_that_is_over_has_nothing_ahead() -> None:
    found = spent(kpi("csat"), [{5: 9, 1: 1}] * 31)
    assert (found.expected, found.even_share, found.left_share) == (310, 0, Fraction(1, 2))


# --- the day it runs out ------------------------------------------------------------------------------------

DAYS = [
    # sentence, floor, days so far, ratings expected a day after them, the day
    ("at twice the pace half the days are enough, and one more", "80", [{5: 6, 1: 4}] * 10, [10] * 20, 16),
    ("on a pace of exactly the floor it lasts", "80", [{5: 8, 1: 2}] * 10, [10] * 20, None),
    ("one poor rating more and it is used up at the very end", "80", [{5: 799, 1: 201}], [10] * 29, 30),
    ("a pace of nothing lasts", "80", [{5: 10}] * 10, [10] * 20, None),
    ("what is used up already was used up on a past day", "80", [{5: 1}, {1: 3}, {1: 1}, {5: 3}], [1], 2),
    ("on the period's first day there is a pace", "80", [{5: 3, 1: 7}], [10] * 29, 9),
    ("days without ratings use nothing up", "80", [{5: 3, 1: 7}], [10] * 7 + [0] * 7 + [10] * 22, 16),
    (
        "a floor at the best value is used up by the first poor rating",
        "100",
        [{5: 9}, {5: 8, 4: 1, 1: 1}],
        [9],
        2,
    ),
    ("and holds until then", "100", [{5: 9}, {5: 9}], [9] * 9, None),
    ("a period that is over and held lasted", "80", [{5: 9, 1: 1}] * 31, [], None),
    ("one that is over and did not ran out on its day", "80", [{5: 10}] * 30 + [{1: 76}], [], 31),
]


@pytest.mark.parametrize(
    ("floor", "days", "coming", "expected"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS]
)
def test_the_day_on_which_the_allowance_is_used_up(
    floor: str, days: list[Mapping[int, int]], coming: list[int], expected: int | None
) -> None:
    assert spent(kpi("csat", floor), days, coming).runs_out_on == (expected and day(expected))


def test_days_told_out_of_order_run_out_on_the_same_day() -> None:
    told = {day(3): {1: 1}, day(1): {5: 1}, day(2): {1: 1}}
    found = budget_of(kpi("csat"), FIVE, told, {day(5): Fraction(1), day(4): Fraction(1)})
    assert found is not None
    assert found.runs_out_on == day(3)


def test_today_may_both_have_brought_ratings_and_bring_more() -> None:
    found = budget_of(kpi("csat"), FIVE, {day(1): {5: 3, 1: 1}}, {day(1): Fraction(6), day(2): Fraction(0)})
    assert found is not None
    assert found.runs_out_on == day(1)


# --- for every metric ---------------------------------------------------------------------------------------

KPIS = [
    (kpi("csat", "80"), FIVE),
    (kpi("share", "10", scores=(1, 2), higher_is_better=False), FIVE),
    (kpi("mean", "3.5"), FIVE),
    (kpi("nps", "20"), ELEVEN),
    (kpi("enps", "-20", higher_is_better=False), ELEVEN),
    (kpi("ces_net", "10"), SEVEN),
    (kpi("happiness", "60"), FACES),
]
months = st.lists(st.lists(st.integers(0, 10), min_size=11, max_size=11), min_size=1, max_size=6)


@pytest.mark.parametrize(("promised", "scale"), KPIS, ids=[str(one.metric) for one, _ in KPIS])
@given(months, st.lists(st.integers(0, 30), max_size=12))
def test_a_burn_over_one_is_a_value_worse_than_the_floor_and_an_allowance_that_runs_out(
    promised: Kpi, scale: Scale, month: list[list[int]], coming: list[int]
) -> None:
    days = [dict(zip(scale.scores, counts, strict=False)) for counts in month]
    found = spent(promised, days, coming, scale=scale)
    counts = {score: sum(counts[score] for counts in days) for score in scale.scores}
    measured = measure(weighted(promised, scale), counts, Decimal("0.95"))
    if found.used is None:
        assert measured.value is None
        return
    side = 1 if promised.higher_is_better else -1
    is_worse = side * measured.value < side * Fraction(promised.target)
    assert (found.used > 1) == is_worse == (found.runs_out_on is not None)
    lowest, highest = range_of(promised, scale)
    assert 0 <= found.spent <= found.n * (highest - lowest)
    assert 0 <= found.left_share <= 1
    assert (found.left_share < found.even_share) == (is_worse and found.even_share > 0)
