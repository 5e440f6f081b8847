"""Breaches that need somebody: to acknowledge, overdue, or offered by the other party for acceptance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from xla.core.breach import BreachState, acknowledge_by
from xla.core.role import Party
from xla.core.window import local_day
from xla.models import Action, Breach, BreachStep, BreachWork, Evaluation, Period, Person
from xla.services.memberships import visible
from xla.services.terms import Terms, terms_of


class Need(StrEnum):
    """What a breach needs."""

    ACKNOWLEDGE = "acknowledge"
    AGREE = "agree"
    """The other party has accepted it as it is."""
    OVERDUE = "overdue"
    """It was to be closed before today."""
    ACTION = "action"
    """One of its actions was to be done before today."""


@dataclass(frozen=True)
class BreachTask:
    """One breach that needs somebody."""

    breach_id: int
    terms: Terms
    version_id: int
    """The version its period was judged by."""
    kpi_key: str
    start: date
    end: date
    """The period that opened it, half-open."""
    state: BreachState
    need: Need
    due_on: date | None
    days_left: int | None
    """Whole local days until then; below 0 when it has passed."""


@dataclass(frozen=True)
class Live:
    """What a person's live breaches ask for."""

    tasks: list[BreachTask]
    """The most urgent first."""
    coming: list[date]
    """The days of those that need nobody yet."""


def live(session: Session, person: Person, party: Party, now: datetime) -> Live:
    """The live breaches of the person's contracts; three queries at most."""
    rows = session.execute(_rows(person)).all()
    terms = terms_of(session, {row.version_id for row in rows})
    tasks, coming = [], []
    for row in rows:
        here = terms[row.version_id]
        found = next(_needs(row, here, party, now), None)
        if found:
            tasks.append(_task(row, here, found, now))
        elif party == "provider" and row.due_on:
            coming.append(row.due_on)
    return Live(sorted(tasks, key=lambda task: (task.due_on or date.max, task.breach_id)), coming)


def evidence(session: Session, tasks: list[BreachTask]) -> dict[int, str]:
    """The measurement each breach was opened on, as JSON, by its id."""
    ids = [task.breach_id for task in tasks]
    first = (
        select(func.min(BreachStep.id))
        .where(BreachStep.breach_id.in_(ids), BreachStep.evidence.is_not(None))
        .group_by(BreachStep.breach_id)
    )
    rows = select(BreachStep.breach_id, BreachStep.evidence).where(BreachStep.id.in_(first))
    return {breach_id: told for breach_id, told in session.execute(rows) if told is not None}


def _rows(person: Person) -> Select[*tuple[Any, ...]]:
    step = aliased(BreachStep)
    last = select(func.max(step.id)).where(step.breach_id == Breach.id).scalar_subquery()
    action_due_on = (
        select(func.min(Action.due_on))
        .where(Action.breach_id == Breach.id, Action.done_on.is_(None), Action.dropped_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Breach.id,
            Breach.kpi_key,
            Breach.opened_at,
            Period.start_on,
            Period.end_on,
            Evaluation.version_id,
            BreachStep.state,
            BreachWork.due_on,
            BreachWork.provider_accepted_at,
            BreachWork.client_accepted_at,
            action_due_on.label("action_due_on"),
        )
        .join(Period, Period.id == Breach.period_id)
        .join(Evaluation, Evaluation.id == Period.evaluation_id)
        .join(BreachStep, BreachStep.id == last)
        .outerjoin(BreachWork, BreachWork.breach_id == Breach.id)
        .where(Breach.closed_at.is_(None), visible(person, Breach.contract_id))
    )


def _needs(
    row: Row[*tuple[Any, ...]], terms: Terms, party: Party, now: datetime
) -> Iterator[tuple[Need, date | None]]:
    """What it needs of that party and by when, the most pressing first."""
    today = local_day(now, terms.zone)
    ours, theirs = row.provider_accepted_at, row.client_accepted_at
    if party == "client":
        if ours and not theirs:
            yield Need.AGREE, row.due_on
        return
    if row.state == BreachState.OPEN:
        yield Need.ACKNOWLEDGE, acknowledge_by(local_day(row.opened_at, terms.zone))
    if theirs and not ours:
        yield Need.AGREE, row.due_on
    if row.due_on and row.due_on < today:
        yield Need.OVERDUE, row.due_on
    if row.action_due_on and row.action_due_on < today:
        yield Need.ACTION, row.action_due_on


def _task(
    row: Row[*tuple[Any, ...]], terms: Terms, found: tuple[Need, date | None], now: datetime
) -> BreachTask:
    need, due_on = found
    return BreachTask(
        breach_id=row.id,
        terms=terms,
        version_id=row.version_id,
        kpi_key=row.kpi_key,
        start=row.start_on,
        end=row.end_on,
        state=BreachState(row.state),
        need=need,
        due_on=due_on,
        days_left=(due_on - local_day(now, terms.zone)).days if due_on else None,
    )
