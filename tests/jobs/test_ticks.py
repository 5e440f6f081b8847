"""Ticks: every minute what is due is written down, and nothing else; any number of schedulers may."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, select

from xla import clock, database
from xla.jobs import ticks
from xla.jobs.planning import plan
from xla.jobs.task import Means
from xla.models import WorkItem
from xla.settings import Settings

NOW = datetime(2026, 4, 10, 12, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock tells what the test's does."""
    monkeypatch.setattr(database, "time_of", lambda _engine: NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)


def means(store: Engine) -> Means:
    return Means(store, Settings(), None)


def planned(store: Engine) -> list[str]:
    with database.reading(store) as session:
        rows = session.scalars(
            select(WorkItem).where(~WorkItem.key.contains("received")).order_by(WorkItem.kind)
        )
        return [f"{row.kind} {row.key} {row.state}" for row in rows]


def test_the_scheduler_only_ticks(harbour: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "tick", lambda _means: None)
    scheduler = ticks.start(means(harbour))
    (job,) = scheduler.get_jobs()
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    assert job.trigger.interval == timedelta(minutes=1)
    scheduler.shutdown(wait=True)
    assert isinstance(scheduler, BackgroundScheduler)


def test_a_tick_writes_down_what_is_due_and_does_none_of_it(harbour: Engine) -> None:
    ticks.tick(means(harbour))
    assert planned(harbour) == [
        "evaluate harbour/2026-04-10T12:00 waiting",
        "forget 2026-04-10 waiting",
        "seal 2026-04-09 waiting",
    ]


def test_a_second_tick_in_the_hour_writes_nothing(harbour: Engine) -> None:
    assert plan(harbour, Settings(), NOW) == 3
    assert plan(harbour, Settings(), NOW + timedelta(minutes=4)) == 0
    assert len(planned(harbour)) == 3


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=40))
    ticks.tick(means(harbour))
    assert "What is due could not be written down" in caplog.text
    assert planned(harbour) == []


def test_contracts_may_be_evaluated_more_often(harbour: Engine) -> None:
    often = Settings(evaluate_minutes=15)
    plan(harbour, often, NOW)
    assert "evaluate harbour/2026-04-10T12:15 waiting" in planned(harbour)
