"""People: make, find, and sign in somebody; slow down who guesses."""

import re
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.role import Role
from xla.models import Person, SignInFailure
from xla.services import passwords, sign_ins, tickets
from xla.services.agreements import Refused
from xla.services.sign_ins import sha256

MOST_FAILURES = 10
WITHIN = timedelta(minutes=15)
LONGEST_EMAIL = 254
LONGEST_NAME = 120
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\]+\.[^\s@<>\"(),:;\\.]+")


class Known(Refused):
    """There is somebody with that address already."""


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
    """A new person. Raises `Known` where the address is taken, `Refused` where it is none."""
    if not is_email(email):
        raise Refused(f"{email!r} is not an e-mail address")
    if by_email(session, email) is not None:
        raise Known(f"there is somebody with the address {email} already")
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


def is_email(text: str) -> bool:
    """Whether it looks like an e-mail address, and is safe in a mail's head."""
    plain = text.strip()
    return len(plain) <= LONGEST_EMAIL and plain.isprintable() and bool(_EMAIL.fullmatch(plain))


def by_email(session: Session, email: str) -> Person | None:
    """The person of an address, however it is written."""
    plain = email.strip().lower()
    return None if "\0" in plain else session.scalar(select(Person).where(Person.email == plain))


def has_admin(session: Session) -> bool:
    """Whether somebody may administer the installation: until then the set-up link makes one."""
    found = select(Person.id).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None)).limit(1)
    return session.scalar(found) is not None


def choose_password(
    session: Session, person: Person, password: str, *, but: int | None = None, now: datetime
) -> None:
    """Set a new password: every other sign-in ends, and no link to choose one counts any more.

    `but` is the sign-in of the browser in which the person does it.
    """
    person.password_hash = passwords.hashed(password)
    sign_ins.end_all(session, person.id, but=but)
    for kind in ("invitation", "reset"):
        tickets.void(session, kind, person.id, now)
    session.flush()


def is_slowed(session: Session, email: str, now: datetime) -> bool:
    """Whether so many sign-ins with an address failed lately that none is tried."""
    tried = select(func.count()).where(
        SignInFailure.email_sha256 == sha256(email.strip().lower()), SignInFailure.at > now - WITHIN
    )
    return (session.scalar(tried) or 0) >= MOST_FAILURES


def note_failure(session: Session, email: str, now: datetime) -> None:
    """Note that a sign-in with an address failed, whether or not anybody has it; forget the old ones."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WITHIN))
    session.add(SignInFailure(email_sha256=sha256(email.strip().lower()), at=now))
    session.flush()
