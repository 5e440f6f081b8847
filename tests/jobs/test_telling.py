"""Telling: a notice reaches each recipient once, by mail or in a digest, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select

import breached
from xla import database
from xla.core.role import Role
from xla.core.work import RULES, Kind, Queue
from xla.jobs import planning
from xla.jobs.task import Means
from xla.jobs.working import Done, do_next
from xla.models import Installation, Membership, Telling, WorkItem
from xla.outside.mail import Letter, ListMailbox, Mailbox, RecipientRefused, Sender, Undelivered
from xla.services import digests, work
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
        person = breached.person(session, role)
        for name, value in values.items():
            setattr(person, name, value)


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


def test_a_server_that_fails_is_asked_again_and_at_last_it_is_given_up(breach: Engine) -> None:
    broken, now = Broken(Undelivered, "the server says 451 later"), NOW
    assert len(worked(breach, broken)) == 4
    assert [(each.given_up_at, each.problem) for each in told(breach)] == [
        (None, "the server says 451 later")
    ] * 2
    for _ in range(RULES[Kind.SEND].attempts):
        now += timedelta(hours=6)
        worked(breach, broken, now)
    assert all(each.given_up_at for each in told(breach))
    with database.reading(breach) as session:
        parked = work.parked(session, 10)
        assert [item.error for item in parked] == ["the server says 451 later"] * 4
        ids = [item.id for item in parked]
    with database.transaction(breach) as session:
        assert all(work.retry(session, number, now) for number in ids)
    box = ListMailbox()
    worked(breach, box, now)
    assert len(box) == 4, "a parked one that somebody begins anew is sent"
    assert all(each.sent_at and not each.given_up_at for each in told(breach))


@pytest.mark.parametrize("error", [RecipientRefused, ValueError])
def test_a_recipient_who_is_refused_for_good_is_given_up_at_once(
    breach: Engine, error: type[Exception]
) -> None:
    assert worked(breach, Broken(error, "the server refuses the recipient")) == []
    assert {each.problem for each in told(breach)} == {"the server refuses the recipient"}
    assert worked(breach, ListMailbox(), NOW + timedelta(days=1)) == []
    assert all(each.given_up_at == NOW for each in told(breach))


def test_in_quiet_hours_nothing_is_sent_and_no_attempt_is_lost(breach: Engine) -> None:
    change(breach, Role.MANAGER, quiet_from=20, quiet_until=7)
    night, morning = datetime(2026, 4, 20, 19, tzinfo=UTC), datetime(2026, 4, 21, 5, tzinfo=UTC)
    box = ListMailbox()
    assert {each.problem for each in worked(breach, box, night)} == {"it is night where they are"}
    assert subjects(box) == []
    assert subjects(box, "client@nordfast.example") == [OPENED, PROPOSED]
    worked(breach, box, morning - timedelta(seconds=1))
    assert subjects(box) == []
    assert worked(breach, box, morning) == []
    assert subjects(box) == [OPENED, PROPOSED]


@pytest.mark.parametrize("how", ["put out", "lost the contract"])
def test_who_was_put_out_or_lost_the_contract_meanwhile_is_told_nothing(breach: Engine, how: str) -> None:
    change(breach, Role.MANAGER, quiet_from=8, quiet_until=20)
    box = ListMailbox()
    worked(breach, box)
    with database.transaction(breach) as session:
        person = breached.person(session, Role.MANAGER)
        if how == "put out":
            person.disabled_at = NOW
        else:
            session.execute(delete(Membership).where(Membership.person_id == person.id))
    worked(breach, box, NOW + timedelta(days=1, hours=11))
    assert subjects(box) == []
    assert {each.problem for each in told(breach)} == {
        "they may not be told of it any more, or switched it off"
    }


def test_a_digest_gathers_what_waits_in_one_mail_and_tells_it_once(breach: Engine) -> None:
    change(breach, Role.MANAGER, digest="daily")
    box, seven = ListMailbox(), datetime(2026, 4, 21, 5, tzinfo=UTC)
    worked(breach, box)
    worked(breach, box, seven - timedelta(seconds=1))
    assert subjects(box) == []
    worked(breach, box, seven)
    worked(breach, box, seven + timedelta(days=1))
    assert subjects(box) == ["2 notices: Harbour house"]
    assert all(each.sent_at == seven for each in told(breach))


def test_a_digest_that_fails_keeps_what_waits_for_the_next(breach: Engine) -> None:
    change(breach, Role.MANAGER, digest="weekly")
    broken, monday = Broken(Undelivered, "no route"), datetime(2026, 4, 27, 5, tzinfo=UTC)
    worked(breach, ListMailbox())
    for attempt in range(RULES[Kind.DIGEST].attempts + 1):
        worked(breach, broken, monday + attempt * timedelta(hours=6))
    assert all(each.given_up_at is None for each in told(breach))
    box = ListMailbox()
    worked(breach, box, monday + timedelta(days=7))
    assert subjects(box) == ["2 notices: Harbour house"]


def test_who_chose_a_digest_while_it_was_to_be_sent_gets_it_in_the_digest(breach: Engine) -> None:
    change(breach, Role.MANAGER, quiet_from=8, quiet_until=20)
    box = ListMailbox()
    worked(breach, box)
    change(breach, Role.MANAGER, digest="daily", quiet_from=None, quiet_until=None)
    worked(breach, box, NOW + timedelta(hours=10))
    assert subjects(box) == []
    with database.transaction(breach) as session:
        digests.choose(session, breached.person(session, Role.MANAGER), "at_once", NOW + timedelta(hours=11))
    worked(breach, box, NOW + timedelta(hours=11))
    assert subjects(box) == [OPENED, PROPOSED]


def test_a_notice_of_an_older_release_is_found_and_told(breach: Engine) -> None:
    with database.transaction(breach) as session:
        session.execute(delete(WorkItem))
        assert session.scalars(select(Installation)).all() == []
    box = ListMailbox()
    worked(breach, box)
    assert subjects(box) == [OPENED, PROPOSED]
