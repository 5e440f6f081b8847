"""Period results: what a contract's periods came to, as far as it may be shown, one or page by page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.outcome import Outcome
from xla.core.period_state import PeriodState
from xla.core.window import CalendarPeriod
from xla.models import Contract, Evaluation, Period
from xla.services import decisions, periods
from xla.services.evaluations import evaluate, outcome_of
from xla.services.report_kpis import visible_outcome
from xla.services.reports import closed_period


def result(session: Session, contract: Contract, period: CalendarPeriod, now: datetime) -> Outcome | None:
    """What a period came to, or has come to so far; None where there is no such period yet."""
    is_known = closed_period(session, contract, period) or period in periods.running(session, contract, now)
    return visible_outcome(evaluate(session, contract, period, now=now)) if is_known else None


def results(
    session: Session, contract: Contract, *, before: date | None, limit: int, now: datetime
) -> Sequence[Outcome]:
    """Periods that start before `before`, the newest first, at most `limit`; a fixed number of queries.

    Closed ones as they were frozen; those still running as they were evaluated last, within the hour. What
    came late is not counted out here.
    """
    rows = _closed(session, contract, before, limit)
    standings = decisions.standings(session, rows, now)
    found = [
        replace(
            outcome_of(row.evaluation),
            state="final" if standings[row.id].decided.state is PeriodState.FINAL else "proposed",
        )
        for row in rows
    ]
    found += [outcome_of(row) for row in _running(session, contract, before, now)]
    newest = sorted(found, key=lambda outcome: outcome.start, reverse=True)[:limit]
    return [visible_outcome(outcome) for outcome in newest]


def _closed(session: Session, contract: Contract, before: date | None, limit: int) -> Sequence[Period]:
    query = select(Period).where(Period.contract_id == contract.id)
    if before is not None:
        query = query.where(Period.start_on < before)
    return session.scalars(query.order_by(Period.start_on.desc()).limit(limit)).all()


def _running(
    session: Session, contract: Contract, before: date | None, now: datetime
) -> Sequence[Evaluation]:
    """The newest evaluation of each period that is not closed."""
    starts = [
        period.start
        for period in periods.running(session, contract, now)
        if before is None or period.start < before
    ]
    rows = session.scalars(
        select(Evaluation)
        .where(Evaluation.contract_id == contract.id, Evaluation.start_on.in_(starts))
        .order_by(Evaluation.known_at, Evaluation.id)
    )
    return list({row.start_on: row for row in rows}.values())
