"""The pace: how many ratings the rest of a period will bring, by what days usually bring.

A day's volume is how many ratings it brought. Everything is exact; nothing is random.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from xla.core.window import Window, days_between

PAST_DAYS = 56
"""Eight weeks: long enough to know each weekday, short enough to be of the same season."""
DAYS_FOR_WEEKDAYS = 28
"""With fewer days of past, all days are taken to be alike."""
DAYS_FOR_PAST = 7
"""With fewer days of past, the period's own days tell as much."""
WEEK = range(7)


def coming(volumes: Mapping[date, int], period: Window, today: date) -> Mapping[date, Fraction]:
    """Ratings still expected on each day of `period` from `today`; empty once the period is over.

    `volumes` are the ratings of each day, of the period and of the eight weeks before it; others are not
    looked at. The rule:

    * The past is the eight weeks before the period, or less when ratings began later. From 28 days on each
      weekday has its own mean, from 7 days on all days have one.
    * The period's own days up to yesterday, eight weeks at most, correct the level: (came + week) / (expected
      of them + week), where `week` is what a usual week brings. The past is thus worth one week of own days.
    * With a shorter past, all days from the first rating to yesterday are taken for the past and nothing is
      corrected; on the very first day, today is a day.
    * Today still brings what is missing of its mean, never less than nothing.
    """
    usual = _usual(volumes, period, today)
    days = days_between(max(today, period.start), period.end)
    expected = {day: usual[day.weekday()] for day in days}
    if today in expected:
        expected[today] = max(expected[today] - volumes.get(today, 0), Fraction(0))
    return expected


def _usual(volumes: Mapping[date, int], period: Window, today: date) -> list[Fraction]:
    """What each weekday usually brings in this period."""
    known = days_between(period.start - timedelta(PAST_DAYS), min(today, period.end))
    first = next((day for day in known if volumes.get(day)), today)
    past = days_between(first, min(today, period.start))
    if len(past) < DAYS_FOR_PAST:
        return _means(volumes, days_between(first, max(today, first + timedelta(1))))
    usual = _means(volumes, past)
    own = days_between(max(period.start, today - timedelta(PAST_DAYS)), min(today, period.end))
    week = sum(usual, Fraction(0))
    weekdays = Counter(day.weekday() for day in own)
    level = (sum(volumes.get(day, 0) for day in own) + week) / (
        sum((usual[weekday] * times for weekday, times in weekdays.items()), week)
    )
    return [level * mean for mean in usual]


def _means(volumes: Mapping[date, int], days: Sequence[date]) -> list[Fraction]:
    """The mean volume of each weekday; of all days together where they are too few to tell weekdays apart."""
    if len(days) < DAYS_FOR_WEEKDAYS:
        return [_mean(volumes, days)] * len(WEEK)
    by_weekday: list[list[date]] = [[] for _ in WEEK]
    for day in days:
        by_weekday[day.weekday()].append(day)
    return [_mean(volumes, alike) for alike in by_weekday]


def _mean(volumes: Mapping[date, int], days: Sequence[date]) -> Fraction:
    return Fraction(sum(volumes.get(day, 0) for day in days), len(days))
