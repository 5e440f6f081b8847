"""Telling: a notice reaches each recipient once, by mail or in a digest, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

import breached
from xla import database
from xla.core.role import Role
from xla.core.work import Kind, Queue
from xla.jobs import planning
from xla.jobs.task import Means
from xla.jobs.working import Done, do_next
from xla.models import Telling, WorkItem
from xla.outside.mail import Letter, ListMailbox, Mailbox, Sender
from xla.settings import Settings

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
"""A Monday, 11 o'clock in Stockholm."""
SETTINGS = Settings(base_url="https://xla.nordfast.se")


class Broken:
    """A server that takes nothing, for a reason."""

    def __init__(self, error: type[Exception], why: str) -> None:
        self._error, self._why = error, why

    def send(self, _letter: Letter, _sender: Sender, _now: datetime) -> None:
        raise self._error(self._why)


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock tells what the test's does."""
    monkeypatch.setattr(planning, "refuse_apart", lambda _engine, _now: None)


@pytest.fixture
def breach(store: Engine) -> Engine:
    """March is closed with a breach: a manager and a client are told of both, when work is done."""
    with database.transaction(store) as session:
        breached.build(session)
    return store


def change(store: Engine, role: Role, **values: object) -> None:
    with database.transaction(store) as session:
        for name, value in values.items():
            setattr(breached.person(session, role), name, value)


def worked(store: Engine, mailbox: Mailbox | None, now: datetime = NOW) -> list[Done]:
    """Plan and tell, and nothing else; what failed."""
    means = Means(store, SETTINGS, mailbox)
    planning.plan(store, SETTINGS, now)
    done = iter(lambda: do_next(means, (Queue.NOTIFY,), now), None)
    found = list(done)
    return [each for each in found if each.problem]


def told(store: Engine, role: Role = Role.MANAGER) -> list[Telling]:
    with database.reading(store) as session:
        person = breached.person(session, role)
        return list(
            session.scalars(select(Telling).where(Telling.person_id == person.id).order_by(Telling.id))
        )


def subjects(box: ListMailbox, to: str = "manager@nordfast.example") -> list[str]:
    return [letter["Subject"] for letter in box if letter["To"] == to]


PROPOSED, OPENED = "Result proposed: Harbour house, March 2026", "Breach opened: A KPI, Harbour house"


def test_each_recipient_gets_one_mail_a_notice_and_none_the_second_time(breach: Engine) -> None:
    box = ListMailbox()
    assert worked(breach, box) == []
    assert subjects(box) == [OPENED, PROPOSED]
    assert subjects(box, "client@nordfast.example") == [OPENED, PROPOSED]
    assert len(box) == len({letter["Message-ID"] for letter in box}) == 4
    assert all(each.sent_at == NOW for each in told(breach))
    assert worked(breach, box, NOW + timedelta(days=1)) == []
    assert len(box) == 4


def test_a_mail_that_may_have_gone_out_goes_out_again_under_the_same_id(breach: Engine) -> None:
    box = ListMailbox()
    worked(breach, box)
    with database.transaction(breach) as session:
        for telling in session.scalars(select(Telling)):
            telling.sent_at = None
        for item in session.scalars(select(WorkItem).where(WorkItem.kind == Kind.SEND)):
            item.state, item.attempts = "waiting", 1
    worked(breach, box)
    assert [letter["Message-ID"] for letter in box[:4]] == [letter["Message-ID"] for letter in box[4:]]
    stored = {each.message_id for role in (Role.MANAGER, Role.CLIENT) for each in told(breach, role)}
    assert stored == {letter["Message-ID"].strip("<").partition("@")[0] for letter in box}


def test_without_a_mail_server_it_is_given_up_and_a_later_server_sends_nothing_old(breach: Engine) -> None:
    change(breach, Role.CLIENT, digest="daily")
    tomorrow = NOW + timedelta(days=1)
    worked(breach, None)
    assert [each.problem for each in told(breach)] == ["no mail server is set"] * 2
    assert [each.problem for each in told(breach, Role.CLIENT)] == [None, None]
    worked(breach, None, tomorrow)
    assert [each.given_up_at for each in told(breach, Role.CLIENT)] == [tomorrow] * 2
    box = ListMailbox()
    worked(breach, box, NOW + timedelta(days=2))
    assert box == []
