"""Invitation plans: after which event people are asked, where, when, and how the event is read."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core import event
from xla.core.invitation import State
from xla.models import Invitation, InvitationPlan, RatingPoint
from xla.services.agreements import Refused
from xla.services.response_rates import ResponseRate


class Planned(NamedTuple):
    """What somebody decides about a plan, checked by the form; the mapping is checked here."""

    title: str
    point_id: int
    persona: str
    delay_hours: int
    remind_after_days: int | None
    expires_after_days: int
    mapping: Mapping[str, str]


class KeyTaken(Refused):
    """Another plan of the contract has that key."""


class PlanLine(NamedTuple):
    """One plan as the list shows it."""

    plan: InvitationPlan
    point: RatingPoint
    counts: Mapping[State, int]
    """How many invitations stand where; every state is named."""
    rate: ResponseRate
    """Of all its invitations so far."""


def create(session: Session, contract_id: int, key: str, planned: Planned, now: datetime) -> InvitationPlan:
    """A new plan. Raises `KeyTaken` and `event.BadMapping`."""
    if one(session, contract_id, key) is not None:
        raise KeyTaken(f"there is a plan {key!r} already")
    plan = InvitationPlan(contract_id=contract_id, key=key, created_at=now, **_values(planned))
    session.add(plan)
    session.flush()
    return plan


def change(session: Session, plan: InvitationPlan, planned: Planned) -> list[str]:
    """Decide anew; says what is new. What was sent before keeps its dates. Raises `event.BadMapping`."""
    values = _values(planned)
    changed = [name for name, value in values.items() if getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, values[name])
    session.flush()
    return changed


def fingerprint(plan: InvitationPlan) -> str:
    """What the plan says now, for forms to tell whether somebody changed it meanwhile."""
    told = {name: getattr(plan, name) for name in Planned._fields}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def stop(session: Session, plan: InvitationPlan, now: datetime) -> bool:
    """Invite and mail nobody more; links that people have still count. Says whether that is new."""
    if plan.stopped_at is not None:
        return False
    plan.stopped_at = now
    session.flush()
    return True


def resume(session: Session, plan: InvitationPlan) -> bool:
    """Invite again; says whether that is new."""
    if plan.stopped_at is None:
        return False
    plan.stopped_at = None
    session.flush()
    return True


def one(session: Session, contract_id: int, key: str) -> InvitationPlan | None:
    """The contract's plan of that key."""
    if "\0" in key:
        return None
    return session.scalar(
        select(InvitationPlan).where(InvitationPlan.contract_id == contract_id, InvitationPlan.key == key)
    )


def listed(session: Session, contract_id: int) -> list[PlanLine]:
    """Every plan of a contract, those that run first; three queries however many there are."""
    rows = session.execute(
        select(InvitationPlan, RatingPoint)
        .join(RatingPoint, RatingPoint.id == InvitationPlan.point_id)
        .where(InvitationPlan.contract_id == contract_id)
        .order_by(InvitationPlan.stopped_at.is_not(None), InvitationPlan.title, InvitationPlan.id)
    ).all()
    counts = _counts(session, [plan.id for plan, _ in rows])
    return [PlanLine(plan, point, *_line(counts.get(plan.id, []))) for plan, point in rows]


class _Count(NamedTuple):
    plan_id: int
    state: str
    n: int
    delivered: int


def _counts(session: Session, plan_ids: Sequence[int]) -> dict[int, list[_Count]]:
    found = session.execute(
        select(Invitation.plan_id, Invitation.state, func.count(), func.count(Invitation.sent_at))
        .where(Invitation.plan_id.in_(plan_ids))
        .group_by(Invitation.plan_id, Invitation.state)
    )
    counts: dict[int, list[_Count]] = {}
    for row in found:
        counts.setdefault(row[0], []).append(_Count(*row))
    return counts


def _line(counts: Sequence[_Count]) -> tuple[Mapping[State, int], ResponseRate]:
    by_state = {each.state: each.n for each in counts}
    states = {state: by_state.get(state, 0) for state in State}
    delivered = sum(each.delivered for each in counts)
    return states, ResponseRate(sum(states.values()), delivered, states[State.ANSWERED])


def _values(planned: Planned) -> dict[str, object]:
    return planned._asdict() | {"mapping": event.written(planned.mapping)}
