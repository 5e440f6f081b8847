"""The audit log, read: the entries somebody may see, the newest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from xla.models import AuditEntry, Contract, Person
from xla.services.memberships import visible

AT_A_TIME = 500


class Filter(NamedTuple):
    """What is looked for; None for whatever."""

    person_id: int | None = None
    action: str | None = None
    contract: str | None = None
    """The contract's key."""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""


class Line(NamedTuple):
    """One entry with the names of what it refers to."""

    entry: AuditEntry
    person: str | None
    """None where nobody was signed in."""
    contract: str | None
    """The contract's key; None for what the installation as a whole is concerned with."""


def lines(
    session: Session, reader: Person, wanted: Filter, *, before: int | None = None, most: int
) -> list[Line]:
    """At most so many entries, older than the one with the id `before`."""
    asked = _asked(reader, wanted)
    if before is not None:
        asked = asked.where(AuditEntry.id < before)
    rows = session.execute(asked.order_by(AuditEntry.id.desc()).limit(most))
    return [Line(entry, person, contract) for entry, person, contract in rows]


def all_lines(session: Session, reader: Person, wanted: Filter) -> Iterator[Line]:
    """Every entry, read some hundreds at a time."""
    before: int | None = None
    while found := lines(session, reader, wanted, before=before, most=AT_A_TIME):
        yield from found
        before = found[-1].entry.id


def people(session: Session, reader: Person) -> list[Person]:
    """Who did anything the reader may see, by name."""
    did = exists().where(AuditEntry.person_id == Person.id, visible(reader, AuditEntry.contract_id))
    return list(session.scalars(select(Person).where(did).order_by(Person.name, Person.id)))


def contracts(session: Session, reader: Person) -> list[str]:
    """The keys of the contracts whose entries the reader may see."""
    return list(
        session.scalars(select(Contract.key).where(visible(reader, Contract.id)).order_by(Contract.key))
    )


def _asked(reader: Person, wanted: Filter) -> Select[AuditEntry, str, str]:
    asked = (
        select(AuditEntry, Person.name, Contract.key)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .outerjoin(Contract, Contract.id == AuditEntry.contract_id)
        # An auditor sees no entry without a contract: those are the installation's own.
        .where(visible(reader, AuditEntry.contract_id))
    )
    conditions = {
        "person_id": AuditEntry.person_id == wanted.person_id,
        "action": AuditEntry.action == wanted.action,
        "contract": Contract.key == wanted.contract,
    }
    asked = asked.where(*(each for name, each in conditions.items() if getattr(wanted, name) is not None))
    if wanted.since is not None:
        asked = asked.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(AuditEntry.at < wanted.until)
    return asked
