"""Memberships: which contracts a person may see."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from xla.core.role import Role
from xla.models import Contract, Membership, Person


def visible(
    person: Person, contract_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """The condition that a row's contract may be seen by the person: an admin sees every one."""
    if person.role == Role.ADMIN:
        return true()
    return contract_id.in_(select(Membership.contract_id).where(Membership.person_id == person.id))


def visible_contract(session: Session, person: Person, key: str) -> Contract | None:
    """The contract with that key where the person may see it; else None, as if there were none."""
    if "\0" in key:  # cannot be in the database, nor be asked of it
        return None
    return session.scalar(select(Contract).where(Contract.key == key, visible(person, Contract.id)))


def members(session: Session, contract_id: int) -> list[Person]:
    """Who is a member of a contract and not out, by name."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.contract_id == contract_id, Person.disabled_at.is_(None))
            .order_by(Person.name, Person.id)
        )
    )


def add_member(session: Session, person_id: int, contract_id: int) -> None:
    """Let a person see a contract; twice is once."""
    if session.get(Membership, (person_id, contract_id)) is None:
        session.add(Membership(person_id=person_id, contract_id=contract_id))
        session.flush()
