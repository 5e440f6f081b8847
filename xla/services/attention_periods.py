"""Periods that need somebody: late to be proposed, to be answered, disputed, or final without a report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from xla.core.period_state import Decided, DecisionState, Fact, Step, decided, respond_by
from xla.core.role import Party
from xla.core.window import due_at, local_day, period_of
from xla.models import AgreementVersion, Decision, Evaluation, Period, Person, Report
from xla.services.memberships import visible
from xla.services.terms import Terms, terms_of

LATE = timedelta(hours=2)
"""The clock proposes what is due every hour; after two it is late."""
SHORTEST_DAYS = 28
SETTLED = (DecisionState.ACCEPTED, DecisionState.DEEMED)


class Need(StrEnum):
    """What a period needs."""

    PROPOSE = "propose"
    RESPOND = "respond"
    ANSWER = "answer"
    REPORT = "report"


@dataclass(frozen=True)
class PeriodTask:
    """One period that needs somebody."""

    terms: Terms
    version_id: int
    start: date
    end: date
    need: Need
    due_on: date | None
    """To respond by; to be proposed on; disputed since; final since."""
    days_left: int | None
    accepted: int = 0
    disputed: int = 0
    undecided: int = 0
    disputes: tuple[Fact, ...] = ()
    """Of `ANSWER`: the disputes without an answer, oldest first."""

    @property
    def period(self) -> str:
        """As written in addresses: 2018-05, 2018-Q2, 2018."""
        return str(period_of(self.start, self.terms.period))


@dataclass(frozen=True)
class Proposed:
    """What a person's proposed periods ask for."""

    tasks: list[PeriodTask]
    """By their days."""
    coming: list[date]
    """The days until which those that need nobody of this party wait for the other."""


def proposed(session: Session, person: Person, party: Party, now: datetime) -> Proposed:
    """The periods of the person's contracts that are not final; four queries at most."""
    rows = session.execute(_columns(person).where(Period.final_at.is_(None))).all()
    terms = terms_of(session, {row.version_id for row in rows})
    said = _said(session, person)
    tasks: list[PeriodTask] = []
    coming: list[date] = []
    for row in rows:
        here = terms[row.version_id]
        today = local_day(now, here.zone)
        if party == "provider" and row.id not in said:  # most: nobody said anything, so nothing is to answer
            waits_until = respond_by(local_day(row.proposed_at, here.zone), here.respond_within_days)
            coming.extend([waits_until] if today <= waits_until else [])
            continue
        stands = _stands(row, here, said.get(row.id, ()), now)
        if task := _asked(row, here, stands, party, today):
            tasks.append(task)
        elif any(each.state is DecisionState.UNDECIDED for each in stands.decisions):
            coming.append(stands.respond_by)
    return Proposed(sorted(tasks, key=lambda task: task.due_on or date.max), coming)


def late(session: Session, person: Person, now: datetime) -> list[PeriodTask]:
    """Contracts whose next period was due to be proposed and is not; three queries at most."""
    until = func.max(Period.end_on)
    closed = select(Period.contract_id, until.label("until")).group_by(Period.contract_id).subquery()
    rows = session.execute(
        select(
            func.max(AgreementVersion.id).label("version_id"),
            func.min(AgreementVersion.effective_from).label("agreed_from"),
            func.max(closed.c.until).label("until"),
        )
        .outerjoin(closed, closed.c.contract_id == AgreementVersion.contract_id)
        .where(visible(person, AgreementVersion.contract_id))
        .group_by(AgreementVersion.contract_id)
    ).all()
    over = [row for row in rows if _may_be_over(row, now)]
    terms = terms_of(session, {row.version_id for row in over})
    found = (_late(row, terms[row.version_id], now) for row in over)
    return sorted((task for task in found if task), key=lambda task: task.due_on or date.max)


def unreported(session: Session, person: Person, now: datetime) -> list[PeriodTask]:
    """The newest final period of each contract where it has no report; three queries at most."""
    newest = (
        select(Period.contract_id, func.max(Period.start_on).label("start_on"))
        .where(Period.final_at.is_not(None))
        .group_by(Period.contract_id)
        .subquery()
    )
    rows = session.execute(
        _columns(person)
        .join(newest, (newest.c.contract_id == Period.contract_id) & (newest.c.start_on == Period.start_on))
        .where(~select(Report.id).where(Report.period_id == Period.id).exists())
    ).all()
    terms = terms_of(session, {row.version_id for row in rows})
    tasks = [_to_report(row, terms[row.version_id], now) for row in rows]
    return sorted(tasks, key=lambda task: task.due_on or date.max)


