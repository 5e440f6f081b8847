"""Deciding: a period is closed or made final, what runs is evaluated, what is over is forgotten."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla import database
from xla.core.outcome import Outcome
from xla.core.outcome_document import document_of
from xla.core.window import CalendarPeriod, parse_period
from xla.jobs.clocks import ClockApart, refuse_apart
from xla.jobs.task import Later, Task
from xla.models import Contract, Evaluation, Kiosk, Standing
from xla.services import (
    breach_reminders,
    decisions,
    due,
    kiosks,
    periods,
    retention,
    silence_notices,
    standings,
    work,
)
from xla.services.evaluations import keep, measured, outcome_of

APART_WAITS = timedelta(minutes=5)
log = logging.getLogger(__name__)


def close(task: Task) -> Sequence[str]:
    """Close the period, and whatever of the contract has to be closed before it: in order, each once."""
    try:
        refuse_apart(task.engine, task.now)
    except ClockApart as apart:
        raise Later(min(task.now, apart.theirs) + APART_WAITS, str(apart)) from apart
    period = parse_period(task.item.document["period"])
    with database.reading(task.engine) as session:
        contract = session.get_one(Contract, task.contract_id)
        all_due = list(periods.due(session, contract, task.now))
    waiting = [each for each in all_due if each.start <= period.start]
    said = []
    for each in waiting[:-1]:
        with database.transaction(task.engine) as session:
            said += _closed(session, task, each)
    with task.finishing() as session:
        for each in waiting[-1:]:
            said += _closed(session, task, each)
        if waiting == all_due and said:  # else the close of a later period, which is due, has it evaluated
            contract = session.get_one(Contract, task.contract_id)
            work.put(session, [due.evaluation(contract, f"closed {period}", task.now)], task.now)
    return said


def _closed(session: Session, task: Task, period: CalendarPeriod) -> list[str]:
    contract = session.get_one(Contract, task.contract_id)
    closed = periods.close(session, contract, period, known_at=task.now, now=task.now)
    if not closed.is_new:
        return []
    count = len(closed.opened)
    noun = "breach" if count == 1 else "breaches"
    return [f"{contract.key} {period} is proposed; {count} {noun} opened."]


def accept(task: Task) -> Sequence[str]:
    """Make final what nobody disputed in time."""
    with task.finishing() as session:
        contract = session.get_one(Contract, task.contract_id)
        done = decisions.finalise_due(session, contract, task.now)
        if done:
            work.put(session, [due.evaluation(contract, f"final {task.item.key}", task.now)], task.now)
        return [f"{contract.key} {decisions.name_of(each)} is final." for each in done]


def evaluate(task: Task) -> Sequence[str]:
    """Evaluate what runs of a contract, compute where it stands, and write down what it has due.

    What is long to compute is read first, so that the write is short.
    """
    with database.reading(task.engine) as session:
        contract = session.get_one(Contract, task.contract_id)
        found = _Found(session, contract, task)
    with task.finishing() as session:
        contract = session.get_one(Contract, task.contract_id)
        for outcome in found.changed:
            keep(session, contract, outcome)
        final = decisions.finalise_due(session, contract, task.now)
        if found.standing:
            standings.keep(session, found.standing)
        if found.silent:
            silence_notices.kiosks(session, contract, found.silent, task.now)
        work.put(session, found.reminders, task.now)
        work.want(session, found.closes, task.now)
        said = [f"{contract.key} {decisions.name_of(each)} is final." for each in final]
    return [*said, *(f"{each.contract} {each.period} is evaluated." for each in found.changed)]


class _Found:
    """What there is to write about a contract at an instant."""

    def __init__(self, session: Session, contract: Contract, task: Task) -> None:
        now, every = task.now, task.means.settings.evaluate_every
        self.closes = list(due.closes(session, contract, every, now))
        ended = {each.document["period"] for each in self.closes if each.due_at <= now}
        self.changed = list(_changed(session, contract, ended, now))
        self.standing: Standing | None = None
        if "because" in task.item.document or self.changed or standings.is_stale(session, contract, now):
            self.standing = standings.standing_of(session, contract, now)
        self.silent: list[Kiosk] = kiosks.silent(session, contract, now)
        self.reminders = breach_reminders.missing(session, contract, now)


def _changed(session: Session, contract: Contract, ended: set[object], now: datetime) -> Iterator[Outcome]:
    """Running periods that came to something else than what was kept of them last."""
    for period in periods.running(session, contract, now):
        if str(period) not in ended:
            outcome = measured(session, contract, period, now=now)
            if _is_news(session, contract.id, outcome):
                yield outcome


def _is_news(session: Session, contract_id: int, outcome: Outcome) -> bool:
    """Whether the newest evaluation kept of that period says something else."""
    latest = session.scalar(
        select(Evaluation)
        .where(Evaluation.contract_id == contract_id, Evaluation.start_on == outcome.start)
        .order_by(Evaluation.known_at.desc())
        .limit(1)
    )
    return latest is None or document_of(outcome_of(latest))["kpis"] != document_of(outcome)["kpis"]


def forget(task: Task) -> Sequence[str]:
    """Delete what is over."""
    with task.finishing() as session:
        retention.forget(session, task.now)
    return []
