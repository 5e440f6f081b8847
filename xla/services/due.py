"""Due work: what has to be done, read from contracts and what is stored, never from a fire time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.window import due_at
from xla.core.work import Kind
from xla.models import Contract
from xla.services import periods
from xla.services.work import Wanted

AHEAD = timedelta(hours=1)
"""How far ahead closes are written down, beyond the next evaluation."""


def evaluations(session: Session, every: timedelta, now: datetime) -> list[Wanted]:
    """To evaluate every contract, once in each stretch of that length since midnight (UTC).

    Whatever else a contract has due is found by that.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    began = midnight + (now - midnight) // every * every
    rows = session.execute(select(Contract.id, Contract.key).order_by(Contract.id))
    return [
        Wanted(Kind.EVALUATE, f"{key}/{began:%Y-%m-%dT%H:%M}", began, contract_id)
        for contract_id, key in rows
    ]


def daily(now: datetime) -> list[Wanted]:
    """To delete what is over, once a day."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [Wanted(Kind.FORGET, f"{midnight:%Y-%m-%d}", midnight)]


def closes(session: Session, contract: Contract, every: timedelta, now: datetime) -> Iterator[Wanted]:
    """A close for each of the contract's periods that may be closed by now, or before the next look at it.

    The oldest first.
    """
    agreed = periods.latest(session, contract).contract
    zone = ZoneInfo(agreed.timezone)
    for period in periods.due(session, contract, now + every + AHEAD):
        at = due_at(period, agreed.close_after_days, zone)
        yield Wanted(Kind.CLOSE, f"{contract.key}/{period}", at, contract.id, {"period": str(period)})


def evaluation(contract: Contract, because: str, now: datetime) -> Wanted:
    """To evaluate a contract now, because something happened that is named."""
    return Wanted(Kind.EVALUATE, f"{contract.key}/{because}", now, contract.id, {"because": because})
