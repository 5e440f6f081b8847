"""Breach reminders: whoever is meant is told that a breach, or an action of it, waits; once for each date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.breach import BreachState
from xla.core.breach_reminder import Reminder, holds
from xla.core.notice import Event
from xla.core.role import Role
from xla.core.window import local_day
from xla.core.work import Kind
from xla.models import Action, Breach, BreachWork, Contract, Membership, Person, WorkItem
from xla.services import breach_mornings, breaches, notices
from xla.services.decisions import name_of, zone_of
from xla.services.work import Wanted

EVENTS: Mapping[Reminder, Event] = {
    Reminder.UNSEEN: Event.BREACH_REMINDER,
    Reminder.DUE_SOON: Event.BREACH_REMINDER,
    Reminder.ACTION_OVERDUE: Event.BREACH_REMINDER,
    Reminder.OVERDUE: Event.BREACH_OVERDUE,
    Reminder.ESCALATED: Event.BREACH_ESCALATED,
}
SAID: Mapping[Reminder, str] = {
    Reminder.UNSEEN: "has not been seen",
    Reminder.DUE_SOON: "is due soon",
    Reminder.ACTION_OVERDUE: "has an action that is overdue",
    Reminder.OVERDUE: "is overdue",
    Reminder.ESCALATED: "is escalated",
}


def remind(session: Session, contract: Contract, wanted: Mapping[str, Any], now: datetime) -> list[str]:
    """Write the notice of what a REMIND item asks for, if it still holds; what was said, for the log."""
    breach = session.get_one(Breach, wanted["breach"])
    action = session.get_one(Action, wanted["action"]) if wanted["action"] else None
    looked = _Looked(
        breach, breaches.work_of(session, breach), action, local_day(now, zone_of(breach.period))
    )
    what, day = Reminder(wanted["what"]), date.fromisoformat(wanted["day"])
    if not holds(what, breaches.state_of(breach), due_on=day, dated=looked.dated, today=looked.today):
        return []
    document = _document(session, contract, looked, what, day)
    where = f"{contract.key}/{document['period']}/{breach.kpi_key}"
    key = f"{where}/{what}/{day}" + (f"/{action.id}" if action else "")
    notices.write(session, contract.id, event=(EVENTS[what], key), document=document, now=now)
    return [f"{where} {SAID[what]}."]


def missing(session: Session, contract: Contract, now: datetime) -> list[Wanted]:
    """What is not written down of the contract's live breaches, as of those from before it was; two queries.

    What is changed writes down itself what follows from it; this finds the rest.
    """
    live = select(Breach).where(Breach.contract_id == contract.id, Breach.closed_at.is_(None))
    wanted = [each for breach in session.scalars(live) for each in _all(session, breach, now)]
    if not wanted:
        return []
    keys = [each.key for each in wanted]
    known = set(
        session.scalars(select(WorkItem.key).where(WorkItem.kind == Kind.REMIND, WorkItem.key.in_(keys)))
    )
    return [each for each in wanted if each.key not in known]


@dataclass(frozen=True)
class _Looked:
    """What is reminded of, as it stands on that local day."""

    breach: Breach
    work: BreachWork
    action: Action | None
    today: date

    @property
    def dated(self) -> date | None:
        """The date it shall be done by; None where there is none any more."""
        return _date_of(self.action) if self.action else self.work.due_on


def _document(
    session: Session, contract: Contract, looked: _Looked, what: Reminder, day: date
) -> dict[str, object]:
    breach, owner = looked.breach, looked.work.owner_id
    document: dict[str, object] = {
        "contract": contract.key,
        "period": str(name_of(breach.period)),
        "kpi": breach.kpi_key,
        "breach": breach.id,
        "state": str(breaches.state_of(breach)),
        "what": what,
        "opened_on": local_day(breach.opened_at, zone_of(breach.period)).isoformat(),
        "due_on": None if what is Reminder.UNSEEN else day.isoformat(),
        "days_over": max((looked.today - day).days, 0),
        "owner": session.get_one(Person, owner).name if owner else None,
        "action": looked.action and looked.action.title,
    }
    if EVENTS[what] is Event.BREACH_REMINDER:
        document["to"] = _meant(session, contract, owner)
    return document


def _all(session: Session, breach: Breach, now: datetime) -> Iterator[Wanted]:
    if breaches.state_of(breach) is BreachState.OPEN:
        yield breach_mornings.opened(session, breach)
    work = session.get(BreachWork, breach.id)
    if work and work.due_on:
        yield from breach_mornings.dated(session, breach, work.due_on, now)
    for action in session.scalars(select(Action).where(Action.breach_id == breach.id).order_by(Action.id)):
        if _date_of(action):
            yield breach_mornings.planned(session, breach, action)


def _date_of(action: Action) -> date | None:
    """The date it shall be done by; None once it is done or dropped."""
    return None if action.done_on or action.dropped_at else action.due_on


def _meant(session: Session, contract: Contract, owner: int | None) -> list[int]:
    """The breach's owner, who still sees it; without one the contract's managers; without any the admins."""
    active = select(Person.id).where(Person.disabled_at.is_(None)).order_by(Person.id)
    members = select(Membership.person_id).where(Membership.contract_id == contract.id)
    is_manager, is_admin = (Person.role == Role.MANAGER) & Person.id.in_(members), Person.role == Role.ADMIN
    for these in ((Person.id == owner) & (is_manager | is_admin), is_manager, is_admin):
        found = list(session.scalars(active.where(these)))
        if found:
            return found
    return []
