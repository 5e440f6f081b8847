"""The second step of signing in: codes of an authenticator (RFC 6238), and codes for who lost it."""

import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from xla.models import Person, RecoveryCode
from xla.services.sign_ins import sha256

SECONDS = 30
DRIFT = 1
"""Steps a telephone's clock may be off, to either side."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look like others."""


def new_secret() -> str:
    """What the authenticator is told, in base 32."""
    return pyotp.random_base32()


def address(secret: str, *, email: str, issuer: str) -> str:
    """What the QR code says: the `otpauth:` address that authenticators understand."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def turn_on(session: Session, person: Person, secret: str, code: str, now: datetime) -> list[str] | None:
    """Ask for the second step from now on, where the code shows that the authenticator knows the secret.

    Gives the recovery codes, which are told only here; None where the code is wrong.
    """
    step = _step_of(secret, code, now)
    if step is None:
        return None
    person.totp_secret, person.totp_step = secret, step
    return new_recovery_codes(session, person)


def turn_off(session: Session, person: Person) -> None:
    """Ask for it no longer."""
    person.totp_secret = person.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.flush()


def new_recovery_codes(session: Session, person: Person) -> list[str]:
    """Codes that stand in once each; the older ones count no longer."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(person_id=person.id, code_sha256=_digest(person, code), used_at=None) for code in codes
    )
    session.flush()
    return codes


def codes_left(session: Session, person: Person) -> int:
    """How many recovery codes still count."""
    left = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def passes(session: Session, person: Person, code: str, now: datetime) -> bool:
    """Whether the code, of the authenticator or for recovery, is the person's; it counts once."""
    if person.totp_secret is None:
        return False
    step = _step_of(person.totp_secret, code, now)
    if step is not None:
        return _takes_step(session, person, step)
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_sha256 == _digest(person, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.person_id)
    )
    return taken.first() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to, around now; None where it is none of them."""
    plain = _plain(code)
    current = int(now.timestamp()) // SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode()):
            return step
    return None


def _takes_step(session: Session, person: Person, step: int) -> bool:
    """Take the step, where it and later ones were not taken before, whoever else tries at the same time."""
    taken = session.execute(
        update(Person)
        .where(Person.id == person.id, or_(Person.totp_step.is_(None), Person.totp_step < step))
        .values(totp_step=step)
        .returning(Person.id)
    )
    return taken.first() is not None


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def _digest(person: Person, code: str) -> str:
    """Of 59 random bits: too many to try out, so that a plain hash is enough."""
    return sha256(f"{person.id}:{_plain(code)}")


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()
