"""A report's breaches: those live in its period or opened by it, in words."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Contract as AgreedContract
from xla.core.agreement_texts import words
from xla.core.window import Window, local_day
from xla.documents.breach_words import both
from xla.documents.figures import Figures
from xla.documents.report_data import BreachLine
from xla.documents.words import Words
from xla.models import Breach, Contract
from xla.services.agreements import agreement_of
from xla.services.breach_steps import REPORTED, happened
from xla.services.evaluations import outcome_of
from xla.services.report_kpis import shown


def breach_lines(
    session: Session, contract: Contract, period: Window, agreed: AgreedContract, as_of: datetime
) -> Iterator[BreachLine]:
    """The breaches live in the period or opened by it, with their steps up to the report's knowledge."""
    zone = ZoneInfo(agreed.timezone)
    language = agreed.language
    fixed, figures = Words(language), Figures(language, agreed.timezone)
    rows = session.scalars(select(Breach).where(Breach.contract_id == contract.id).order_by(Breach.id))
    for number, breach in enumerate(rows, 1):
        steps = [step for step in breach.steps if step.at <= as_of]
        ended = breach.closed_at and local_day(breach.closed_at, zone) < period.start
        if not steps or ended or breach.period.start_on > period.start:
            continue
        evaluation = breach.period.evaluation
        outcome = outcome_of(evaluation)
        kpi = outcome.kpi(breach.kpi_key)
        own = agreement_of(evaluation.version).contract.language
        yield BreachLine(
            number=number,
            kpi_title=words(kpi.kpi.title, language, own),
            opened_on=local_day(breach.opened_at, zone),
            start=outcome.start,
            end=outcome.end,
            value=shown(kpi.measurement).value,
            floor=kpi.kpi.thresholds.floor,
            metric=kpi.kpi.metric,
            state=steps[-1].state,
            steps=tuple(
                (local_day(step.at, zone), both(happened(step), fixed, figures))
                for step in steps
                if step.kind in REPORTED
            ),
        )
