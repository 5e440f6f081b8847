"""Nights on which the clocks change: closes at local midnight, evaluations each hour, digests once a day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

import make
from xla import database
from xla.core.digest import digest_at
from xla.core.quiet import Clock
from xla.core.work import Kind
from xla.jobs.task import Means
from xla.jobs.working import work_through
from xla.models import Period, WorkItem
from xla.settings import Settings

HOUR = timedelta(hours=1)
NIGHTS = {
    # zone, the month that is closed on that day and how many days after its end: when that day begins there
    "Stockholm, into summer": ("Europe/Stockholm", "2026-02", 28, make.utc(2026, 3, 28, 23)),
    "Stockholm, the day after": ("Europe/Stockholm", "2026-02", 29, make.utc(2026, 3, 29, 22)),
    "Stockholm, into winter": ("Europe/Stockholm", "2026-09", 24, make.utc(2026, 10, 24, 22)),
    "Stockholm, after that": ("Europe/Stockholm", "2026-09", 25, make.utc(2026, 10, 25, 23)),
    "Havana, where midnight is skipped": ("America/Havana", "2026-02", 7, make.utc(2026, 3, 8, 5)),
    "Santiago, where midnight is skipped": ("America/Santiago", "2026-08", 5, make.utc(2026, 9, 6, 4)),
    "Havana, where midnight comes twice": ("America/Havana", "2026-10", 0, make.utc(2026, 11, 1, 4)),
}


@pytest.mark.parametrize(("zone", "month", "patience", "midnight"), NIGHTS.values(), ids=NIGHTS)
def test_a_month_is_closed_when_its_day_begins_there_and_each_hour_is_one(
    store: Engine,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    month: str,
    patience: int,
    midnight: datetime,
) -> None:
    with database.transaction(store) as session:
        told = {"timezone": zone, "starts_on": f"{month}-01", "close_after_days": patience}
        make.contract(session, make.agreement(contract=told, effective_from=f"{month}-01"))
    closed_at = None
    hours = [midnight + number * HOUR for number in range(-2, 3)]
    for now in hours:
        monkeypatch.setattr(database, "time_of", lambda _engine, now=now: now)
        list(work_through(Means(store, Settings(), None), now))
        with database.reading(store) as session:
            (proposed_at,) = [*session.scalars(select(Period.proposed_at)), None][:1]
            closed_at = closed_at or proposed_at
    assert closed_at == midnight
    with database.reading(store) as session:
        rows = session.execute(
            select(WorkItem.key, WorkItem.wanted_at)
            .where(WorkItem.kind == Kind.EVALUATE, ~WorkItem.key.contains("closed"))
            .order_by(WorkItem.id)
        ).all()
    assert [wanted_at for _key, wanted_at in rows] == hours
    assert len({key for key, _at in rows}) == len(hours)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Stockholm", datetime(2026, 3, 28, 12, tzinfo=UTC)),
        ("Europe/Stockholm", datetime(2026, 10, 24, 12, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 3, 7, 12, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 5, 12, tzinfo=UTC)),
    ],
)
def test_a_daily_digest_falls_due_once_on_each_day_whatever_its_length(zone: str, first: datetime) -> None:
    clock = Clock(ZoneInfo(zone))
    asked = [first + number * timedelta(minutes=10) for number in range(3 * 24 * 6)]
    found = sorted({digest_at(clock, "daily", now) for now in asked})
    days = [at.astimezone(clock.zone).date() for at in found]
    assert days == [days[0] + timedelta(days=number) for number in range(4)]
    assert {at.astimezone(clock.zone).hour for at in found} == {found[0].astimezone(clock.zone).hour}
