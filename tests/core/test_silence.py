"""A silence: expected ratings that did not come, and seldom called so when nothing is wrong."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.silence import RARE, Silence, silence
from xla.core.window import days_between

MONDAY = date(2026, 3, 2)
DAILY = (6,) * 7
OFFICE = (9, 9, 9, 9, 9, 0, 0)


def rated(days: int, week: tuple[int, ...] = DAILY, until: date = MONDAY) -> dict[date, int]:
    """So many days of the same weekly volumes, ending before `until`."""
    return {day: week[day.weekday()] for day in days_between(until - timedelta(days), until)}


def after(volumes: Mapping[date, int], days: int) -> Silence | None:
    """What is said so many whole days after Sunday 1 March, that day itself still running."""
    return silence(volumes, MONDAY + timedelta(days))


def test_two_days_without_any_are_a_silence_where_every_day_brought_some() -> None:
    found = after(rated(56), 2)
    assert found is not None
    assert (found.since, found.expected) == (MONDAY, 12)
    assert found.last_on == MONDAY - timedelta(1)
    assert found.chance == pytest.approx(0.5 / 57 * 1.5 / 58)


def test_one_day_never_is() -> None:
    assert after(rated(112, (500,) * 7), 1) is None


def test_today_is_not_over_and_says_nothing() -> None:
    assert after(rated(56), 1) is None
    assert after(rated(56) | {MONDAY: 0}, 1) is None


def test_a_rating_today_ends_it() -> None:
    assert after(rated(56) | {MONDAY + timedelta(5): 1}, 5) is None


def test_an_office_is_silent_at_weekends() -> None:
    saturday = MONDAY + timedelta(5)
    told = rated(61, OFFICE, until=saturday)
    assert silence(told, saturday + timedelta(2)) is None
    assert silence(told, saturday + timedelta(3)) is None
    found = silence(told, saturday + timedelta(4))
    assert found is not None
    assert (found.since, found.expected) == (saturday + timedelta(2), 18)


def test_with_under_four_weeks_of_rhythm_no_weekday_is_taken_for_a_closed_one() -> None:
    saturday = MONDAY + timedelta(5)
    told = rated(26, OFFICE, until=saturday)
    assert silence(told, saturday + timedelta(4)) is None
    found = silence(told, saturday + timedelta(7))
    assert found is not None
    assert (found.since, found.expected) == (saturday + timedelta(2), 45)


def test_a_slow_point_may_be_silent_for_longer() -> None:
    told = {MONDAY - timedelta(number): 2 for number in range(1, 57, 3)}
    assert after(told, 8) is None
    found = after(told, 18)
    assert found is not None
    assert found.since == MONDAY


def test_a_point_with_under_twenty_ratings_or_on_under_fourteen_days_has_no_rhythm_to_fall_out_of() -> None:
    told = {MONDAY - timedelta(number): 1 for number in range(1, 20)}
    assert after(told, 30) is None
    assert after(told | {MONDAY - timedelta(20): 1}, 30) is not None
    assert after(rated(13), 30) is None
    assert after(rated(14), 30) is not None


def test_ratings_before_the_eight_weeks_of_rhythm_do_not_count() -> None:
    assert after({MONDAY - timedelta(57): 100, MONDAY - timedelta(1): 19}, 60) is None


def test_one_event_with_hundreds_of_ratings_is_no_rhythm() -> None:
    assert after({MONDAY - timedelta(30): 400, MONDAY - timedelta(1): 1}, 21) is None


def test_a_silence_stays_visible_for_eight_weeks_of_given_days() -> None:
    found = silence(rated(56), MONDAY + timedelta(56))
    assert found is not None
    assert (found.since, found.expected) == (MONDAY, 56 * 6)


def test_a_point_never_rated_is_not_silent() -> None:
    assert after({}, 30) is None
    assert after({MONDAY - timedelta(3): 0}, 30) is None


def test_days_closed_by_agreement_are_neither_silence_nor_rhythm() -> None:
    week = days_between(MONDAY, MONDAY + timedelta(7))
    assert silence(rated(56), MONDAY + timedelta(7), week) is None
    assert silence(rated(56), MONDAY + timedelta(8), week) is None
    found = silence(rated(56), MONDAY + timedelta(9), week)
    assert found is not None
    assert found.since == MONDAY + timedelta(7)
    closed = days_between(MONDAY - timedelta(30), MONDAY - timedelta(10))
    told = {day: volume for day, volume in rated(56).items() if day not in closed}
    assert silence(told, MONDAY + timedelta(2), closed) == silence(rated(56), MONDAY + timedelta(2), closed)


def test_a_weekday_that_was_always_closed_is_not_expected_when_it_opens() -> None:
    mondays = [day for day in rated(70) if day.weekday() == 0]
    told = {day: volume for day, volume in rated(70).items() if day not in mondays}
    assert silence(told, MONDAY + timedelta(2), mondays) is None
    found = silence(told, MONDAY + timedelta(3), mondays)
    assert found is not None
    assert (found.since, found.expected) == (MONDAY + timedelta(1), 12)


@given(st.dictionaries(st.dates(MONDAY - timedelta(112), MONDAY), st.integers(0, 9)), st.integers(0, 90))
def test_a_silence_is_rare_begins_after_the_last_rating_and_misses_some(
    told: dict[date, int], days: int
) -> None:
    today = MONDAY + timedelta(days)
    found = silence(told, today)
    if found is not None:
        assert max(day for day, n in told.items() if n) < found.since < today
        assert found.expected > 0
        assert 0 < found.chance < RARE


# --- on simulated rhythms -----------------------------------------------------------------------------------


def poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.random() - exp(-mean)
    term = exp(-mean)
    while left > 0:
        count += 1
        term *= mean / count
        left -= term
    return count


def steady(rng: random.Random, _day: date, mean: float) -> int:
    return poisson(rng, mean)


def office(rng: random.Random, day: date, mean: float) -> int:
    return poisson(rng, mean * 7 / 5) if day.weekday() < 5 else 0


def in_bursts(rng: random.Random, _day: date, mean: float) -> int:
    """Meetings: many ratings at once, on few days."""
    return poisson(rng, 12) if rng.random() < mean / 12 else 0


@pytest.mark.parametrize("mean", [0.4, 1, 2, 6])
@pytest.mark.parametrize("rhythm", [steady, office, in_bursts])
def test_a_point_that_keeps_its_rhythm_is_wrongly_called_silent_in_under_one_gap_of_a_hundred(
    rhythm: object, mean: float
) -> None:
    rng = random.Random(f"{rhythm.__name__} {mean}")  # noqa: S311 - seeded: the same every time
    gaps = alarms = 0
    for _ in range(20):
        days = days_between(MONDAY - timedelta(112), MONDAY + timedelta(200))
        told = {day: rhythm(rng, day, mean) for day in days}
        called = False
        for today in days[112:]:
            if told[today - timedelta(1)]:
                gaps, called = gaps + 1, False
                continue
            if not called and silence({day: n for day, n in told.items() if day < today}, today):
                alarms, called = alarms + 1, True
    assert alarms <= 0.01 * gaps


@pytest.mark.parametrize(("rhythm", "mean", "days"), [(steady, 6, 2), (steady, 0.7, 14), (office, 2, 4)])
def test_a_point_that_dies_is_seen_within_days(rhythm: object, mean: float, days: int) -> None:
    rng = random.Random(9)  # noqa: S311 - seeded: the same every time
    for _ in range(50):
        told = {day: rhythm(rng, day, mean) for day in days_between(MONDAY - timedelta(112), MONDAY)}
        assert silence(told, MONDAY + timedelta(days)) is not None
