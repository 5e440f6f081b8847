"""Welcome: how people come in: the first admin by the set-up link, all others by a link of their own."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.role import Role
from xla.models import Person, Ticket
from xla.services import audit, people, tickets
from xla.services.agreements import Refused
from xla.services.tickets import Issued, Kind

MOST_RESETS = 3
"""Links to a new password a person may ask for within the time one lasts: no mailbox is flooded."""


class Void(Refused):
    """The link was used, replaced or is too old."""


class NewAdmin(NamedTuple):
    """Who sets the installation up."""

    email: str
    name: str
    language: Language
    password: str


def set_up_link(session: Session, now: datetime) -> Issued | None:
    """A new link for the first admin, the older ones void; None where there is an admin."""
    return None if people.has_admin(session) else tickets.issue(session, "setup", now=now)


def set_up(session: Session, ticket: Ticket, admin: NewAdmin, now: datetime) -> Person:
    """Make the first admin. Raises `Void` where another one came first."""
    if people.has_admin(session) or not tickets.use(session, ticket, now):
        raise Void("the installation is set up already")
    person = people.add(
        session,
        admin.email,
        name=admin.name,
        role=Role.ADMIN,
        language=admin.language,
        password=admin.password,
        now=now,
    )
    audit.note(session, person, "installation.set_up", subject=person.name, now=now)
    return person


def link_for(session: Session, person: Person, now: datetime) -> tuple[Kind, Issued]:
    """A new link to choose a password: an invitation until there is one, else a new password."""
    kind: Kind = "reset" if person.password_hash else "invitation"
    return kind, tickets.issue(session, kind, person.id, now=now)


def asked_for_reset(session: Session, email: str, now: datetime) -> tuple[Person, Issued] | None:
    """A link for who forgot their password; None where the address is nobody's, or asks too often."""
    person = people.by_email(session, email)
    if person is None or person.disabled_at is not None:
        return None
    since = now - tickets.LASTS["reset"]
    if tickets.count_since(session, "reset", person.id, since) >= MOST_RESETS:
        return None
    return person, tickets.issue(session, "reset", person.id, now=now)


def whose(session: Session, kind: Kind, token: str, now: datetime) -> tuple[Ticket, Person] | None:
    """The ticket of a link and whose it is; None where it does not count or they are out."""
    ticket = tickets.find(session, kind, token, now)
    person = session.get(Person, ticket.person_id) if ticket and ticket.person_id else None
    if ticket is None or person is None or person.disabled_at is not None:
        return None
    return ticket, person


def accept(session: Session, ticket: Ticket, person: Person, password: str, now: datetime) -> None:
    """Take the link and set its person's password, which ends all their sign-ins. Raises `Void`."""
    if not tickets.use(session, ticket, now):
        raise Void("the link was used already")
    people.choose_password(session, person, password, now=now)
    action = "person.accept" if ticket.kind == "invitation" else "person.reset_password"
    audit.note(session, person, action, subject=person.name, now=now)
