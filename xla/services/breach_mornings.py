"""Breach mornings: on which mornings somebody looks again at a breach, as work to be done then."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from xla.core.breach_reminder import (
    Falling,
    Reminder,
    after_action,
    after_opening,
    around_date,
    morning_of,
)
from xla.core.window import local_day
from xla.core.work import Kind
from xla.models import Action, Breach, Contract
from xla.services.decisions import zone_of
from xla.services.work import Wanted


def opened(session: Session, breach: Breach) -> Wanted:
    """To look whether anybody has seen a breach that was opened."""
    return _wanted(session, breach, after_opening(local_day(breach.opened_at, zone_of(breach.period))), None)


def dated(session: Session, breach: Breach, due_on: date, now: datetime) -> Iterator[Wanted]:
    """To look at a breach around its date; whose date comes nearer than a reminder would needs none."""
    for falling in around_date(due_on):
        wanted = _wanted(session, breach, falling, due_on)
        if falling.what is not Reminder.DUE_SOON or wanted.due_at > now:
            yield wanted


def planned(session: Session, breach: Breach, action: Action) -> Wanted:
    """To look whether an action is done by its date."""
    return _wanted(session, breach, after_action(action.due_on), action.due_on, action.id)


def _wanted(
    session: Session, breach: Breach, falling: Falling, due_on: date | None, action_id: int | None = None
) -> Wanted:
    contract = session.get_one(Contract, breach.contract_id)
    about = str(breach.id) if action_id is None else f"{breach.id}.{action_id}"
    day = due_on or falling.on
    return Wanted(
        Kind.REMIND,
        f"{contract.key}/{about}/{falling.what}/{day}",
        morning_of(falling.on, zone_of(breach.period)),
        contract.id,
        {"breach": breach.id, "action": action_id, "what": falling.what, "day": day.isoformat()},
    )
