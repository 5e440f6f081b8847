"""The audit log: appended, never changed, and read by those it is for."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import make
from xla.core.role import Role
from xla.models import AuditEntry, Contract, Person
from xla.services import audit, audit_log, memberships, people
from xla.services.audit_log import Filter

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANYTHING = Filter()


def person(session: Session, name: str, role: Role) -> Person:
    return people.add(session, f"{name}@nordfast.example", name=name, role=role, now=NOW)


def contract(session: Session, key: str) -> Contract:
    return make.contract(session, make.agreement(contract={"key": key}))


@pytest.fixture
def world(session: Session) -> tuple[Person, Person]:
    """An admin, and an auditor who is a member of `harbour` alone; four entries."""
    astrid, olav = person(session, "astrid", Role.ADMIN), person(session, "olav", Role.AUDITOR)
    harbour, quay = contract(session, "harbour"), contract(session, "quay")
    memberships.add_member(session, olav.id, harbour.id)
    audit.note(session, astrid, "key.create", subject="till", now=NOW)
    audit.note(session, astrid, "a.b", subject="one", contract_id=harbour.id, now=NOW + DAY)
    audit.note(session, None, "a.c", subject="two", contract_id=quay.id, now=NOW + 2 * DAY)
    audit.note(
        session, olav, "a.b", subject="three", contract_id=harbour.id, detail={"n": 1}, now=NOW + 3 * DAY
    )
    return astrid, olav


def subjects(session: Session, reader: Person, wanted: Filter = ANYTHING) -> list[str]:
    return [line.entry.subject for line in audit_log.lines(session, reader, wanted, most=10)]


@pytest.mark.parametrize("change", [update(AuditEntry).values(subject="else"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_delete_an_entry(session: Session, change: object) -> None:
    audit.note(session, None, "sign_in", subject="somebody", now=NOW)
    with pytest.raises(DBAPIError, match="the audit log is append-only"), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # either statement
    assert session.scalars(select(AuditEntry.subject)).all() == ["somebody"]


def test_an_admin_sees_everything_the_newest_first(session: Session, world: tuple[Person, Person]) -> None:
    assert subjects(session, world[0]) == ["three", "two", "one", "till"]


def test_an_auditor_sees_their_contracts_and_nothing_of_the_installation(
    session: Session, world: tuple[Person, Person]
) -> None:
    assert subjects(session, world[1]) == ["three", "one"]
    assert [each.name for each in audit_log.people(session, world[1])] == ["astrid", "olav"]
    assert audit_log.contracts(session, world[1]) == ["harbour"]


def test_a_line_names_person_and_contract(session: Session, world: tuple[Person, Person]) -> None:
    three, two, _one, till = audit_log.lines(session, world[0], ANYTHING, most=10)
    assert (three.person, three.contract) == ("olav", "harbour")
    assert (two.person, two.contract) == (None, "quay")
    assert (till.person, till.contract) == ("astrid", None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(action="a.b"), ["three", "one"]),
        (Filter(contract="quay"), ["two"]),
        (Filter(contract="none"), []),
        (Filter(since=NOW + DAY, until=NOW + 3 * DAY), ["two", "one"]),
        (Filter(person_id=0), []),
    ],
)
def test_each_filter_narrows(
    session: Session, world: tuple[Person, Person], wanted: Filter, found: list[str]
) -> None:
    assert subjects(session, world[0], wanted) == found


def test_the_filter_by_person_finds_what_they_did(session: Session, world: tuple[Person, Person]) -> None:
    assert subjects(session, world[0], Filter(person_id=world[1].id)) == ["three"]


def test_a_page_goes_on_where_the_last_one_ended(session: Session, world: tuple[Person, Person]) -> None:
    first = audit_log.lines(session, world[0], ANYTHING, most=3)
    rest = audit_log.lines(session, world[0], ANYTHING, before=first[-1].entry.id, most=3)
    assert [line.entry.subject for line in rest] == ["till"]


def test_everything_is_read_in_pieces_and_each_entry_once(
    session: Session, world: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "AT_A_TIME", 3)
    read = [line.entry.subject for line in audit_log.all_lines(session, world[0], ANYTHING)]
    assert read == ["three", "two", "one", "till"]
