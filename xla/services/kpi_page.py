"""A KPI's page: its measurement in a chosen period, its history, and how it is computed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Language
from xla.core.outcome import Judged
from xla.documents.report_data import KpiResult
from xla.models import Contract, Standing
from xla.services.breakdowns import Part, parts
from xla.services.comments import Comments, comments
from xla.services.contract_page import knowing_of, latecomers
from xla.services.course import Stage, course
from xla.services.evaluations import Knowing
from xla.services.kept import Kept
from xla.services.kpi_days import DayPoint, kpi_days
from xla.services.reasons import Reasons, reasons
from xla.services.report_kpis import kpi_result
from xla.services.site_tables import SiteTable, journey, site_table

PERIODS = 24
"""Periods in the chart."""


@dataclass(frozen=True)
class KpiPage:
    """What the page shows of one KPI in one period."""

    contract: Contract
    stages: Sequence[Stage]
    """Oldest first; in each of them the KPI may be missing."""
    stage: Stage
    judged: Judged
    result: KpiResult
    running: Mapping[str, Any] | None
    running_kpi: Mapping[str, Any] | None
    knowing: Knowing
    """What the figures rest on, for their breakdowns."""

    @property
    def agreement(self) -> Agreement:
        """What the chosen period is judged by."""
        return self.stage.agreement

    @property
    def kpi(self) -> Kpi:
        """The KPI as it was agreed for the period."""
        return self.judged.kpi


def kpi_page(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, contract: Contract, key: str, *, period: str | None, language: Language, kept: Kept
) -> KpiPage | None:
    """The page of a KPI in a period by its name, or the newest one that has it; None where there is none."""
    stages = [
        stage
        for stage in course(session, contract, 2 * PERIODS)
        if any(kpi.key == key for kpi in stage.agreement.kpis)
    ]
    named = [stage for stage in stages if stage.name == period] if period else stages[-1:]
    if not named:
        return None
    stage = named[0]
    at = stages.index(stage) + 1
    history = [each.outcome for each in stages[max(at - PERIODS, 0) : at]]
    knowing = knowing_of(session, contract, stage)
    judged = stage.outcome.kpi(key)
    judged = replace(judged, late=latecomers(session, stage, knowing, kept)[key])
    standing = session.get(Standing, contract.id)
    running = json.loads(standing.document).get("running") if standing else None
    return KpiPage(
        contract=contract,
        stages=stages,
        stage=stage,
        judged=judged,
        result=kpi_result(stage.outcome, judged, stage.agreement, history, language),
        running=running,
        running_kpi=((running or {}).get("kpis") or {}).get(key),
        knowing=knowing,
    )


@dataclass(frozen=True)
class Details:
    """What a KPI's figure is made of; it changes as little as the evaluation it belongs to."""

    days: Sequence[DayPoint]
    day_count: int
    sites: SiteTable | None
    touchpoints: Sequence[Part]
    personas: Sequence[Part]
    reasons: Reasons
    reasons_before: Reasons | None
    """Of the period before; None where there was none."""


def details(page: KpiPage, kept: Kept, *, site_page: int) -> Details:
    """The parts of the page's figure: days, places, people and reasons."""
    key = ("details", page.stage.evaluation.id, page.kpi.key, site_page)
    return kept.of(key, lambda: _details(page, site_page))


def comments_of(page: KpiPage, number: int) -> Comments | None:
    """A page of the KPI's comments; never kept, since people may ask for theirs to be deleted."""
    return comments(page.knowing.of(page.kpi), page.kpi, page.judged.measurement.n, number)


def _details(page: KpiPage, site_page: int) -> Details:
    kpi, agreement, known = page.kpi, page.agreement, page.knowing.of(page.kpi)
    before = next((stage for stage in reversed(page.stages) if stage.end <= page.stage.start), None)
    earlier = knowing_of(known.session, page.contract, before) if before else None
    personas = kpi.scope.personas or tuple(each.key for each in agreement.personas)
    touchpoints = journey(page.knowing, agreement, kpi).stops
    return Details(
        days=kpi_days(known, kpi, page.knowing.today),
        day_count=known.window.day_count,
        sites=site_table(page.knowing, agreement, [page.judged], kpi_page=1, site_page=site_page),
        touchpoints=() if kpi.observation else touchpoints,
        personas=() if kpi.observation else parts(known, kpi, lambda where: where.persona, personas),
        reasons=reasons(known, kpi),
        reasons_before=reasons(earlier.of(kpi), kpi) if earlier else None,
    )
