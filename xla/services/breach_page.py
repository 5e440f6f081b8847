"""A breach's page: what a close found, frozen; where it stands, what may follow, and all that happened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi
from xla.core.breach import BreachState, is_live
from xla.core.credit import CreditLine
from xla.core.outcome import Judged, Outcome
from xla.core.outcome_document import judged_from
from xla.core.role import Party
from xla.core.window import CalendarPeriod
from xla.documents.breach_words import Happened
from xla.documents.report_data import KpiResult
from xla.models import Breach, BreachStep, BreachWork, Contract, Person, Standing
from xla.services.acceptances import proposed_by
from xla.services.agreements import agreement_of
from xla.services.breach_steps import happened
from xla.services.breach_work import last_breached, proof
from xla.services.breaches import state_of
from xla.services.credits import credits_of_period
from xla.services.evaluations import outcome_of
from xla.services.report_kpis import kpi_result, visible_judged

PATH = (
    BreachState.OPEN,
    BreachState.ACKNOWLEDGED,
    BreachState.ACTION_PLANNED,
    BreachState.VERIFYING,
    BreachState.CLOSED,
)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Stage:
    """A state on the way; `at` is when it was last reached, None where it was not."""

    state: BreachState
    at: datetime | None
    is_current: bool


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `who` is None where the clock or the command line did it."""

    at: datetime
    who: Person | None
    step: Happened
    found: Judged | None
    """What a close found."""


@dataclass(frozen=True)
class Stake:
    """What it costs: a line of the period's credits, the KPI's share of the score, how often it came."""

    credit: CreditLine | None
    currency: str
    weight_share: Decimal | None
    """Of the weights in a weighted score; None where the score is the lowest KPI, or has no weights."""
    breaches_in_a_year: int


@dataclass(frozen=True)
class Running:
    """The KPI in the period that runs now, as the contract's standing has it."""

    start: date
    end: date
    kpi: Mapping[str, Any]
    """As `Standing.document` holds it: n, value, left, left_share, left_share_due, chance, unit, …"""


@dataclass(frozen=True)
class Facts:
    """What the page says of the breach itself."""

    breach: Breach
    agreement: Agreement
    kpi: Kpi
    judged: Judged
    """The KPI as the close froze it."""
    outcome: Outcome
    result: KpiResult
    """The same as charts take it."""
    state: BreachState
    is_live: bool
    work: BreachWork | None
    owner: Person | None
    stages: Sequence[Stage]
    timeline: Sequence[Entry]
    """Newest first."""
    proof: CalendarPeriod | None
    """The period that proves it better; only looked for while it is verified."""
    last_breached: CalendarPeriod
    proposed_by: Party | None
    proposed_with: str
    stake: Stake
    running: Running | None

    @property
    def revision(self) -> int:
        """What a form about it carries."""
        return self.work.revision if self.work else 0


def facts(session: Session, contract: Contract, breach: Breach) -> Facts:
    """Everything about the breach but its figures by day, by site and by action."""
    evaluation = breach.period.evaluation
    agreement, outcome = agreement_of(evaluation.version), outcome_of(evaluation)
    judged = _frozen(breach.steps[0], agreement) or visible_judged(outcome.kpi(breach.kpi_key))
    state = state_of(breach)
    work = session.get(BreachWork, breach.id)
    owner = session.get(Person, work.owner_id) if work and work.owner_id else None
    return Facts(
        breach=breach,
        agreement=agreement,
        kpi=agreement.kpi(breach.kpi_key),
        judged=judged,
        outcome=outcome,
        result=kpi_result(outcome, judged, agreement, [outcome]),
        state=state,
        is_live=is_live(state),
        work=work,
        owner=owner,
        stages=_stages(breach, state),
        timeline=_timeline(session, breach, agreement),
        proof=proof(session, breach) if state is BreachState.VERIFYING else None,
        last_breached=last_breached(breach),
        proposed_by=proposed_by(work),
        proposed_with=(work.acceptance_reason or "") if work else "",
        stake=_stake(session, contract, breach, outcome),
        running=_running(session, breach) if is_live(state) else None,
    )


def _stages(breach: Breach, state: BreachState) -> list[Stage]:
    reached: dict[BreachState, datetime] = {}
    before = None
    for step in breach.steps:
        if step.state != before:
            reached[BreachState(step.state)] = step.at
        before = step.state
    path = list(PATH)
    if state is BreachState.ACCEPTED:
        path = [*(each for each in PATH if each in reached), BreachState.ACCEPTED]
    current = path.index(state)
    return [
        Stage(each, reached.get(each) if place <= current else None, place == current)
        for place, each in enumerate(path)
    ]


def _timeline(session: Session, breach: Breach, agreement: Agreement) -> list[Entry]:
    ids = {step.person_id for step in breach.steps if step.person_id}
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [
        Entry(step.at, people.get(step.person_id or 0), happened(step), _frozen(step, agreement))
        for step in reversed(breach.steps)
    ]


def _frozen(step: BreachStep, agreement: Agreement) -> Judged | None:
    return visible_judged(judged_from(json.loads(step.evidence), agreement)) if step.evidence else None


def _stake(session: Session, contract: Contract, breach: Breach, outcome: Outcome) -> Stake:
    found = credits_of_period(session, breach.period)
    (line,) = (line for line in found.lines if line.kpi == breach.kpi_key)
    count = session.scalar(
        select(func.count())
        .select_from(Breach)
        .where(
            Breach.contract_id == contract.id,
            Breach.kpi_key == breach.kpi_key,
            Breach.opened_at > breach.opened_at - A_YEAR,
            Breach.opened_at <= breach.opened_at,
        )
    )
    return Stake(
        line if line.rule else None, found.currency, _weight_share(outcome, breach.kpi_key), count or 0
    )


def _running(session: Session, breach: Breach) -> Running | None:
    standing = session.get(Standing, breach.contract_id)
    running = json.loads(standing.document)["running"] if standing else None
    if running is None or breach.kpi_key not in running["kpis"]:
        return None
    start, end = (date.fromisoformat(running[name]) for name in ("start", "end"))
    return Running(start, end, running["kpis"][breach.kpi_key])


def _weight_share(outcome: Outcome, kpi: str) -> Decimal | None:
    weights = {part.kpi: part.weight for part in outcome.parts}
    total = sum(weights.values(), Decimal(0))
    return weights[kpi] / total if outcome.method == "weighted" and total else None
