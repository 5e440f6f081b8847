"""Ticks: every hour the open periods are evaluated, the due ones closed, those nobody disputed made final.

What is due is read from the database, never from a fire time: after any downtime all of it is done, in order.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from xla import clock, database
from xla.core.outcome import Outcome
from xla.core.outcome_document import document_of
from xla.jobs import mailing
from xla.models import Contract, Evaluation
from xla.models.contract import contracts
from xla.services import decisions, kiosks, periods, retention, silence_notices, standings
from xla.services.agreements import Refused
from xla.services.evaluations import keep, measured, outcome_of
from xla.settings import Settings

MOST_APART = timedelta(minutes=5)
log = logging.getLogger(__name__)


def work_through(engine: Engine, now: datetime) -> Iterator[str]:
    """Forget what is over, close what is due, make final what nobody disputed in time, evaluate what runs.

    Says what was done, contract by contract.
    """
    refuse_apart(engine, now)
    with database.transaction(engine) as session:
        retention.forget(session, now)
        ids = [contract.id for contract in session.scalars(contracts())]
    failed: Exception | None = None
    for contract_id in ids:
        try:
            is_news = False
            for sentence in chain(
                _close_due(engine, contract_id, now),
                _finalise_due(engine, contract_id, now),
                _evaluate_running(engine, contract_id, now),
            ):
                is_news = True
                yield sentence
            _refresh_standing(engine, contract_id, now, is_news=is_news)
            _tell_silent_kiosks(engine, contract_id, now)
        except Exception as error:
            log.exception("The work of contract %s failed; the others' goes on.", contract_id)
            failed = failed or error
    if failed:
        raise failed


def start(engine: Engine, settings: Settings) -> BaseScheduler:
    """Tick now and every hour, and mail every minute, in the background."""
    scheduler = BackgroundScheduler(timezone="UTC")
    _schedule(scheduler, engine)
    mailing.schedule(scheduler, engine, settings)
    scheduler.start()
    return scheduler


def keep_working(engine: Engine, settings: Settings) -> None:
    """Tick every hour, and mail every minute, until stopped."""
    scheduler = BlockingScheduler(timezone="UTC")
    _schedule(scheduler, engine)
    mailing.schedule(scheduler, engine, settings)
    scheduler.start()


def refuse_apart(engine: Engine, now: datetime) -> None:
    """Raise `ClockApart` when our clock and the database's are over five minutes apart."""
    theirs = database.time_of(engine)
    if abs(theirs - now) > MOST_APART:
        raise ClockApart(
            f"our clock says {now:%Y-%m-%d %H:%M:%S} UTC, the database's {theirs:%Y-%m-%d %H:%M:%S}"
        )


class ClockApart(Refused):
    """Two clocks tell too different times to act on either."""


def tick(engine: Engine) -> None:
    """One tick of the scheduler: do what is due; a failure is logged and left to the next one."""
    try:
        for sentence in work_through(engine, clock.now()):
            log.info(sentence)
    except Exception:
        log.exception("The hourly work failed; it is tried again at the next tick.")


def _schedule(scheduler: BaseScheduler, engine: Engine) -> None:
    scheduler.add_job(
        tick,
        "interval",
        hours=1,
        args=[engine],
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )


def _close_due(engine: Engine, contract_id: int, now: datetime) -> Iterator[str]:
    with database.reading(engine) as session:
        due = list(periods.due(session, session.get_one(Contract, contract_id), now))
    for period in due:
        with database.transaction(engine) as session:
            contract = session.get_one(Contract, contract_id)
            closed = periods.close(session, contract, period, known_at=now, now=now)
        if closed.is_new:
            count = len(closed.opened)
            noun = "breach" if count == 1 else "breaches"
            yield f"{closed.outcome.contract} {period} is proposed; {count} {noun} opened."


def _finalise_due(engine: Engine, contract_id: int, now: datetime) -> Iterator[str]:
    """Make final what nobody disputed in time."""
    with database.transaction(engine) as session:
        contract = session.get_one(Contract, contract_id)
        done = [str(decisions.name_of(each)) for each in decisions.finalise_due(session, contract, now)]
        key = contract.key
    yield from (f"{key} {name} is final." for name in done)


def _evaluate_running(engine: Engine, contract_id: int, now: datetime) -> Iterator[str]:
    with database.reading(engine) as session:
        contract = session.get_one(Contract, contract_id)
        outcomes = [
            measured(session, contract, period, now=now) for period in periods.running(session, contract, now)
        ]
        changed = [outcome for outcome in outcomes if _is_news(session, contract_id, outcome)]
    for outcome in changed:
        with database.transaction(engine) as session:
            keep(session, session.get_one(Contract, contract_id), outcome)
        yield f"{outcome.contract} {outcome.period} is evaluated."


def _refresh_standing(engine: Engine, contract_id: int, now: datetime, *, is_news: bool) -> None:
    """Compute the contract's standing when something was done, and once on each of its days.

    What is long to compute is read first, so that the write is short.
    """
    with database.reading(engine) as session:
        contract = session.get_one(Contract, contract_id)
        if not is_news and not standings.is_stale(session, contract, now):
            return
        standing = standings.standing_of(session, contract, now)
    with database.transaction(engine) as session:
        standings.keep(session, standing)


def _tell_silent_kiosks(engine: Engine, contract_id: int, now: datetime) -> None:
    with database.reading(engine) as session:
        silent = kiosks.silent(session, session.get_one(Contract, contract_id), now)
    if silent:
        with database.transaction(engine) as session:
            contract = session.get_one(Contract, contract_id)
            silence_notices.kiosks(session, contract, silent, now)


def _is_news(session: Session, contract_id: int, outcome: Outcome) -> bool:
    """Whether the newest evaluation kept of that period says something else."""
    latest = session.scalar(
        select(Evaluation)
        .where(Evaluation.contract_id == contract_id, Evaluation.start_on == outcome.start)
        .order_by(Evaluation.known_at.desc())
        .limit(1)
    )
    return latest is None or document_of(outcome_of(latest))["kpis"] != document_of(outcome)["kpis"]
