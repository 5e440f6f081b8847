"""Windows in every time zone there is: local days follow each other, and each instant lies in one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.window import (
    MONTHS_IN,
    PeriodKind,
    day_exists,
    local_day,
    period_of,
    periods_from,
    starts_at,
)

ZONES = sorted(available_timezones() - {"localtime"})
TICK = timedelta(microseconds=1)
zones = st.sampled_from(ZONES).map(ZoneInfo)
kinds = st.sampled_from(list(MONTHS_IN))
days = st.dates(date(1900, 1, 1), date(2199, 12, 30))
instants = st.builds(datetime.combine, days, st.times(), st.just(UTC))


@given(zones, days)
def test_a_local_day_begins_where_the_one_before_ends(zone: ZoneInfo, day: date) -> None:
    begins, ends = starts_at(day, zone), starts_at(day + timedelta(days=1), zone)
    assert begins <= ends
    if day_exists(day, zone):
        assert begins < ends
        assert local_day(begins, zone) == day
    assert local_day(begins - TICK, zone) < day


@given(zones, instants, kinds)
def test_every_instant_lies_in_exactly_one_period(
    zone: ZoneInfo, instant: datetime, kind: PeriodKind
) -> None:
    day = local_day(instant, zone)
    period = period_of(day, kind)
    assert day in period
    assert [each for each in (period.preceding, period.following) if day in each] == []


@given(zones, days, kinds)
def test_periods_tile_time(zone: ZoneInfo, day: date, kind: PeriodKind) -> None:
    period = period_of(day, kind)
    begins, ends = starts_at(period.start, zone), starts_at(period.end, zone)
    assert begins < ends == starts_at(period.following.start, zone)
    drift = abs((ends - begins) - timedelta(days=period.day_count))
    assert drift <= timedelta(days=1)


def changes_of(zone: ZoneInfo, first: date, until: date) -> Iterator[date]:
    """The days on which a zone's offset at noon differs from the day before: the only ones of odd length."""
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=zone)
    for count in range((until - first).days):
        if (noon + timedelta(days=count)).utcoffset() != (noon + timedelta(days=count + 1)).utcoffset():
            yield first + timedelta(days=count + 1)


@pytest.mark.parametrize(("first", "until"), [(date(2022, 1, 1), date(2024, 1, 1))])
def test_every_zones_odd_days_join_without_gap_or_overlap(first: date, until: date) -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        for odd in changes_of(zone, first, until):
            for day in (odd - timedelta(days=1), odd, odd + timedelta(days=1)):
                assert local_day(starts_at(day, zone), zone) == day, (name, day)
                assert local_day(starts_at(day, zone) - TICK, zone) < day, (name, day)


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Pacific/Apia", 2011),  # a whole day skipped
        ("Pacific/Kwajalein", 1993),  # likewise
        ("America/St_Johns", 1988),  # two hours, at one minute past midnight
        ("Africa/Monrovia", 1972),  # 44 minutes and 30 seconds
        ("Asia/Kathmandu", 1986),  # a quarter of an hour
        ("America/Sao_Paulo", 2018),  # midnight skipped
        ("America/Toronto", 1919),  # from half past eleven to half past twelve
        ("Asia/Gaza", 2011),
        ("America/Nuuk", 2023),
        ("Antarctica/Troll", 2018),  # two hours
        ("Australia/Lord_Howe", 2018),  # half an hour
    ],
)
@pytest.mark.parametrize("kind", list(MONTHS_IN))
def test_periods_tile_the_years_clocks_behaved_oddly(name: str, year: int, kind: PeriodKind) -> None:
    zone = ZoneInfo(name)
    periods = list(periods_from(date(year, 1, 1), date(year + 2, 1, 1), kind))
    for period in periods:
        assert starts_at(period.start, zone) < starts_at(period.end, zone)
        assert local_day(starts_at(period.start, zone), zone) == period.start
    day = date(year, 1, 1)
    while day < date(year + 1, 1, 1):
        begins = starts_at(day, zone)
        assert begins <= starts_at(day + timedelta(days=1), zone)
        assert local_day(begins - TICK, zone) < day
        assert (local_day(begins, zone) == day) == day_exists(day, zone)
        day += timedelta(days=1)
