"""The pace: what the rest of a period will bring, by what days usually bring."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.pace import coming
from xla.core.window import Window, days_between

MARCH = Window(date(2026, 3, 1), date(2026, 4, 1))
"""Starts on a Sunday; the past may reach back to 4 January, a Sunday too."""
OFFICE = (10, 10, 10, 10, 10, 0, 0)


def volumes(first: str, until: str, week: tuple[int, ...]) -> dict[date, int]:
    """The same volumes each week, from Monday to Sunday."""
    days = days_between(date.fromisoformat(first), date.fromisoformat(until))
    return {day: week[day.weekday()] for day in days}


def expected(told: Mapping[date, int], today: str) -> dict[str, Fraction]:
    found = coming(told, MARCH, date.fromisoformat(today))
    return {f"{day:%d}": count for day, count in found.items()}


def test_an_office_expects_nothing_at_weekends() -> None:
    found = expected(volumes("2026-01-04", "2026-03-26", OFFICE), "2026-03-26")
    assert found == {"26": 10, "27": 10, "28": 0, "29": 0, "30": 10, "31": 10}


def test_what_lies_more_than_eight_weeks_back_is_not_looked_at() -> None:
    told = volumes("2025-06-01", "2026-01-04", (999,) * 7) | volumes("2026-01-04", "2026-03-30", (7,) * 7)
    assert expected(told, "2026-03-30") == {"30": 7, "31": 7}


def test_twenty_eight_days_of_past_tell_weekdays_apart_and_one_less_does_not() -> None:
    enough = volumes("2026-02-01", "2026-03-30", (0, 14, 0, 0, 0, 0, 14))
    assert expected(enough, "2026-03-30") == {"30": 0, "31": 14}
    told = {date(2026, 2, 2): 27 * 5}
    assert set(expected(told, "2026-03-01").values()) == {5}


def test_half_the_usual_volume_lowers_what_is_expected_and_the_past_is_worth_a_week() -> None:
    told = volumes("2026-01-04", "2026-03-01", (8,) * 7) | volumes("2026-03-01", "2026-03-15", (4,) * 7)
    assert expected(told, "2026-03-15")["31"] == 8 * Fraction(14 * 4 + 56, 14 * 8 + 56)


def test_today_still_brings_what_is_missing_of_its_mean() -> None:
    told = volumes("2026-01-04", "2026-03-31", (8,) * 7)
    assert expected(told | {date(2026, 3, 31): 3}, "2026-03-31") == {"31": 5}
    assert expected(told | {date(2026, 3, 31): 9}, "2026-03-31") == {"31": 0}


def test_without_a_past_the_days_from_the_first_rating_have_one_mean() -> None:
    told = {date(2026, 3, 3): 10, date(2026, 3, 5): 5}
    assert set(expected(told, "2026-03-06").values()) == {5}


def test_six_days_of_past_count_like_days_of_the_period() -> None:
    told = volumes("2026-02-23", "2026-03-01", (6,) * 7) | volumes("2026-03-01", "2026-03-07", (2,) * 7)
    assert set(expected(told, "2026-03-07").values()) == {4}


def test_on_the_very_first_day_today_is_a_day() -> None:
    found = expected({date(2026, 3, 1): 12}, "2026-03-01")
    assert (found.pop("01"), set(found.values())) == (0, {12})


def test_where_nothing_ever_came_nothing_is_expected() -> None:
    assert sum(expected({}, "2026-03-01").values()) == sum(expected({}, "2026-03-20").values()) == 0


def test_a_period_that_is_over_expects_nothing() -> None:
    assert expected(volumes("2026-01-04", "2026-04-01", OFFICE), "2026-04-01") == {}


def test_a_period_not_begun_expects_usual_days() -> None:
    found = expected(volumes("2026-01-04", "2026-02-20", OFFICE), "2026-02-20")
    assert (len(found), found["01"], found["31"]) == (31, 0, 10)


def test_a_long_period_corrects_its_level_by_its_last_eight_weeks() -> None:
    year = Window(date(2026, 1, 1), date(2027, 1, 1))
    told = volumes("2025-11-01", "2026-06-01", (90,) * 7) | volumes("2026-06-01", "2026-12-31", (9,) * 7)
    found = coming(told, year, date(2026, 12, 31))
    assert found == {date(2026, 12, 31): 90 * Fraction(56 * 9 + 630, 56 * 90 + 630)}


@pytest.mark.parametrize("today", [MARCH.start + timedelta(number) for number in range(32)])
def test_a_steady_volume_goes_on_whatever_the_day(today: date) -> None:
    told = dict.fromkeys(days_between(date(2026, 1, 1), today), 6)
    assert sum(coming(told, MARCH, today).values()) == 6 * (MARCH.end - today).days


@given(
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 20)), st.integers(0, 50)),
    st.dates(MARCH.start, date(2026, 3, 20)),
)
def test_every_day_left_is_expected_something_never_below_nothing(told: dict[date, int], today: date) -> None:
    found = coming(told, MARCH, today)
    assert list(found) == days_between(today, MARCH.end)
    assert min(found.values()) >= 0
