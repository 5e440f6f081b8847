"""Reception: the instant from which something received counts as known."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from xla.models import Evaluation, Period, bulk

TICK = timedelta(microseconds=1)
_FROZEN = (
    select(func.max(Evaluation.known_at))
    .join(Period, Period.evaluation_id == Evaluation.id)
    .where(Period.contract_id == bindparam("contract"))
)


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
    frozen: datetime | None = session.connection().scalar(_FROZEN, {"contract": contract_id})
    return now if frozen is None else max(now, frozen + TICK)
