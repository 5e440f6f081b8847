"""Breach records: a contract's breaches with every step, for who reads them by machine."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.breach import BreachState
from xla.core.outcome import Judged
from xla.core.outcome_document import judged_from
from xla.models import Breach, BreachStep, BreachWork, Contract, Person
from xla.services.agreements import agreement_of
from xla.services.breaches import state_of
from xla.services.decisions import name_of
from xla.services.report_kpis import visible_judged

Which = Literal["live", "ended", "all"]


@dataclass(frozen=True)
class Record:
    """One breach."""

    breach: Breach
    state: BreachState
    period: str
    work: BreachWork | None
    owner: str | None
    steps: Sequence["StepRecord"]


@dataclass(frozen=True)
class StepRecord:
    """One step: who took it, and the measurement it rests on as far as it may be shown."""

    step: BreachStep
    by: str | None
    """None where the clock or the command line did."""
    evidence: Judged | None


def records(
    session: Session, contract: Contract, *, which: Which = "all", below: int | None = None, limit: int
) -> list[Record]:
    """Breaches with ids below `below`, the newest first, at most `limit`; a fixed number of queries."""
    query = select(Breach).where(Breach.contract_id == contract.id)
    if which != "all":
        query = query.where(Breach.closed_at.is_(None) if which == "live" else Breach.closed_at.is_not(None))
    if below is not None:
        query = query.where(Breach.id < below)
    return _records(session, session.scalars(query.order_by(Breach.id.desc()).limit(limit)).all())


def record(session: Session, contract: Contract, breach_id: int) -> Record | None:
    """One breach of the contract; None where it has none of that id."""
    found = session.scalars(select(Breach).where(Breach.id == breach_id, Breach.contract_id == contract.id))
    return next(iter(_records(session, found.all())), None)


def _records(session: Session, breaches: Sequence[Breach]) -> list[Record]:
    ids = [breach.id for breach in breaches]
    rows = session.scalars(select(BreachWork).where(BreachWork.breach_id.in_(ids)))
    work = {row.breach_id: row for row in rows}
    people = {row.owner_id for row in work.values()}
    people |= {step.person_id for breach in breaches for step in breach.steps}
    named = session.scalars(select(Person).where(Person.id.in_(people - {None})))
    names: dict[int | None, str] = {person.id: person.name for person in named}
    return [_record(breach, work.get(breach.id), names) for breach in breaches]


def _record(breach: Breach, work: BreachWork | None, names: dict[int | None, str]) -> Record:
    return Record(
        breach,
        state_of(breach),
        str(name_of(breach.period)),
        work,
        names.get(work.owner_id) if work else None,
        [StepRecord(step, names.get(step.person_id), _evidence(breach, step)) for step in breach.steps],
    )


def _evidence(breach: Breach, step: BreachStep) -> Judged | None:
    if step.evidence is None:
        return None
    agreement = agreement_of(breach.period.evaluation.version)
    return visible_judged(judged_from(json.loads(step.evidence), agreement))
