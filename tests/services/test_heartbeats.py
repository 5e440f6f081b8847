"""Heartbeats: who lives is known by its last word; who is silent for a day is forgotten."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from xla.models import Heartbeat
from xla.services import heartbeats

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def names(session: Session) -> list[str]:
    return sorted(row.name for row in session.query(Heartbeat))


def test_a_process_is_there_once_with_its_last_word(session: Session) -> None:
    for minute in range(3):
        heartbeats.beat(session, "scheduler", "scheduler a 1", NOW + timedelta(minutes=minute))
    heartbeats.beat(session, "scheduler", "scheduler b 1", NOW)
    assert names(session) == ["scheduler a 1", "scheduler b 1"]
    assert heartbeats.newest(session) == {"scheduler": NOW + timedelta(minutes=2)}


def test_who_was_silent_for_three_minutes_is_not_counted(session: Session) -> None:
    heartbeats.beat(session, "worker", "worker a 1", NOW)
    heartbeats.beat(session, "worker", "worker a 2", NOW + timedelta(minutes=2))
    assert heartbeats.alive(session, NOW + timedelta(minutes=3)) == {"scheduler": 0, "worker": 1}


def test_who_is_silent_for_over_a_day_is_forgotten(session: Session) -> None:
    heartbeats.beat(session, "worker", "worker old 1", NOW)
    heartbeats.beat(session, "worker", "worker new 1", NOW + timedelta(days=1))
    assert names(session) == ["worker new 1", "worker old 1"]
    heartbeats.beat(session, "worker", "worker new 1", NOW + timedelta(days=1, seconds=1))
    assert names(session) == ["worker new 1"]


def test_who_ends_in_order_is_not_missed(session: Session) -> None:
    heartbeats.beat(session, "worker", "worker a 1", NOW)
    heartbeats.forget(session, "worker a 1")
    assert names(session) == []


def test_who_spoke_by_a_clock_that_ran_ahead_is_not_held_to_live_until_then(session: Session) -> None:
    heartbeats.beat(session, "worker", "worker ahead 1", NOW + timedelta(days=40))
    heartbeats.beat(session, "worker", "worker a 1", NOW)
    assert names(session) == ["worker a 1"]
    assert heartbeats.newest(session) == {"worker": NOW}
