"""Quiet hours: when a person may be written to, by the clock on their wall."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """A person's zone, and the hours in which they want no mails: none where both are None."""

    zone: ZoneInfo
    quiet_from: int | None = None
    """The hour (0-23) from which."""
    quiet_until: int | None = None
    """The hour until which; the next day's where it is the smaller."""


def quiet_end(clock: Clock, now: datetime) -> datetime | None:
    """When (UTC) the quiet hours end that `now` lies in; None where it lies in none.

    The hours are the wall's: a night in which the clocks change is an hour shorter or longer. An hour the
    clocks skip begins when they have jumped, one that comes twice begins the first time.
    """
    first, until = clock.quiet_from, clock.quiet_until
    if first is None or until is None or first == until:
        return None
    wall = now.astimezone(clock.zone)
    is_over_midnight = first > until
    is_evening = wall.hour >= first
    is_morning = wall.hour < until
    is_quiet = (is_evening or is_morning) if is_over_midnight else (is_evening and is_morning)
    if not is_quiet:
        return None
    day = wall.date() + DAY if is_over_midnight and is_evening else wall.date()
    return hour_at(clock.zone, day, until)


def hour_at(zone: ZoneInfo, day: date, hour: int) -> datetime:
    """The instant (UTC) of a full hour; where the clocks skip it, that of their jump."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
