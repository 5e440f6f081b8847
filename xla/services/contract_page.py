"""A contract's page: everything it shows of one chosen period, in a fixed number of queries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Language
from xla.core.outcome import Judged, Outcome
from xla.core.outcome_document import with_late
from xla.core.window import Window, period_of
from xla.documents.report_data import KpiResult
from xla.models import AgreementVersion, Breach, Contract, Observation, Person, RatingPoint, Standing, Tally
from xla.services.agreements import agreement_of, versions
from xla.services.course import Stage, course
from xla.services.evaluations import Knowing, Moment
from xla.services.kept import Kept
from xla.services.memberships import members
from xla.services.report_kpis import kpi_result
from xla.services.tallies import within

STRIP = 12
"""Closed periods in the strip."""
KEPT = 4 * STRIP
"""Closed periods that can be looked back at from the page."""


@dataclass(frozen=True)
class Line:
    """One KPI in the chosen period, and what the running period is heading for."""

    judged: Judged
    result: KpiResult
    running: Mapping[str, Any] | None
    """As `Standing` has it; None where nothing is known."""

    @property
    def kpi(self) -> Kpi:
        """The KPI as it was agreed for the period."""
        return self.judged.kpi


@dataclass(frozen=True)
class ContractPage:
    """What the page shows; `stage` None where nothing was evaluated yet."""

    contract: Contract
    version: AgreementVersion
    """The newest."""
    first: AgreementVersion
    stages: Sequence[Stage]
    """Oldest first."""
    stage: Stage | None
    lines: Sequence[Line]
    people: Sequence[Person]
    breaches: Sequence[Breach]
    """Live ones."""
    point_count: int
    running: Mapping[str, Any] | None
    """The running period as `Standing` has it."""
    silent_count: int
    knowing: Knowing | None
    """What the chosen stage's figures rest on, for its breakdowns."""

    @property
    def agreement(self) -> Agreement:
        """As the newest version says."""
        return agreement_of(self.version)

    @property
    def strip(self) -> Sequence[Stage]:
        """Twelve closed periods, the chosen one among them, and those still running."""
        closed = [stage for stage in self.stages if stage.closed]
        shown = closed[-STRIP:]
        if self.stage in closed and self.stage not in shown:
            last = max(closed.index(self.stage) + 1, STRIP)
            shown = closed[last - STRIP : last]
        return shown + [stage for stage in self.stages if not stage.closed]

    @property
    def earlier(self) -> Stage | None:
        """The closed period just before the strip."""
        at = self.stages.index(self.strip[0]) if self.strip else 0
        return self.stages[at - 1] if at else None

    @property
    def before(self) -> Stage | None:
        """The period before the chosen one."""
        at = self.stages.index(self.stage) if self.stage else 0
        return self.stages[at - 1] if at else None

    @property
    def next_report_on(self) -> date | None:
        """The first day on which the next period's result may be proposed; None once the contract is over."""
        agreed = self.agreement.contract
        closed = [stage for stage in self.stages if stage.closed]
        start = closed[-1].end if closed else max(agreed.starts_on, self.first.effective_from)
        if agreed.ends_on and start > agreed.ends_on:
            return None
        return period_of(start, agreed.period).end + timedelta(days=agreed.close_after_days)


def contract_page(
    session: Session, contract: Contract, *, period: str | None, language: Language, kept: Kept
) -> ContractPage | None:
    """The page of a period by its name, or of the newest closed one; None for a period there is not."""
    known = versions(session, contract)
    stages = course(session, contract, KEPT)
    stage = _chosen(stages, period)
    if stage is None and period:
        return None
    standing = session.get(Standing, contract.id)
    document = json.loads(standing.document) if standing else {}
    running = document.get("running")
    knowing = knowing_of(session, contract, stage) if stage else None
    shown = with_late(stage.outcome, latecomers(session, stage, knowing, kept)) if stage and knowing else None
    return ContractPage(
        contract=contract,
        version=known[-1],
        first=known[0],
        stages=stages,
        stage=stage,
        lines=lines(stages, stage, shown, running, language) if stage and shown else (),
        people=members(session, contract.id),
        breaches=_live(session, contract),
        point_count=session.scalar(
            select(func.count()).select_from(RatingPoint).where(RatingPoint.contract_id == contract.id)
        )
        or 0,
        running=running,
        silent_count=len(document.get("silent") or ()),
        knowing=knowing,
    )


def knowing_of(session: Session, contract: Contract, stage: Stage) -> Knowing:
    """What was known when the stage was evaluated, and what has come since."""
    known_at = stage.evaluation.known_at
    period = Window(stage.start, stage.end)
    return Knowing(session, contract, stage.agreement, period, Moment(known_at, known_at))


def latecomers(session: Session, stage: Stage, knowing: Knowing, kept: Kept) -> Mapping[str, int]:
    """Of a closed stage's KPIs how many ratings, or cases, came too late to be counted.

    They are counted again when more has come in: tallies and observations are only ever added to.
    """
    kpis = [each.kpi for each in stage.outcome.kpis]
    if stage.closed is None:
        return {each.kpi.key: each.late for each in stage.outcome.kpis}
    known = [knowing.of(kpi) for kpi in kpis]
    widest = Window(min(each.window.start for each in known), max(each.window.end for each in known))
    ids = known[0].question_ids.values()
    told = session.scalar(
        select(func.sum(Tally.n)).where(Tally.question_id.in_(ids), *within(Tally.rated_on, widest))
    )
    observed = session.scalar(
        select(func.count())
        .select_from(Observation)
        .where(
            Observation.contract_id == stage.evaluation.contract_id, *within(Observation.observed_on, widest)
        )
    )
    return kept.of(
        ("late", stage.evaluation.id, told, observed),
        lambda: {kpi.key: each.later(kpi) for kpi, each in zip(kpis, known, strict=True)},
    )


def lines(
    stages: Sequence[Stage],
    stage: Stage,
    shown: Outcome,
    running: Mapping[str, Any] | None,
    language: Language,
) -> tuple[Line, ...]:
    """The KPIs of a stage with up to twelve periods of history, itself the last."""
    until = [each for each in stages if each.start <= stage.start]
    history = [each.outcome for each in until[-STRIP:]]
    ahead = (running or {}).get("kpis") or {}
    return tuple(
        Line(each, kpi_result(shown, each, stage.agreement, history, language), ahead.get(each.kpi.key))
        for each in shown.kpis
    )


def _chosen(stages: Sequence[Stage], period: str | None) -> Stage | None:
    if period:
        return next((stage for stage in stages if stage.name == period), None)
    shown = [stage for stage in stages if stage.closed] or stages
    return shown[-1] if shown else None


def _live(session: Session, contract: Contract) -> Sequence[Breach]:
    return session.scalars(
        select(Breach)
        .where(Breach.contract_id == contract.id, Breach.closed_at.is_(None))
        .order_by(Breach.opened_at, Breach.id)
    ).all()
