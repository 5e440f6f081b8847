"""Digests: due by the person's own clock where something waits, one at a time; given up by choice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
from xla.core.notice import Event
from xla.core.role import Role
from xla.core.work import Kind
from xla.models import Notice, Person, Telling, WorkItem
from xla.services import digests, memberships, notices, tellings, work

MONDAY = make.utc(2026, 4, 20, 9)
TUESDAY_SEVEN = make.utc(2026, 4, 21, 5)
"""In Stockholm."""


@pytest.fixture
def manager(session: Session) -> Person:
    """Who has a daily digest, and one notice of Monday that waits for it."""
    contract = make.contract(session)
    person = breached.person(session, Role.MANAGER)
    person.digest = "daily"
    memberships.add_member(session, person.id, contract.id)
    notices.write(session, contract.id, event=(Event.BREACH_CLOSED, "1"), document={}, now=MONDAY)
    tellings.fan_out(session, session.scalars(select(Notice)).one(), MONDAY)
    return person


def due(session: Session, now: datetime) -> list[tuple[str, datetime]]:
    return [(each.key, each.due_at) for each in digests.due(session, now)]


def test_a_digest_is_due_at_seven_once_something_waits(session: Session, manager: Person) -> None:
    assert due(session, MONDAY) == []
    assert due(session, TUESDAY_SEVEN - timedelta(seconds=1)) == []
    assert due(session, TUESDAY_SEVEN) == [(f"{manager.id}/2026-04-21", TUESDAY_SEVEN)]


def test_after_forty_days_there_is_one(session: Session, manager: Person) -> None:
    later = TUESDAY_SEVEN + timedelta(days=40)
    assert due(session, later) == [(f"{manager.id}/2026-05-31", later)]


def test_nobody_has_two_under_way(session: Session, manager: Person) -> None:
    work.put(session, digests.due(session, TUESDAY_SEVEN), TUESDAY_SEVEN)
    assert due(session, TUESDAY_SEVEN + timedelta(days=1)) == []
    session.scalars(select(WorkItem).where(WorkItem.kind == Kind.DIGEST)).one().state = "parked"
    session.flush()
    assert len(due(session, TUESDAY_SEVEN + timedelta(days=1))) == 1


def test_with_nothing_waiting_or_told_at_once_there_is_none(session: Session, manager: Person) -> None:
    manager.digest = "at_once"
    session.flush()
    assert due(session, TUESDAY_SEVEN) == []
    manager.digest = "weekly"
    tellings.told(session, [session.scalars(select(Telling.id)).one()], MONDAY)
    assert due(session, TUESDAY_SEVEN + timedelta(days=7)) == []


def test_who_changes_to_at_once_is_sent_what_waits(session: Session, manager: Person) -> None:
    digests.choose(session, manager, "weekly", MONDAY)
    sending = select(WorkItem).where(WorkItem.kind == Kind.SEND)
    assert session.scalars(sending).all() == []
    digests.choose(session, manager, "at_once", MONDAY)
    assert manager.digest == "at_once"
    assert session.scalars(sending).one().due_at == MONDAY


def test_who_is_told_at_once_already_is_sent_nothing_twice(session: Session, manager: Person) -> None:
    manager.digest = "at_once"
    digests.choose(session, manager, "at_once", MONDAY)
    assert session.scalars(select(WorkItem).where(WorkItem.kind == Kind.SEND)).all() == []