def _columns(person: Person) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Period.id,
            Period.start_on,
            Period.end_on,
            Period.proposed_at,
            Period.final_at,
            Evaluation.version_id,
        )
        .join(Evaluation, Evaluation.id == Period.evaluation_id)
        .where(visible(person, Period.contract_id))
    )


def _said(session: Session, person: Person) -> Mapping[int, list[Row[*tuple[Any, ...]]]]:
    """What was said of the periods that are not final, as it was written, by the period."""
    rows = session.execute(
        select(Decision.period_id, Decision.kpi_key, Decision.kind, Decision.at, Person.name)
        .join(Period, Period.id == Decision.period_id)
        .outerjoin(Person, Person.id == Decision.person_id)
        .where(Period.final_at.is_(None), visible(person, Period.contract_id))
        .order_by(Decision.id)
    )
    said: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        said[row.period_id].append(row)
    return said


def _stands(
    row: Row[*tuple[Any, ...]], terms: Terms, said: Sequence[Row[*tuple[Any, ...]]], now: datetime
) -> Decided:
    facts = (
        Fact(each.kpi_key, Step(each.kind), local_day(each.at, terms.zone), each.name or "") for each in said
    )
    return decided(
        terms.kpi_keys,
        facts,
        proposed_on=local_day(row.proposed_at, terms.zone),
        respond_within_days=terms.respond_within_days,
        today=local_day(now, terms.zone),
    )


def _asked(
    row: Row[*tuple[Any, ...]], terms: Terms, stands: Decided, party: Party, today: date
) -> PeriodTask | None:
    """What the period asks of the party; None when nothing."""
    by_state = {state: [each for each in stands.decisions if each.state is state] for state in DecisionState}
    open_for = {
        "client": by_state[DecisionState.UNDECIDED] + by_state[DecisionState.ANSWERED],
        "provider": by_state[DecisionState.DISPUTED],
    }[party]
    if not open_for:
        return None
    disputes = tuple(each.facts[-1] for each in open_for) if party == "provider" else ()
    due_on = min(fact.on for fact in disputes) if disputes else stands.respond_by
    return PeriodTask(
        terms=terms,
        version_id=row.version_id,
        start=row.start_on,
        end=row.end_on,
        need=Need.ANSWER if disputes else Need.RESPOND,
        due_on=due_on,
        days_left=(due_on - today).days,
        accepted=sum(len(by_state[state]) for state in SETTLED),
        disputed=len(by_state[DecisionState.DISPUTED] + by_state[DecisionState.ANSWERED]),
        undecided=len(by_state[DecisionState.UNDECIDED]),
        disputes=disputes,
    )


def _may_be_over(row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Whether the next period can have ended at all: what spares most contracts a closer look."""
    next_day = row.until or row.agreed_from
    return bool(next_day + timedelta(days=SHORTEST_DAYS) <= now.date() + timedelta(days=1)) or not row.until


def _late(row: Row[*tuple[Any, ...]], terms: Terms, now: datetime) -> PeriodTask | None:
    period = period_of(row.until or max(terms.starts_on, row.agreed_from), terms.period)
    has_ended = terms.ends_on is not None and period.start > terms.ends_on
    due = due_at(period, terms.close_after_days, terms.zone)
    if has_ended or due + LATE > now:
        return None
    due_on = local_day(due, terms.zone)
    return PeriodTask(
        terms=terms,
        version_id=row.version_id,
        start=period.start,
        end=period.end,
        need=Need.PROPOSE,
        due_on=due_on,
        days_left=(due_on - local_day(now, terms.zone)).days,
    )


def _to_report(row: Row[*tuple[Any, ...]], terms: Terms, now: datetime) -> PeriodTask:
    final_on = local_day(row.final_at, terms.zone)
    return PeriodTask(
        terms=terms,
        version_id=row.version_id,
        start=row.start_on,
        end=row.end_on,
        need=Need.REPORT,
        due_on=final_on,
        days_left=(final_on - local_day(now, terms.zone)).days,
        accepted=len(terms.kpi_keys),
    )
