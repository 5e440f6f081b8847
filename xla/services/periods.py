"""Periods: which there are, which are due, and the close that freezes what was known and proposes it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.outcome import Outcome
from xla.core.period_state import silence_accepts_on
from xla.core.window import CalendarPeriod, due_at, local_day, period_of, periods_from, starts_at
from xla.core.work import Kind
from xla.models import Breach, Contract, Period, bulk
from xla.services import breaches, notices, report_work, work
from xla.services.agreements import Refused, agreement_of, began_on, versions
from xla.services.evaluations import keep, measured, outcome_of
from xla.services.work import Wanted


@dataclass(frozen=True)
class Closed:
    """What a close came to."""

    period: Period
    outcome: Outcome
    opened: list[Breach]
    is_new: bool


def close(
    session: Session, contract: Contract, period: CalendarPeriod, *, known_at: datetime, now: datetime
) -> Closed:
    """Freeze the period as known at `known_at` and propose it; open breaches; write the notices.

    `now` decides whether it is due. Closing twice is once: a second close at the same time waits for the
    first, and an import for the close. Raises `Refused` where the period is not one of the contract's, or
    not due yet.
    """
    bulk.alone(session, contract.id)
    agreement = latest(session, contract)
    _refuse_foreign(agreement, period)
    known = _closed(session, contract, period)
    if known is not None:
        return Closed(known, outcome_of(known.evaluation), [], is_new=False)
    _refuse_early(agreement, period, now)
    outcome = measured(session, contract, period, as_known_at=known_at, now=now)
    outcome = replace(outcome, state="proposed")
    row = Period(
        contract_id=contract.id,
        start_on=period.start,
        end_on=period.end,
        evaluation=keep(session, contract, outcome),
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    opened = breaches.detect(session, row, outcome, now)
    wanted = [_acceptance(contract, agreement, period, now), report_work.draft(contract, period, now)]
    work.put(session, wanted, now)
    notices.write(
        session,
        contract.id,
        event=("period_proposed", f"{contract.key}/{period}"),
        document={
            "contract": contract.key,
            "period": str(period),
            "verdicts": {each.kpi.key: str(each.verdict) for each in outcome.kpis},
        },
        now=now,
    )
    return Closed(row, outcome, opened, is_new=True)


def due(session: Session, contract: Contract, now: datetime) -> Iterator[CalendarPeriod]:
    """The contract's periods that may be closed at `now` and are not, oldest first."""
    agreement = latest(session, contract)
    zone = ZoneInfo(agreement.contract.timezone)
    closed = set(session.scalars(select(Period.start_on).where(Period.contract_id == contract.id)))
    for period in _periods(session, contract, now):
        if period.start not in closed and due_at(period, agreement.contract.close_after_days, zone) <= now:
            yield period


def running(session: Session, contract: Contract, now: datetime) -> list[CalendarPeriod]:
    """The contract's periods that have begun at `now` and are not closed, oldest first."""
    closed = set(session.scalars(select(Period.start_on).where(Period.contract_id == contract.id)))
    return [each for each in _periods(session, contract, now) if each.start not in closed]


def current(session: Session, contract: Contract, now: datetime) -> CalendarPeriod:
    """The calendar period of the contract's kind that holds today, there."""
    agreement = latest(session, contract)
    return period_of(local_day(now, ZoneInfo(agreement.contract.timezone)), agreement.contract.period)


def _periods(session: Session, contract: Contract, now: datetime) -> Iterator[CalendarPeriod]:
    """The contract's periods that have begun, from the first in which an agreement holds."""
    agreed = latest(session, contract).contract
    today = local_day(now, ZoneInfo(agreed.timezone))
    first = began_on(session, contract)
    for period in periods_from(first, period_of(today, agreed.period).end, agreed.period):
        if agreed.ends_on is None or period.start <= agreed.ends_on:
            yield period


def latest(session: Session, contract: Contract) -> Agreement:
    """The contract's newest agreement: by it its periods are counted and closed."""
    return agreement_of(versions(session, contract)[-1])


def _acceptance(contract: Contract, agreement: Agreement, period: CalendarPeriod, now: datetime) -> Wanted:
    """To make it final on the day on which silence accepts it."""
    agreed = agreement.contract
    zone = ZoneInfo(agreed.timezone)
    day = silence_accepts_on(local_day(now, zone), agreed.respond_within_days)
    document = {"period": str(period)}
    return Wanted(Kind.ACCEPT, f"{contract.key}/{period}", starts_at(day, zone), contract.id, document)


def _closed(session: Session, contract: Contract, period: CalendarPeriod) -> Period | None:
    return session.scalar(
        select(Period).where(Period.contract_id == contract.id, Period.start_on == period.start)
    )


def _refuse_foreign(agreement: Agreement, period: CalendarPeriod) -> None:
    contract = agreement.contract
    if period.kind != contract.period:
        raise Refused(f"{contract.key} is closed by {contract.period}; {period} is a {period.kind}")
    if period.end <= contract.starts_on or (contract.ends_on and period.start > contract.ends_on):
        until = contract.ends_on or "further notice"
        raise Refused(f"{period} lies outside the contract, which runs from {contract.starts_on} to {until}")


def _refuse_early(agreement: Agreement, period: CalendarPeriod, now: datetime) -> None:
    contract = agreement.contract
    zone = ZoneInfo(contract.timezone)
    due_from = due_at(period, contract.close_after_days, zone)
    if now < due_from:
        local = due_from.astimezone(zone)
        raise Refused(
            f"{period} can't be closed yet: it ends with {period.last_day} and stays open for"
            f" {contract.close_after_days} days more, until {local:%Y-%m-%d %H:%M} in {zone.key}"
        )
