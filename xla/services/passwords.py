"""Passwords: argon2id, checked in the same time whether or not somebody has one."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from xla.models import Person

SHORTEST = 12
LONGEST = 200
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def fits(person: Person | None, password: str) -> bool:
    """Whether it is the person's password; nobody's takes as long to say no."""
    kept = person.password_hash if person else None
    try:
        return _hasher.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_weak(password: str, *known: str) -> bool:
    """Whether a password is too short, too long, or nothing but what is known of the person."""
    plain = password.casefold()
    return not SHORTEST <= len(password) <= LONGEST or any(
        each and plain == each.casefold() for each in known
    )


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
