"""The installation: its one row, made when it is first asked for."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from xla.models import Installation


def installation(session: Session) -> Installation | None:
    """What the provider chose; None while nothing was asked for yet."""
    return session.get(Installation, 1)


def ensured(session: Session, now: datetime) -> Installation:
    """The installation's row, made with a new secret where there is none."""
    known = installation(session)
    if known is None:
        known = Installation(
            id=1,
            secret=secrets.token_urlsafe(48),
            provider="",
            colour="",
            logo=None,
            logo_sha256=None,
            sender_name="",
            sender_email="",
            language="en",
            changed_at=now,
        )
        session.add(known)
        session.flush()
    return known
