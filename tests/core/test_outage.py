"""An outage: a rating point silent against its own rhythm, on days that may be over."""

from datetime import date, timedelta

from xla.core.outage import outages
from xla.core.window import Window

MARCH = Window(date(2026, 3, 1), date(2026, 4, 1))


def daily(*quiet: tuple[int, int], every: int = 1) -> dict[date, int]:
    """Ten ratings on every so manieth day from January to March, none on some days of March."""
    days = (date(2026, 1, 1) + timedelta(number) for number in range(90))
    silent = {date(2026, 3, day) for first, last in quiet for day in range(first, last + 1)}
    return {day: 10 for number, day in enumerate(days) if number % every == 0 and day not in silent}


def test_days_without_ratings_that_were_to_be_expected_are_an_outage() -> None:
    (found,) = outages(daily((12, 15)), MARCH, points=1)
    assert found.window == Window(date(2026, 3, 12), date(2026, 3, 16))
    assert found.expected == 40


def test_one_that_is_not_over_ends_with_the_window() -> None:
    (found,) = outages(daily((25, 31)), MARCH, points=1)
    assert found.window == Window(date(2026, 3, 25), date(2026, 4, 1))


def test_one_day_is_never_one_nor_is_a_point_without_a_rhythm() -> None:
    assert outages(daily((12, 12)), MARCH, points=1) == []
    assert outages({date(2026, 3, 2): 30}, MARCH, points=1) == []


def test_of_many_points_more_is_asked() -> None:
    assert outages(daily((12, 13)), MARCH, points=1)
    assert outages(daily((12, 13)), MARCH, points=10_000) == []


def test_closed_days_are_no_silence() -> None:
    closed = {date(2026, 3, day) for day in range(12, 16)}
    assert outages(daily((12, 15)), MARCH, points=1, closed=closed) == []


def test_people_who_ask_by_a_roster_come_and_go() -> None:
    roster = daily((3, 8), (13, 20))
    assert [each.window.start.day for each in outages(roster, MARCH, points=1)] == [3]
