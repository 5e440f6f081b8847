"""Sign-ins: signed-in browsers as rows, each found by its token's hash, ended by deleting it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from xla.models import Person, SignIn

LASTS = timedelta(days=30)
IDLE = timedelta(days=7)
"""Unseen for so long, a browser is signed out."""
SEEN_EVERY = timedelta(minutes=10)
"""How often a browser in use is noted as seen: not with every page."""
LONGEST_BROWSER = 120


def begin(session: Session, person: Person, browser: str, now: datetime) -> str:
    """Sign a browser in: a new row, and its token, which is told only here."""
    token = new_token()
    session.add(
        SignIn(
            token_sha256=sha256(token),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            expires_at=now + LASTS,
            browser=browser[:LONGEST_BROWSER],
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> tuple[SignIn, Person] | None:
    """The sign-in of a token and whose it is; None where it was ended, is too old, or its person is out."""
    found = session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            SignIn.token_sha256 == sha256(token),
            SignIn.expires_at > now,
            SignIn.seen_at > now - IDLE,
            Person.disabled_at.is_(None),
        )
    ).first()
    return (found[0], found[1]) if found else None


def is_stale(sign_in: SignIn, now: datetime) -> bool:
    """Whether it is time to note it as seen."""
    return sign_in.seen_at <= now - SEEN_EVERY


def note_seen(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that the browser is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def of(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """The browsers a person is signed in with, the last seen first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(SignIn.person_id == person_id, SignIn.expires_at > now, SignIn.seen_at > now - IDLE)
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        )
    )


def end_own(session: Session, person_id: int, sign_in_id: int) -> bool:
    """Sign out one of a person's own browsers; False where it is none of theirs."""
    ended = session.execute(
        delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id).returning(SignIn.id)
    )
    return ended.first() is not None


def end(session: Session, sign_in_id: int) -> None:
    """Sign one browser out."""
    session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def end_all(session: Session, person_id: int, *, but: int | None = None) -> None:
    """Sign a person out everywhere, but for one browser where told: after a new password or role."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != (but or 0)))


def new_token() -> str:
    """A secret nobody can guess, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def sha256(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
