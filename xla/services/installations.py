"""The installation: its one row, made when it is first asked for."""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Installation, bulk


def installation(session: Session) -> Installation | None:
    """What the provider chose; None while nothing was asked for yet."""
    return session.get(Installation, 1)


def ensured(session: Session, now: datetime) -> Installation:
    """The installation's row, made with a new secret where there is none."""
    known = installation(session)
    if known is not None:
        return known
    row = {
        "id": 1,
        "secret": secrets.token_urlsafe(48),
        "provider": "",
        "colour": "",
        "sender_name": "",
        "sender_email": "",
        "language": "en",
        "changed_at": now,
    }
    bulk.insert_once(session, bulk.table(Installation), row)  # the first requests come at once
    return session.get_one(Installation, 1)


class Branding(NamedTuple):
    """What an admin chooses for the whole installation."""

    provider: str
    colour: str
    sender_name: str
    sender_email: str
    language: str


def choose(session: Session, branding: Branding, now: datetime) -> list[str]:
    """Keep what was chosen; says which of it is new."""
    row = ensured(session, now)
    changed = [name for name, value in branding._asdict().items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, getattr(branding, name))
    row.changed_at = now
    session.flush()
    return changed


def logo(session: Session) -> bytes | None:
    """The logo's bytes; None where none was chosen."""
    return session.scalar(select(Installation.logo))


def choose_logo(session: Session, png: bytes | None, now: datetime) -> None:
    """Keep a logo that `documents.logo` has redrawn, or none."""
    row = ensured(session, now)
    row.logo = png
    row.logo_sha256 = hashlib.sha256(png).hexdigest() if png else None
    row.changed_at = now
    session.flush()
