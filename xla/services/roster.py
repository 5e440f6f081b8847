"""The roster: everybody of the installation, as its admins see and change them."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.role import Role
from xla.models import AgreementVersion, Client, Contract, Membership, Person, SignIn, Ticket
from xla.services import audit, people, sign_ins, tickets
from xla.services.agreements import Refused


class LastAdmin(Refused):
    """The last admin can be neither disabled nor given another role."""


class Entry(NamedTuple):
    """One person of the roster."""

    person: Person
    contracts: Sequence[str]
    """The titles of those they are a member of, in order; an admin sees every one without."""
    seen_at: datetime | None
    """When a browser of theirs was last in use, among those still signed in."""
    invited_until: datetime | None
    """When the invitation they have not accepted ends."""


class Named(NamedTuple):
    """A contract people can be made members of."""

    id: int
    key: str
    title: str
    client: str


class Terms(NamedTuple):
    """What an admin decides about a person."""

    name: str
    role: Role
    contracts: Collection[int]


def everybody(session: Session, now: datetime) -> list[Entry]:
    """All people by name, those who are out last."""
    persons = session.scalars(
        select(Person).order_by(Person.disabled_at.is_not(None), func.lower(Person.name), Person.id)
    ).all()
    members: dict[int, set[int]] = {}
    for person_id, contract_id in session.execute(select(Membership.person_id, Membership.contract_id)):
        members.setdefault(person_id, set()).add(contract_id)
    known = contracts(session)
    titles = {
        person_id: [contract.title for contract in known if contract.id in theirs]
        for person_id, theirs in members.items()
    }
    seen = session.execute(select(SignIn.person_id, func.max(SignIn.seen_at)).group_by(SignIn.person_id))
    seen_at = dict(seen.all())
    invited = session.execute(
        select(Ticket.person_id, func.max(Ticket.expires_at))
        .where(Ticket.kind == "invitation", Ticket.used_at.is_(None), Ticket.expires_at > now)
        .group_by(Ticket.person_id)
    )
    invited_until = dict(invited.all())
    return [
        Entry(person, titles.get(person.id, []), seen_at.get(person.id), invited_until.get(person.id))
        for person in persons
    ]


def contracts(session: Session) -> list[Named]:
    """What people can be made members of, by client and title."""
    newest = (
        select(AgreementVersion.contract_id, func.max(AgreementVersion.number).label("number"))
        .group_by(AgreementVersion.contract_id)
        .subquery()
    )
    rows = session.execute(
        select(Contract.id, Contract.key, Client.name, AgreementVersion.document)
        .join(Client, Client.id == Contract.client_id)
        .join(newest, newest.c.contract_id == Contract.id)
        .join(
            AgreementVersion,
            (AgreementVersion.contract_id == newest.c.contract_id)
            & (AgreementVersion.number == newest.c.number),
        )
    )
    named = [
        Named(id_, key, json.loads(text)["contract"]["title"], client) for id_, key, client, text in rows
    ]
    return sorted(named, key=lambda each: (each.client.casefold(), each.title.casefold(), each.id))


def terms_of(session: Session, person: Person) -> Terms:
    """How things stand with a person."""
    members = session.scalars(select(Membership.contract_id).where(Membership.person_id == person.id))
    return Terms(person.name, Role(person.role), frozenset(members))


def fingerprint(terms: Terms) -> str:
    """Tells whether somebody else changed a person meanwhile."""
    plain = (terms.name, str(terms.role), sorted(terms.contracts))
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]


def invite(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, by: Person | None, email: str, terms: Terms, *, language: Language, now: datetime
) -> tuple[Person, tickets.Issued]:
    """A new person without a password, and the link by which they choose one. Raises `Refused`."""
    person = people.add(session, email, name=terms.name, role=terms.role, language=language, now=now)
    _set_contracts(session, person, terms.contracts)
    audit.note(session, by, "person.invite", subject=person.name, detail={"role": terms.role}, now=now)
    return person, tickets.issue(session, "invitation", person.id, now=now)


def change(session: Session, by: Person, person: Person, terms: Terms, now: datetime) -> None:
    """Change name, role and contracts; another role ends their sign-ins. Raises `LastAdmin`."""
    before = terms_of(session, person)
    if terms.role != before.role:
        _keep_an_admin(session, person)
        person.role = terms.role
        sign_ins.end_all(session, person.id)
    person.name = terms.name
    _set_contracts(session, person, terms.contracts)
    detail = {"role": terms.role, "role_before": before.role, "contracts": sorted(terms.contracts)}
    audit.note(session, by, "person.change", subject=person.name, detail=detail, now=now)


def disable(session: Session, by: Person, person: Person, now: datetime) -> None:
    """Shut a person out: sign-ins and links end. Raises `LastAdmin`; twice is once."""
    if person.disabled_at is not None:
        return
    _keep_an_admin(session, person)
    person.disabled_at = now
    sign_ins.end_all(session, person.id)
    tickets.void(session, "invitation", person.id, now)
    tickets.void(session, "reset", person.id, now)
    audit.note(session, by, "person.disable", subject=person.name, now=now)


def enable(session: Session, by: Person, person: Person, now: datetime) -> None:
    """Let a person in again; twice is once."""
    if person.disabled_at is not None:
        person.disabled_at = None
        audit.note(session, by, "person.enable", subject=person.name, now=now)


def is_last_admin(session: Session, person: Person) -> bool:
    """Whether nobody else could administer. Locks all admins: two may demote each other at once."""
    admins = session.scalars(
        select(Person.id)
        .where(Person.role == Role.ADMIN, Person.disabled_at.is_(None))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    return admins == [person.id]


def _keep_an_admin(session: Session, person: Person) -> None:
    if is_last_admin(session, person):
        raise LastAdmin(f"{person.name} is the last admin")


def _set_contracts(session: Session, person: Person, wanted: Collection[int]) -> None:
    known = set(session.scalars(select(Membership.contract_id).where(Membership.person_id == person.id)))
    for contract_id in known - set(wanted):
        session.delete(session.get_one(Membership, (person.id, contract_id)))
    session.add_all(
        Membership(person_id=person.id, contract_id=contract_id)
        for contract_id in sorted(set(wanted) - known)
    )
    session.flush()
