"""Reminding: a breach nobody has seen is reminded of on its morning, once, however late."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, select

from xla import database
from xla.jobs.task import Means
from xla.jobs.working import work_through
from xla.models import Notice, WorkItem
from xla.settings import Settings

CLOSED_AT = datetime(2026, 4, 10, 12, tzinfo=UTC)
"""A Friday."""
TUESDAY = datetime(2026, 4, 14, 6, tzinfo=UTC)


def done(store: Engine, monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[str]:
    monkeypatch.setattr(database, "time_of", lambda _engine: now)
    return [said for each in work_through(Means(store, Settings(), None), now) for said in each.said]


def reminders(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return list(session.scalars(select(Notice.key).where(Notice.kind == "breach_reminder")))


def test_nobody_is_reminded_before_the_morning_and_somebody_is_then(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(harbour, monkeypatch, CLOSED_AT)
    done(harbour, monkeypatch, TUESDAY.replace(hour=5, minute=59))
    assert reminders(harbour) == []
    assert "harbour/2026-03/clean has not been seen." in done(harbour, monkeypatch, TUESDAY)
    assert reminders(harbour) == ["harbour/2026-03/clean/unseen/2026-04-14"]


def test_a_breach_of_an_older_release_is_found_by_the_hourly_look(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(harbour, monkeypatch, CLOSED_AT)
    with database.transaction(harbour) as session:
        session.execute(delete(WorkItem).where(WorkItem.kind == "remind"))
    assert "harbour/2026-03/clean has not been seen." in done(harbour, monkeypatch, TUESDAY)
    assert done(harbour, monkeypatch, TUESDAY.replace(hour=9)) == []
    assert len(reminders(harbour)) == 1
