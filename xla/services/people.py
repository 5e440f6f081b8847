"""People: make, find, and sign in somebody; slow down who guesses."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.role import Role
from xla.models import Person, SignInFailure
from xla.services import passwords
from xla.services.agreements import Refused
from xla.services.sign_ins import sha256

MOST_FAILURES = 10
WITHIN = timedelta(minutes=15)


def add(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    email: str,
    *,
    name: str,
    role: Role,
    language: Language = "en",
    password: str | None = None,
    now: datetime,
) -> Person:
    """A new person. Raises `Refused` where the address is known already."""
    if by_email(session, email) is not None:
        raise Refused(f"there is somebody with the address {email} already")
    person = Person(
        email=email.strip().lower(),
        name=name,
        role=role,
        language=language,
        password_hash=passwords.hashed(password) if password else None,
        digest="at_once",
        shortcuts=True,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def by_email(session: Session, email: str) -> Person | None:
    """The person of an address, however it is written."""
    plain = email.strip().lower()
    return None if "\0" in plain else session.scalar(select(Person).where(Person.email == plain))


def is_slowed(session: Session, email: str, now: datetime) -> bool:
    """Whether so many sign-ins with an address failed lately that none is tried."""
    tried = select(func.count()).where(
        SignInFailure.email_sha256 == sha256(email.strip().lower()), SignInFailure.at > now - WITHIN
    )
    return (session.scalar(tried) or 0) >= MOST_FAILURES


def note_failure(session: Session, email: str, now: datetime) -> None:
    """Note that a sign-in with an address failed, whether or not anybody has it."""
    session.add(SignInFailure(email_sha256=sha256(email.strip().lower()), at=now))
    session.flush()
