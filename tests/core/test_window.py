"""Windows: periods that tile time, written one way, due after whole local days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.core.window import (
    MONTHS_IN,
    CalendarPeriod,
    PeriodKind,
    Window,
    day_exists,
    due_at,
    history,
    localised,
    parse_period,
    period_of,
    periods_from,
    rolling,
    starts_at,
)

STOCKHOLM, LOS_ANGELES = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/Los_Angeles")
kinds = st.sampled_from(list(MONTHS_IN))
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind", "start", "end"),
    [
        (date(2018, 5, 31), "month", date(2018, 5, 1), date(2018, 6, 1)),
        (date(2018, 12, 1), "month", date(2018, 12, 1), date(2019, 1, 1)),
        (date(2016, 2, 29), "month", date(2016, 2, 1), date(2016, 3, 1)),
        (date(2018, 6, 30), "quarter", date(2018, 4, 1), date(2018, 7, 1)),
        (date(2018, 12, 31), "quarter", date(2018, 10, 1), date(2019, 1, 1)),
        (date(2018, 1, 1), "year", date(2018, 1, 1), date(2019, 1, 1)),
    ],
)
def test_a_day_lies_in_one_calendar_period(day: date, kind: PeriodKind, start: date, end: date) -> None:
    assert period_of(day, kind) == CalendarPeriod(start, end, kind)


@given(days, kinds)
def test_periods_tile_the_calendar(day: date, kind: PeriodKind) -> None:
    period = period_of(day, kind)
    assert day in period
    assert period.following.start == period.end
    assert period.preceding.end == period.start
    assert period.following.preceding == period
    assert day not in period.following
    assert day not in period.preceding
    assert all(period_of(inside, kind) == period for inside in (period.start, period.last_day))
    assert sum(each.day_count for each in periods_from(period.start, period.end, "month")) == period.day_count


@given(days, kinds)
def test_a_period_reads_as_it_is_written(day: date, kind: PeriodKind) -> None:
    period = period_of(day, kind)
    assert parse_period(str(period)) == period
    assert parse_period(f" {period}\n") == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018-5",
        "2018-13",
        "2018-00",
        "2018-Q5",
        "2018-Q0",
        "2018q2",
        "18",
        "20180",
        "2018-05-01",
        "\N{DEVANAGARI DIGIT TWO}018",
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 2018-05 \(month\), 2018-Q2 \(quarter\) or 2018 \(year\)"):
        parse_period(text)


@pytest.mark.parametrize("text", ["0000", "0001-01", "1899-12", "2201", "9999-12"])
def test_a_period_at_the_calendars_ends_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="years go from 1900 to 2200"):
        parse_period(text)


def test_the_calendars_very_last_period_has_no_end() -> None:
    with pytest.raises(ValueError, match="lies in the last period"):
        period_of(date(9999, 12, 31), "month")


def test_a_window_starts_before_it_ends() -> None:
    with pytest.raises(ValueError, match="must start before it ends: 2018-05-01 to 2018-05-01"):
        Window(date(2018, 5, 1), date(2018, 5, 1))


def test_a_window_is_half_open() -> None:
    window = Window(date(2018, 5, 1), date(2018, 5, 3))
    assert [day in window for day in (date(2018, 4, 30), date(2018, 5, 1), date(2018, 5, 3))] == [0, 1, 0]
    assert (window.last_day, window.day_count) == (date(2018, 5, 2), 2)


def test_periods_from_a_day_until_another_hold_every_day_between() -> None:
    assert [str(each) for each in periods_from(date(2018, 11, 30), date(2019, 2, 1), "month")] == [
        "2018-11",
        "2018-12",
        "2019-01",
    ]
    assert list(periods_from(date(2018, 11, 30), date(2018, 11, 1), "month")) == []


def test_a_history_ends_with_its_period() -> None:
    assert [str(each) for each in history(parse_period("2018-Q1"), 3)] == ["2017-Q3", "2017-Q4", "2018-Q1"]
    assert history(parse_period("2018"), 1) == [parse_period("2018")]


@pytest.mark.parametrize(
    ("today", "days", "start", "end"),
    [
        # While the period runs, the window ends with today; afterwards with the period.
        (date(2018, 5, 10), 30, date(2018, 4, 11), date(2018, 5, 11)),
        (date(2018, 5, 31), 30, date(2018, 5, 2), date(2018, 6, 1)),
        (date(2018, 6, 20), 30, date(2018, 5, 2), date(2018, 6, 1)),
        # Before the period has begun it stands at its first day.
        (date(2018, 1, 1), 7, date(2018, 4, 25), date(2018, 5, 2)),
    ],
)
def test_a_rolling_window_ends_with_today_or_the_period(
    today: date, days: int, start: date, end: date
) -> None:
    assert rolling(parse_period("2018-05"), days, today) == Window(start, end)


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        ("2018-05-01T12:00", STOCKHOLM, datetime(2018, 5, 1, 10, tzinfo=UTC)),
        # Where the hour occurs twice, the first is meant.
        ("2018-10-28T02:30", STOCKHOLM, datetime(2018, 10, 28, 0, 30, tzinfo=UTC)),
        ("2018-11-04T01:59", LOS_ANGELES, datetime(2018, 11, 4, 8, 59, tzinfo=UTC)),
        ("2018-03-25T03:00", STOCKHOLM, datetime(2018, 3, 25, 1, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_time_is_an_instant(wall: str, zone: ZoneInfo, instant: datetime) -> None:
    assert localised(datetime.fromisoformat(wall), zone) == instant


@pytest.mark.parametrize(
    ("wall", "zone"),
    [("2018-03-25T02:00", STOCKHOLM), ("2018-03-11T02:59:59", LOS_ANGELES)],
)
def test_an_hour_the_clocks_skipped_is_no_instant(wall: str, zone: ZoneInfo) -> None:
    with pytest.raises(ValueError, match=f"does not exist in {zone.key}: the clocks skipped it"):
        localised(datetime.fromisoformat(wall), zone)


def test_a_day_west_of_the_date_line_may_not_exist() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert not day_exists(date(2011, 12, 30), apia)
    assert day_exists(date(2011, 12, 29), apia)
    assert day_exists(date(2011, 12, 31), apia)
    assert day_exists(date(2011, 12, 30), STOCKHOLM)


@pytest.mark.parametrize(
    ("period", "days_after", "zone", "due"),
    [
        ("2018-05", 3, STOCKHOLM, datetime(2018, 6, 3, 22, tzinfo=UTC)),
        ("2018-05", 0, STOCKHOLM, datetime(2018, 5, 31, 22, tzinfo=UTC)),
        ("2018-10", 3, STOCKHOLM, datetime(2018, 11, 3, 23, tzinfo=UTC)),
        # There the clocks go back on 4 November: four whole days are 97 hours.
        ("2018-10", 3, LOS_ANGELES, datetime(2018, 11, 4, 7, tzinfo=UTC)),
        ("2018-10", 4, LOS_ANGELES, datetime(2018, 11, 5, 8, tzinfo=UTC)),
        ("2018", 90, STOCKHOLM, datetime(2019, 3, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_period_is_due_after_whole_local_days(
    period: str, days_after: int, zone: ZoneInfo, due: datetime
) -> None:
    assert due_at(parse_period(period), days_after, zone) == due


def test_a_day_begins_with_the_jump_that_skips_its_midnight() -> None:
    """Toronto, 1919: at 23:30 the clocks went on to 00:30."""
    toronto = ZoneInfo("America/Toronto")
    assert starts_at(date(1919, 3, 31), toronto) == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert starts_at(date(2018, 11, 4), sao_paulo) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    apia = ZoneInfo("Pacific/Apia")
    assert starts_at(date(2011, 12, 30), apia) == starts_at(date(2011, 12, 31), apia)
    assert starts_at(date(2012, 1, 1), apia) - starts_at(date(2011, 12, 31), apia) == timedelta(days=1)
