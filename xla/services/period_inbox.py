"""The inbox of periods: the closed ones a person may see, those not final first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.paging import place
from xla.core.period_state import Decided, DecisionState
from xla.core.verdict import Verdict
from xla.models import Client, Contract, Period, Person
from xla.services import decisions
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of
from xla.services.memberships import visible

PER_PAGE = 25
SETTLED = frozenset({DecisionState.ACCEPTED, DecisionState.DEEMED})


class Which(StrEnum):
    """The periods looked for."""

    WAITING = "waiting"
    """Not final yet."""
    FINAL = "final"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None narrows nothing. `page` counts from 1."""

    which: Which | None = None
    contract: str | None = None
    year: int | None = None
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """One closed period at a glance."""

    row: Period
    contract_key: str
    name: str
    """2026-03, 2026-Q1 or 2026."""
    agreement: Agreement
    decided: Decided
    verdicts: Mapping[Verdict, int]
    """How many KPIs have each."""

    @property
    def settled(self) -> int:
        """How many KPIs are accepted, or count as such."""
        return sum(each.state in SETTLED for each in self.decided.decisions)

    @property
    def disputed(self) -> int:
        """How many KPIs are disputed, answered or not."""
        return sum(
            each.state in {DecisionState.DISPUTED, DecisionState.ANSWERED} for each in self.decided.decisions
        )


@dataclass(frozen=True)
class Found:
    """One page of what was found, and what there is to choose from."""

    periods: Sequence[Listed]
    counts: Mapping[Which, int]
    """How many there are of each, whatever else is chosen."""
    page: int
    pages: int
    contracts: Mapping[str, str]
    """The contracts that have closed periods: key -> client."""


def find(session: Session, person: Person, wanted: Wanted, now: datetime) -> Found:
    """Those not final first, then the newest; always the same number of queries."""
    conditions = seen_periods(person, wanted.contract, wanted.year)
    is_final = Period.final_at.is_not(None)
    counted: Counter[Which] = Counter()
    for final, count in session.execute(
        select(is_final, func.count())
        .select_from(Period)
        .join(Contract, Contract.id == Period.contract_id)
        .where(*conditions)
        .group_by(is_final)
    ):
        counted[Which.FINAL if final else Which.WAITING] += count
    if wanted.which is not None:
        conditions.append(is_final if wanted.which is Which.FINAL else ~is_final)
    count = counted.total() if wanted.which is None else counted[wanted.which]
    page, pages, offset = place(count, wanted.page, PER_PAGE)
    rows = session.execute(
        select(Period, Contract.key)
        .join(Contract, Contract.id == Period.contract_id)
        .where(*conditions)
        .order_by(is_final, Period.start_on.desc(), Contract.key)
        .limit(PER_PAGE)
        .offset(offset)
    ).all()
    standings = decisions.standings(session, [row for row, _ in rows], now)
    return Found(
        periods=[_listed(row, key, standings[row.id].decided) for row, key in rows],
        counts=counted,
        page=page,
        pages=pages,
        contracts=_contracts(session, person),
    )


def _listed(row: Period, key: str, decided: Decided) -> Listed:
    return Listed(
        row=row,
        contract_key=key,
        name=str(decisions.name_of(row)),
        agreement=agreement_of(row.evaluation.version),
        decided=decided,
        verdicts=Counter(each.verdict for each in outcome_of(row.evaluation).kpis),
    )


def _contracts(session: Session, person: Person) -> dict[str, str]:
    found = session.execute(
        select(Contract.key, Client.name)
        .join(Client, Client.id == Contract.client_id)
        .where(visible(person, Contract.id), Contract.id.in_(select(Period.contract_id)))
        .order_by(Contract.key)
    )
    return {contract.key: contract.name for contract in found}


def seen_periods(person: Person, contract: str | None, year: int | None) -> list[ColumnElement[bool]]:
    """The conditions that a period, joined to its contract, is seen by the person, of that contract and year.

    None does not narrow.
    """
    conditions = [visible(person, Contract.id)]
    if contract is not None:
        # No key has a NUL or a space, and no database may be asked for a NUL.
        conditions.append(Contract.key == contract.replace("\0", " "))
    if year is not None:
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
        conditions.append((Period.start_on >= first) & (Period.start_on < after))
    return conditions
