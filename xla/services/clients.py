"""Clients: who buys the services, and how reports and mails to each of them look."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.documents.look import Look
from xla.models import Client, Contract
from xla.services import installations


class ClientLook(NamedTuple):
    """What an admin chooses for one client."""

    shown_name: str
    colour: str
    sender_name: str
    sender_email: str


class Listed(NamedTuple):
    """One client and how many contracts it has."""

    client: Client
    contract_count: int


def listed(session: Session) -> Sequence[Listed]:
    """Every client, by name."""
    found = (
        select(Client, func.count(Contract.id))
        .outerjoin(Contract, Contract.client_id == Client.id)
        .group_by(Client.id)
        .order_by(Client.name)
    )
    return [Listed(*row) for row in session.execute(found)]


def of_id(session: Session, client_id: int) -> Client | None:
    """The client of that number."""
    return session.get(Client, client_id)


def choose(session: Session, client: Client, look: ClientLook) -> list[str]:
    """Keep what was chosen; says which of it is new."""
    changed = [name for name, value in look._asdict().items() if getattr(client, name) != value]
    for name in changed:
        setattr(client, name, getattr(look, name))
    session.flush()
    return changed


def choose_logo(session: Session, client: Client, png: bytes | None) -> None:
    """Keep a logo that `documents.logo` has redrawn, or none."""
    client.logo = png
    client.logo_sha256 = hashlib.sha256(png).hexdigest() if png else None
    session.flush()


def look_of(session: Session, contract: Contract) -> Look:
    """How the contract's reports look: what was chosen for its client, else for the installation."""
    client, known = contract.client, installations.installation(session)
    return Look(
        client=client.shown_name,
        colour=client.colour or (known.colour if known else ""),
        client_logo=client.logo,
        provider_logo=known.logo if known else None,
    )
