"""A report's day seal: which one it carries, and whether one that was carried is a link of our chain."""

from datetime import UTC, date, datetime
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.seal import chained as chain
from xla.documents.seal_mark import SealMark, address_of
from xla.models import DaySeal


class Standing(StrEnum):
    """What a seal turned out to be."""

    OURS = "ours"
    OTHER = "other"
    """That day has another seal."""
    UNKNOWN = "unknown"
    """That day has none."""
    BROKEN = "broken"
    """It is ours, and the chain from it to the newest seal does not hold."""


def mark(session: Session, as_of: datetime, base_url: str, *, sealed_by: datetime) -> SealMark | None:
    """The newest seal of a day that was over at `as_of`, made by `sealed_by`; None where there is none."""
    newest = session.execute(
        select(DaySeal.day, DaySeal.chained)
        .where(DaySeal.day < as_of.astimezone(UTC).date(), DaySeal.sealed_at <= sealed_by)
        .order_by(DaySeal.day.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    return SealMark(newest.day, newest.chained, address_of(base_url, newest.day, newest.chained))


def standing(session: Session, day: date, chained: str) -> Standing:
    """Whether a seal kept elsewhere is a link of our chain, unbroken up to its newest day."""
    link = (DaySeal.day, DaySeal.root, DaySeal.previous, DaySeal.chained)
    seals = session.execute(select(*link).where(DaySeal.day >= day).order_by(DaySeal.day)).all()
    if not seals or seals[0].day != day:
        return Standing.UNKNOWN
    if not compare_digest(seals[0].chained.encode(), chained.encode(errors="replace")):
        return Standing.OTHER
    before = seals[0].previous
    for seal in seals:
        if seal.previous != before or seal.chained != _chained(before, seal.root, seal.day):
            return Standing.BROKEN
        before = seal.chained
    return Standing.OURS


def _chained(before: str, root: str, day: date) -> str | None:
    """None where one of them was spoiled."""
    try:
        return chain(before, root, day)
    except ValueError:  # no hex
        return None
