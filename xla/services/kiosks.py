"""Kiosks: set up, paired by a code that works once, heard of each minute, found when silent, revoked."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from xla.core.kiosk import SILENT_AFTER, is_silent
from xla.models import Contract, Kiosk, Person, RatingPoint
from xla.services.sign_ins import sha256

CODE_DIGITS = 8
CODE_LASTS = timedelta(minutes=15)
MOST_WAITING = 1_000_000
"""A tablet that says more does not know what it says."""
HEARD_AT = func.coalesce(Kiosk.seen_at, Kiosk.paired_at)
"""When a kiosk was last heard of; NULL before any tablet is paired."""


class Listed(NamedTuple):
    """One kiosk as the list shows it."""

    kiosk: Kiosk
    point: RatingPoint
    person: str | None
    """Who set it up."""


class Paired(NamedTuple):
    """A tablet that was just paired."""

    kiosk_id: int
    secret: str
    """What it proves itself with; told only here."""


def add(session: Session, point: RatingPoint, name: str, by: Person | None, now: datetime) -> Kiosk:
    """A new kiosk at a rating point; `new_code` gives the code its tablet is paired by."""
    kiosk = Kiosk(point_id=point.id, name=name, person_id=by.id if by else None, created_at=now)
    session.add(kiosk)
    session.flush()
    return kiosk


def new_code(session: Session, kiosk: Kiosk, now: datetime) -> str:
    """A code to pair a tablet by, told only here; the one before works no more.

    A tablet paired before goes on until another takes its place.
    """
    code = _code()
    while session.scalar(select(Kiosk.id).where(Kiosk.code_sha256 == sha256(code))):
        code = _code()
    kiosk.code_sha256 = sha256(code)
    kiosk.code_expires_at = now + CODE_LASTS
    session.flush()
    return code


def pair(session: Session, code: str, now: datetime) -> Paired | None:
    """Use a code up; None where there is none such, it has expired or its kiosk was revoked."""
    secret = secrets.token_urlsafe(32)
    kiosk_id = session.scalar(
        update(Kiosk)
        .where(Kiosk.code_sha256 == sha256(code), Kiosk.code_expires_at > now, Kiosk.revoked_at.is_(None))
        .values(
            code_sha256=None,
            code_expires_at=None,
            secret_sha256=sha256(secret),
            paired_at=now,
            seen_at=now,
            waiting=0,
            refused=0,
        )
        .returning(Kiosk.id)
    )
    return None if kiosk_id is None else Paired(kiosk_id, secret)


def by_secret(session: Session, secret: str) -> Kiosk | None:
    """Whose tablet it is, revoked or not; None where no kiosk, or no longer any, has this secret."""
    return session.scalar(select(Kiosk).where(Kiosk.secret_sha256 == sha256(secret)))


def note_alive(session: Session, kiosk: Kiosk, *, waiting: int, refused: int, now: datetime) -> None:
    """It was heard of: so many ratings wait on it, and so many are kept there that were refused."""
    kiosk.seen_at = now
    kiosk.waiting = min(max(waiting, 0), MOST_WAITING)
    kiosk.refused = min(max(refused, 0), MOST_WAITING)
    session.flush()


def revoke(session: Session, kiosk: Kiosk, now: datetime) -> bool:
    """Close a kiosk for good; False where it was before. Its tablet keeps what it has not delivered."""
    if kiosk.revoked_at is not None:
        return False
    kiosk.revoked_at = now
    kiosk.code_sha256 = kiosk.code_expires_at = None
    session.flush()
    return True


def one(session: Session, contract: Contract, kiosk_id: int) -> Kiosk | None:
    """The contract's kiosk with that id, revoked or not."""
    return session.scalar(
        select(Kiosk)
        .join(RatingPoint, RatingPoint.id == Kiosk.point_id)
        .where(Kiosk.id == kiosk_id, RatingPoint.contract_id == contract.id)
    )


def listed(session: Session, contract: Contract) -> list[Listed]:
    """Every kiosk of the contract, the revoked ones last, the newest first."""
    rows = session.execute(
        select(Kiosk, RatingPoint, Person.name)
        .join(RatingPoint, RatingPoint.id == Kiosk.point_id)
        .outerjoin(Person, Person.id == Kiosk.person_id)
        .where(RatingPoint.contract_id == contract.id)
        .order_by(Kiosk.revoked_at.is_not(None), Kiosk.id.desc())
    )
    return [Listed(kiosk, point, person) for kiosk, point, person in rows]


def silent(session: Session, contract: Contract, now: datetime) -> list[Kiosk]:
    """The contract's paired kiosks at open rating points that have not reported, the longest silent first."""
    return list(
        session.scalars(
            select(Kiosk)
            .join(RatingPoint, RatingPoint.id == Kiosk.point_id)
            .where(RatingPoint.contract_id == contract.id, *is_quiet(now))
            .order_by(HEARD_AT, Kiosk.id)
        )
    )


def is_quiet(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a kiosk, joined to its rating point, is silent."""
    return RatingPoint.closed_at.is_(None), Kiosk.revoked_at.is_(None), now - SILENT_AFTER >= HEARD_AT


def state(kiosk: Kiosk, now: datetime) -> str:
    """What it is now: revoked, silent, reporting; before any tablet: waiting (for its code) or unpaired."""
    if kiosk.revoked_at is not None:
        return "revoked"
    if kiosk.paired_at is not None:
        return "silent" if is_silent(kiosk.paired_at, kiosk.seen_at, now) else "reporting"
    return "waiting" if kiosk.code_expires_at is not None and kiosk.code_expires_at > now else "unpaired"


def _code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
