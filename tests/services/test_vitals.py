"""Vitals: figures of the work, in few queries however much there is."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

import make
import rated
from xla.core.work import Kind, Queue
from xla.models import Contract, Delivery, Notice, Person, Telling, Webhook
from xla.services import heartbeats, work
from xla.services.vitals import Vitals, late_evaluations, overdue, vitals
from xla.services.work import Wanted

NOW = make.NOW
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def do(
    session: Session, kind: Kind, key: str, contract_id: int | None = None, *, ago: timedelta = MINUTE
) -> None:
    work.put(session, [Wanted(kind, key, NOW - ago, contract_id)], NOW - ago)
    taken = work.take(session, tuple(Queue), NOW - ago)
    assert taken
    assert taken.key == key
    work.finish(session, taken, NOW - ago)


def test_an_empty_database_has_its_vitals(session: Session) -> None:
    found = vitals(session, HOUR, NOW)
    assert [each.waiting for each in found.backlog] == [0, 0, 0]
    assert (found.done, found.retrying, found.parked) == ({}, {}, {})
    assert (found.contracts, found.responses, found.notices_waiting, found.deliveries_failed) == (0, 0, 0, 0)
    assert (found.newest, found.alive) == ({}, {"scheduler": 0, "worker": 0})
    assert found.sealed_day is None


def test_what_was_done_in_the_last_hour_counts_by_kind(session: Session) -> None:
    do(session, Kind.CLOSE, "old", ago=HOUR)
    for key in ("a", "b"):
        do(session, Kind.CLOSE, key)
    do(session, Kind.FORGET, "c")
    assert vitals(session, HOUR, NOW).done == {Kind.CLOSE: 2, Kind.FORGET: 1}


def test_what_failed_counts_until_it_is_done_or_given_up(session: Session) -> None:
    work.put(session, [Wanted(Kind.FORGET, "fails", NOW), Wanted(Kind.RENDER, "hopeless", NOW)], NOW)
    for queue in (Queue.CLOSE, Queue.RENDER):
        taken = work.take(session, [queue], NOW)
        assert taken
        if queue is Queue.RENDER:
            work.park(session, taken, "too large", NOW)
        else:
            work.fail(session, taken, "no room", NOW)
    found = vitals(session, HOUR, NOW)
    assert (found.retrying, found.parked) == ({Kind.FORGET: 1}, {Kind.RENDER: 1})


def test_a_contract_not_evaluated_for_two_hours_is_late(session: Session) -> None:
    contract = make.contract(session, now=NOW - 3 * HOUR)
    assert late_evaluations(session, HOUR, NOW) == 1
    do(session, Kind.EVALUATE, "harbour/old", contract.id, ago=2 * HOUR)
    assert late_evaluations(session, HOUR, NOW) == 1
    do(session, Kind.EVALUATE, "harbour/new", contract.id, ago=2 * HOUR - MINUTE)
    assert late_evaluations(session, HOUR, NOW) == 0


def test_what_is_late_follows_how_often_contracts_are_evaluated(session: Session) -> None:
    make.contract(session, now=NOW - 3 * HOUR)
    assert late_evaluations(session, 2 * HOUR, NOW) == 0


def test_a_new_contract_is_not_late_yet(session: Session) -> None:
    make.contract(session, now=NOW - HOUR)
    assert late_evaluations(session, HOUR, NOW) == 0


def test_a_queue_is_overdue_past_its_own_bound(session: Session) -> None:
    work.put(
        session,
        [Wanted(Kind.CLOSE, "c", NOW - 16 * MINUTE), Wanted(Kind.RENDER, "r", NOW - 16 * MINUTE)],
        NOW,
    )
    assert [each.queue for each in overdue(vitals(session, HOUR, NOW).backlog, NOW)] == [Queue.CLOSE]


def notice(session: Session, contract: Contract, key: str) -> int:
    row = Notice(contract_id=contract.id, kind="breach_opened", key=key, document="{}", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def telling(session: Session, notice_id: int, person: Person, **ended: Any) -> None:
    session.add(
        Telling(notice_id=notice_id, person_id=person.id, message_id=str(notice_id), created_at=NOW, **ended)
    )


def test_notices_on_their_way_and_lately_given_up_are_counted(session: Session) -> None:
    contract = make.contract(session)
    person = Person(email="a@example.com", name="A", role="client", language="en", created_at=NOW)
    session.add(person)
    session.flush()
    for key, ended in {
        "waits": {},
        "sent": {"sent_at": NOW},
        "given up": {"given_up_at": NOW - MINUTE},
        "long ago": {"given_up_at": NOW - HOUR},
    }.items():
        telling(session, notice(session, contract, key), person, **ended)
    found = vitals(session, HOUR, NOW)
    assert (found.notices_waiting, found.notices_given_up) == (1, 1)


def test_messages_to_webhooks_that_failed_within_the_hour_are_counted(session: Session) -> None:
    hook = Webhook(name="Desk", url="https://desk.example", secret="s", events="[]", created_at=NOW)
    session.add(hook)
    session.flush()
    for status, ago in (
        (200, MINUTE),
        (204, MINUTE),
        (302, MINUTE),
        (500, MINUTE),
        (None, MINUTE),
        (500, HOUR),
    ):
        session.add(
            Delivery(
                webhook_id=hook.id,
                message_id="m",
                event="test",
                body="{}",
                sent_at=NOW - ago,
                status=status,
                milliseconds=1,
            )
        )
    assert vitals(session, HOUR, NOW).deliveries_failed == 3


def test_responses_are_counted_by_the_newest_number(session: Session) -> None:
    rated.respond(session, make.contract(session), {"clean": 4}, times=3)
    assert vitals(session, HOUR, NOW).responses >= 3


def test_who_lives_is_told(session: Session) -> None:
    heartbeats.beat(session, "scheduler", "scheduler a 1", NOW)
    found = vitals(session, HOUR, NOW)
    assert (found.newest, found.alive) == ({"scheduler": NOW}, {"scheduler": 1, "worker": 0})


def count_queries(session: Session) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    found = vitals(session, HOUR, NOW)
    event.remove(connection, "before_cursor_execute", note)
    assert isinstance(found, Vitals)
    return len(seen)


def test_more_rows_take_no_more_queries(session: Session) -> None:
    before = count_queries(session)
    contract = make.contract(session)
    for key in range(20):
        do(session, Kind.EVALUATE, f"harbour/{key}", contract.id)
    work.put(session, [Wanted(kind, f"{number}", NOW) for kind in Kind for number in range(5)], NOW)
    assert count_queries(session) == before <= 14
