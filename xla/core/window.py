"""Windows: periods of local days in a contract's time zone, half-open, without gap or overlap.

A local day is what the clock on the wall shows there; days of 23 and 25 hours are normal.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

PeriodKind = Literal["month", "quarter", "year"]
MONTHS_IN: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
YEARS = range(1900, 2201)
"""The years a period may be asked for; far from the calendar's ends, where windows would fall off it."""
WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Window:
    """Local days from `start` up to but not including `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a window must start before it ends: {self.start} to {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def day_count(self) -> int:
        """How many local days it holds."""
        return (self.end - self.start).days


@dataclass(frozen=True, order=True)
class CalendarPeriod(Window):
    """A calendar month, quarter or year."""

    kind: PeriodKind = "month"

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.start.year:04d}"
        if self.kind == "quarter":
            return f"{self.start.year:04d}-Q{(self.start.month + 2) // 3}"
        return f"{self.start.year:04d}-{self.start.month:02d}"

    @property
    def following(self) -> "CalendarPeriod":
        """The period that starts where this one ends."""
        return period_of(self.end, self.kind)

    @property
    def preceding(self) -> "CalendarPeriod":
        """The period that ends where this one starts."""
        return period_of(self.start - timedelta(days=1), self.kind)


def period_of(day: date, kind: PeriodKind) -> CalendarPeriod:
    """The calendar period of that kind which holds `day`. ValueError in the calendar's last period."""
    length = MONTHS_IN[kind]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    months = first.year * 12 + first.month - 1 + length
    if months // 12 > date.max.year:
        raise ValueError(f"{day} lies in the last period of the calendar")
    return CalendarPeriod(first, date(months // 12, months % 12 + 1, 1), kind)


def parse_period(text: str) -> CalendarPeriod:
    """`2018-05`, `2018-Q2` or `2018`. ValueError for anything else."""
    match = WRITTEN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a period; write 2018-05 (month), 2018-Q2 (quarter) or 2018 (year)")
    year = int(match["year"])
    if year not in YEARS:
        raise ValueError(f"{text!r} lies too far away; years go from {YEARS[0]} to {YEARS[-1]}")
    if match["month"]:
        return period_of(date(year, int(match["month"]), 1), "month")
    if match["quarter"]:
        return period_of(date(year, int(match["quarter"]) * 3 - 2, 1), "quarter")
    return period_of(date(year, 1, 1), "year")


def periods_from(first: date, until: date, kind: PeriodKind) -> Iterator[CalendarPeriod]:
    """Every period that holds a day of `[first, until)`, oldest first."""
    period = period_of(first, kind)
    while period.start < until:
        yield period
        period = period.following


def history(period: CalendarPeriod, count: int) -> list[CalendarPeriod]:
    """`period` and those before it, `count` in all, oldest first."""
    periods = [period]
    while len(periods) < count:
        periods.append(periods[-1].preceding)
    return periods[::-1]


def rolling(period: Window, days: int, today: date) -> Window:
    """The last `days` days: up to the period's end, or up to and with today while it still runs."""
    end = min(period.end, max(today + timedelta(days=1), period.start + timedelta(days=1)))
    return Window(end - timedelta(days=days), end)


def days_between(first: date, end: date) -> list[date]:
    """Every day from `first` up to but not including `end`, oldest first; none where `end` is not later."""
    return [first + timedelta(number) for number in range((end - first).days)]


def starts_at(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a local day begins; where midnight is skipped, the first that exists."""
    midnight = datetime.combine(day, time(), zone)
    begins = midnight.astimezone(UTC)
    if begins.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return begins
    # The clocks jump over midnight, perhaps from before it: the jump lies at most one of its lengths back.
    earliest = midnight.replace(fold=1).astimezone(UTC)
    seconds = range((begins - earliest) // timedelta(seconds=1))
    return earliest + timedelta(
        seconds=bisect_left(
            seconds, day, key=lambda second: local_day(earliest + timedelta(seconds=second), zone)
        )
    )


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day the wall calendar shows there at an aware instant."""
    return instant.astimezone(zone).date()


def day_exists(day: date, zone: ZoneInfo) -> bool:
    """False for a day a zone skipped when it crossed the date line (Samoa, 30 December 2011)."""
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def localised(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall-clock time without offset; where it occurs twice, the first.

    ValueError where the clocks skipped it.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValueError(f"{wall.isoformat(sep=' ')} does not exist in {zone.key}: the clocks skipped it")
    return instant


def due_at(period: Window, close_after_days: int, zone: ZoneInfo) -> datetime:
    """The instant (UTC) from which a period may be closed: its end plus whole local days."""
    return starts_at(period.end + timedelta(days=close_after_days), zone)
