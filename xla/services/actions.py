"""Actions: what is done about a breach, by whom and by when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Words
from xla.core.breach import BreachState, is_live
from xla.core.window import local_day
from xla.models import Action, Breach
from xla.models.base import LARGEST_ID
from xla.services import breach_mornings, work
from xla.services.agreements import agreement_of
from xla.services.breach_work import NotNow, note, verify_when_done
from xla.services.breaches import Held, Told

WORKED_ON = frozenset({BreachState.ACKNOWLEDGED, BreachState.ACTION_PLANNED, BreachState.VERIFYING})
"""Where actions may be planned: once somebody has seen it, and until it ends."""


@dataclass(frozen=True)
class Planned:
    """An action as it is written down."""

    title: str
    owner: str
    due_on: date
    reason_key: str | None = None
    site_key: str | None = None


def add(session: Session, held: Held, planned: Planned, now: datetime) -> Action:
    """Plan one. Raises `NotNow` where none can be planned, and for an unknown reason or site."""
    _refuse(held, planned)
    action = Action(
        breach_id=held.breach.id,
        title=planned.title,
        owner=planned.owner,
        due_on=planned.due_on,
        reason_key=planned.reason_key,
        site_key=planned.site_key,
        created_at=now,
    )
    session.add(action)
    session.flush()
    note(session, held, _told("added", action), "breach.add_action", now)
    work.put(session, [breach_mornings.planned(session, held.breach, action)], now)
    return action


def change(session: Session, held: Held, action: Action, planned: Planned, now: datetime) -> None:
    """Write down another plan for one that is not done yet. Raises as `add`."""
    _refuse(held, planned)
    _refuse_settled(action)
    action.title, action.owner, action.due_on = planned.title, planned.owner, planned.due_on
    action.reason_key, action.site_key = planned.reason_key, planned.site_key
    note(session, held, _told("changed", action), "breach.change_action", now)
    work.put(session, [breach_mornings.planned(session, held.breach, action)], now)


def finish(session: Session, held: Held, action: Action, *, done_on: date, now: datetime) -> None:
    """It is done; with the last one, verification begins. Raises `NotNow` for a day it can't have been.

    That is a day after today there, or one before the second day of the breached period: an effect needs a
    day before it.
    """
    _refuse_settled(action)
    if held.state not in WORKED_ON or not first_day(held.breach) <= done_on <= today(held.breach, now):
        raise NotNow(f"action {action.id} can't have been done on {done_on}")
    action.done_on = done_on
    note(session, held, _told("done", action), "breach.finish_action", now)
    verify_when_done(session, held, now)


def drop(session: Session, held: Held, action: Action, now: datetime) -> None:
    """It won't be done; where all others are, verification begins."""
    _refuse_settled(action)
    if not is_live(held.state):
        raise NotNow(f"breach {held.breach.id} has ended")
    action.dropped_at = now
    session.flush()
    note(session, held, _told("dropped", action), "breach.drop_action", now)
    verify_when_done(session, held, now)


def find(session: Session, breach: Breach, action_id: int) -> Action:
    """The breach's action of that number. LookupError where it has none such."""
    if action_id > LARGEST_ID:
        raise LookupError(f"no action has the number {action_id}")
    action = session.get(Action, action_id, populate_existing=True)
    if action is None or action.breach_id != breach.id:
        raise LookupError(f"breach {breach.id} has no action {action_id}")
    return action


def first_day(breach: Breach) -> date:
    """The first day an action of the breach may have been done on."""
    return breach.period.start_on + timedelta(days=1)


def today(breach: Breach, now: datetime) -> date:
    """Today, where the contract is."""
    return local_day(now, ZoneInfo(_agreement(breach).contract.timezone))


def reasons(breach: Breach) -> dict[str, Words]:
    """The reasons raters may give to the KPI's questions: key -> text per language."""
    agreement = _agreement(breach)
    asked = [agreement.question(key) for key in agreement.kpi(breach.kpi_key).asked]
    return {
        reason.key: reason.text
        for question in asked
        for reason in question.reasons
        if reason.given_with != "good"
    }


def sites(breach: Breach) -> dict[str, str]:
    """The sites the KPI looks at: key -> title."""
    agreement = _agreement(breach)
    inside = agreement.descendants(agreement.kpi(breach.kpi_key).scope.sites or agreement.site_keys)
    return {site.key: site.title for site, _, _ in agreement.walk_sites() if site.key in inside}


def _agreement(breach: Breach) -> Agreement:
    return agreement_of(breach.period.evaluation.version)


def _refuse(held: Held, planned: Planned) -> None:
    breach = held.breach
    if held.state not in WORKED_ON:
        raise NotNow(f"breach {breach.id} is {held.state}: no action can be planned")
    if planned.reason_key is not None and planned.reason_key not in reasons(breach):
        raise NotNow(f"{planned.reason_key} is not a reason of {breach.kpi_key}")
    if planned.site_key is not None and planned.site_key not in sites(breach):
        raise NotNow(f"{planned.site_key} is not a site of {breach.kpi_key}")


def _refuse_settled(action: Action) -> None:
    if action.done_on or action.dropped_at:
        raise NotNow(f"action {action.id} is done or dropped")


def _told(did: str, action: Action) -> Told:
    detail: dict[str, object] = {
        "did": did,
        "action": action.id,
        "title": action.title,
        "owner": action.owner,
        "due": action.due_on.isoformat(),
        "reason": action.reason_key,
        "site": action.site_key,
    }
    if action.done_on:
        detail["done"] = action.done_on.isoformat()
    return Told("action", detail)
