"""Quiet hours end by the clock on the wall, also in the nights in which it is put forward or back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xla.core.quiet import Clock, quiet_end

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def at(text: str, zone: ZoneInfo = STOCKHOLM, fold: int = 0) -> datetime:
    """A time on the wall there, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-04-20 19:59", None),
        ("2026-04-20 20:00", "2026-04-21 07:00"),
        ("2026-04-20 23:59", "2026-04-21 07:00"),
        ("2026-04-21 00:00", "2026-04-21 07:00"),
        ("2026-04-21 06:59", "2026-04-21 07:00"),
        ("2026-04-21 07:00", None),
    ],
)
def test_a_night_reaches_over_midnight(now: str, end: str | None) -> None:
    assert quiet_end(Clock(STOCKHOLM, 20, 7), at(now)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("now", "end"),
    [("11:59", None), ("12:00", "14:00"), ("13:59", "14:00"), ("14:00", None), ("23:00", None)],
)
def test_a_rest_at_noon_ends_on_the_same_day(now: str, end: str | None) -> None:
    found = quiet_end(Clock(STOCKHOLM, 12, 14), at(f"2026-04-20 {now}"))
    assert found == (at(f"2026-04-20 {end}") if end else None)


@pytest.mark.parametrize("hours", [(None, None), (None, 7), (20, None), (7, 7)])
def test_without_hours_or_of_no_length_there_is_no_quiet(hours: tuple[int | None, int | None]) -> None:
    assert quiet_end(Clock(STOCKHOLM, *hours), at("2026-04-20 07:00")) is None


def test_the_night_before_summer_time_is_an_hour_shorter() -> None:
    began, end = at("2026-03-28 20:00"), quiet_end(Clock(STOCKHOLM, 20, 7), at("2026-03-28 20:00"))
    assert end == at("2026-03-29 07:00")
    assert (end - began).total_seconds() / 3600 == 10


def test_the_night_before_winter_time_is_an_hour_longer() -> None:
    began, end = at("2026-10-24 20:00"), quiet_end(Clock(STOCKHOLM, 20, 7), at("2026-10-24 20:00"))
    assert end == at("2026-10-25 07:00")
    assert (end - began).total_seconds() / 3600 == 12


def test_quiet_hours_until_an_hour_that_is_skipped_end_with_the_jump() -> None:
    assert quiet_end(Clock(STOCKHOLM, 22, 2), at("2026-03-29 01:59")) == at("2026-03-29 03:00")
    assert quiet_end(Clock(STOCKHOLM, 22, 2), at("2026-03-29 03:00")) is None


def test_quiet_hours_until_an_hour_that_comes_twice_end_the_first_time() -> None:
    clock = Clock(STOCKHOLM, 22, 2)
    assert quiet_end(clock, at("2026-10-25 01:59")) == at("2026-10-25 02:00")
    assert quiet_end(clock, at("2026-10-25 02:30", fold=0)) is None
    assert quiet_end(clock, at("2026-10-25 02:30", fold=1)) is None


def test_the_hour_that_comes_twice_is_quiet_both_times() -> None:
    clock = Clock(STOCKHOLM, 22, 3)
    for fold in (0, 1):
        assert quiet_end(clock, at("2026-10-25 02:30", fold=fold)) == at("2026-10-25 03:00")


def test_the_wall_is_the_persons_own() -> None:
    now = at("2026-04-20 19:30")
    assert quiet_end(Clock(STOCKHOLM, 20, 7), now) is None
    helsinki = ZoneInfo("Europe/Helsinki")
    assert quiet_end(Clock(helsinki, 20, 7), now) == at("2026-04-21 07:00", helsinki)
