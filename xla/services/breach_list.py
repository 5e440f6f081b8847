"""The inbox: the breaches a person may see, the most urgent first, always with the same number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from xla.core.agreement import Contract as AgreedContract
from xla.core.breach import BreachState
from xla.core.outcome import Judged
from xla.core.paging import place
from xla.models import Breach, BreachStep, BreachWork, Contract, Evaluation, Period, Person
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of
from xla.services.memberships import visible
from xla.services.report_kpis import visible_judged

AT_ONCE = 25
"""Breaches on a page of the list."""
Shown = Literal["live", "open", "acknowledged", "action_planned", "verifying", "ended", "all"]


@dataclass(frozen=True)
class Wanted:
    """What is asked for; what is left out does not narrow."""

    state: Shown = "live"
    contract: str = ""
    owner_id: int | None = None
    mine: bool = False
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True)
class Line:
    """One breach of the list."""

    breach: Breach
    state: BreachState
    work: BreachWork | None
    owner: Person | None
    agreed: AgreedContract
    judged: Judged
    """As the close that opened it found the KPI."""
    is_overdue: bool

    @property
    def revision(self) -> int:
        """What a form about it carries."""
        return self.work.revision if self.work else 0


@dataclass(frozen=True)
class Inbox:
    """One page of the list, and what there is to choose from."""

    lines: Sequence[Line]
    found: int
    """Breaches that fit, on all pages."""
    page: int
    pages: int
    by_state: Mapping[str, int]
    """How many of everything the person may see are in each state, and `live`, `ended`, `all`, `overdue`."""
    contracts: Mapping[str, str]
    """Contracts with a breach: key -> title."""
    owners: Mapping[int, str]
    """Who owns one: id -> name."""


_LAST = (
    select(BreachStep.state)
    .where(BreachStep.breach_id == Breach.id)
    .order_by(BreachStep.id.desc())
    .limit(1)
    .correlate(Breach)
    .scalar_subquery()
)
_OWNER = aliased(Person)


def inbox(session: Session, person: Person, wanted: Wanted, today: date) -> Inbox:
    """What the person may see of what is wanted. Overdue is what is live and was due before `today`."""
    fits = and_(visible(person, Breach.contract_id), *_conditions(person, wanted, today))
    found = session.scalar(_joined(select(func.count())).where(fits)) or 0
    page, pages, offset = place(found, wanted.page, AT_ONCE)
    rows = session.execute(
        _joined(select(Breach, _LAST.label("state"), BreachWork, _OWNER))
        .where(fits)
        .order_by(*_urgent_first(today))
        .limit(AT_ONCE)
        .offset(offset)
    )
    return Inbox(
        [_line(*row, today=today) for row in rows],
        found,
        page,
        pages,
        _by_state(session, person, today),
        _contracts(session, person),
        _owners(session, person),
    )


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(Breach)
        .join(Contract, Contract.id == Breach.contract_id)
        .outerjoin(BreachWork, BreachWork.breach_id == Breach.id)
        .outerjoin(_OWNER, _OWNER.id == BreachWork.owner_id)
    )


def _conditions(person: Person, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "ended":
        found.append(Breach.closed_at.is_not(None))
    elif wanted.state == "live":
        found.append(Breach.closed_at.is_(None))
    elif wanted.state != "all":
        found.append(_LAST.in_([wanted.state]))
    if wanted.contract:
        found.append(Contract.key == wanted.contract)
    if wanted.owner_id is not None:
        found.append(BreachWork.owner_id == wanted.owner_id)
    if wanted.mine:
        found.append(BreachWork.owner_id == person.id)
    if wanted.overdue:
        found.append(_overdue(today))
    return found


def _urgent_first(today: date) -> list[ColumnElement[Any]]:
    """Live before ended; the overdue, the longest first; those nobody has seen; then by due date and age."""
    return [
        case((Breach.closed_at.is_(None), 0), else_=1),
        case((_overdue(today), 0), (_LAST == "open", 1), else_=2),
        case((BreachWork.due_on.is_(None), 1), else_=0),
        BreachWork.due_on.asc(),
        case((Breach.closed_at.is_(None), Breach.opened_at), else_=None).asc(),
        Breach.closed_at.desc(),
        Breach.id.desc(),
    ]


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(Breach.closed_at.is_(None), BreachWork.due_on < today)


def _line(breach: Breach, state: str, work: BreachWork | None, owner: Person | None, *, today: date) -> Line:
    evaluation = breach.period.evaluation
    return Line(
        breach,
        BreachState(state),
        work,
        owner,
        agreement_of(evaluation.version).contract,
        visible_judged(outcome_of(evaluation).kpi(breach.kpi_key)),
        is_overdue=breach.closed_at is None and bool(work and work.due_on and work.due_on < today),
    )


def _by_state(session: Session, person: Person, today: date) -> dict[str, int]:
    state = _LAST.label("state")
    each = _joined(select(state, _overdue(today).label("late")))
    inner = each.where(visible(person, Breach.contract_id)).subquery()
    overdue = func.sum(case((inner.c.late, 1), else_=0))
    rows = session.execute(select(inner.c.state, func.count(), overdue).group_by(inner.c.state)).all()
    found = {str(state): int(count) for state, count, _ in rows}
    ended = found.get("closed", 0) + found.get("accepted", 0)
    every = sum(found.values())
    late = sum(int(count) for _, _, count in rows)
    return {**found, "live": every - ended, "ended": ended, "all": every, "overdue": late}


def _contracts(session: Session, person: Person) -> dict[str, str]:
    """By the title of the newest of the versions that judged a breach."""
    rows = session.execute(
        select(Contract.key, Evaluation)
        .join(Period, Period.contract_id == Contract.id)
        .join(Evaluation, Evaluation.id == Period.evaluation_id)
        .where(
            visible(person, Contract.id),
            Period.id.in_(select(func.max(Breach.period_id)).group_by(Breach.contract_id)),
        )
    )
    titles = {key: agreement_of(evaluation.version).contract.title for key, evaluation in rows}
    return dict(sorted(titles.items(), key=lambda each: (each[1].casefold(), each[0])))


def _owners(session: Session, person: Person) -> dict[int, str]:
    rows = session.execute(
        select(Person.id, Person.name)
        .where(
            Person.id.in_(
                select(BreachWork.owner_id)
                .join(Breach, Breach.id == BreachWork.breach_id)
                .where(visible(person, Breach.contract_id), BreachWork.owner_id.is_not(None))
            )
        )
        .order_by(Person.name, Person.id)
    )
    return {row.id: row.name for row in rows}
