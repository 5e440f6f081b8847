"""Reception: the instant from which something received counts as known."""

from datetime import datetime

from sqlalchemy.orm import Session

from xla.models import bulk
from xla.models.period import after, frozen_at


def turn(session: Session, contract_id: int, now: datetime) -> datetime:
    """Wait for any close or import of the contract under way; then the instant of reception.

    It is `now`, or just after what the newest close froze, where that close ran while we waited: what it did
    not count must not look as if it had been known.
    """
    bulk.one_file(session, contract_id)
    return _instant(session, contract_id, now)


def single(session: Session, contract_id: int, now: datetime) -> datetime:
    """As `turn`, for one response: many come in at once and wait for a close only."""
    bulk.beside_others(session, contract_id)
    return _instant(session, contract_id, now)


def alone(session: Session, contract_id: int, now: datetime) -> datetime:
    """As `turn`, for who takes ratings out of the count: nothing else comes in meanwhile."""
    bulk.alone(session, contract_id)
    return _instant(session, contract_id, now)


def _instant(session: Session, contract_id: int, now: datetime) -> datetime:
    return after(frozen_at(session.connection(), contract_id), now)
