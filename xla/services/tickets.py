"""Tickets: one-time links, for setting up, accepting an invitation, choosing a new password."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from xla.models import Ticket
from xla.services.sign_ins import new_token, sha256

Kind = Literal["setup", "invitation", "reset"]
LASTS: Mapping[Kind, timedelta] = {
    "setup": timedelta(hours=24),
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=1),
}
PATHS: Mapping[Kind, str] = {
    "setup": "/set-up/",
    "invitation": "/invitation/",
    "reset": "/new-password/",
}
"""Where the web answers them; the command line prints the same addresses."""


class Issued(NamedTuple):
    """A new ticket, and its token, which is told only here: the row keeps the hash."""

    ticket: Ticket
    token: str


def issue(session: Session, kind: Kind, person_id: int | None = None, *, now: datetime) -> Issued:
    """A new link; those of the same kind made before for the same person are void from now on."""
    void(session, kind, person_id, now=now)
    token = new_token()
    ticket = Ticket(
        kind=kind,
        token_sha256=sha256(token),
        person_id=person_id,
        created_at=now,
        expires_at=now + LASTS[kind],
    )
    session.add(ticket)
    session.flush()
    return Issued(ticket, token)


def find(session: Session, kind: Kind, token: str, now: datetime) -> Ticket | None:
    """The ticket of a link, where it still counts."""
    return session.scalar(
        select(Ticket).where(
            Ticket.kind == kind,
            Ticket.token_sha256 == sha256(token),
            Ticket.used_at.is_(None),
            Ticket.expires_at > now,
        )
    )


def use(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Take the ticket; False where somebody else did in the meantime."""
    taken = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.used_at.is_(None))
        .values(used_at=now)
        .returning(Ticket.id)
    )
    return taken.first() is not None


def void(session: Session, kind: Kind, person_id: int | None, now: datetime) -> None:
    """Let links of a kind count no longer."""
    session.execute(
        update(Ticket)
        .where(
            Ticket.kind == kind, Ticket.person_id.is_not_distinct_from(person_id), Ticket.used_at.is_(None)
        )
        .values(used_at=now)
    )


def count_since(session: Session, kind: Kind, person_id: int, since: datetime) -> int:
    """How many links of a kind a person was given since an instant."""
    counted = select(func.count()).where(
        Ticket.kind == kind, Ticket.person_id == person_id, Ticket.created_at > since
    )
    return session.scalar(counted) or 0


def address(base_url: str, kind: Kind, token: str) -> str:
    """The link as it is printed, mailed or copied."""
    return base_url.rstrip("/") + PATHS[kind] + token
