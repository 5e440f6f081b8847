"""Credits: what the breaches of a contract's closed periods cost, from what was frozen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.credit import NOTHING, Credits, contract_year, credits_of
from xla.core.window import Window
from xla.models import Addendum, Contract, Evaluation, Period
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of


class PeriodCredits(NamedTuple):
    """One closed period, the contract year it belongs to, and what its breaches cost by one count of it."""

    period: Period
    year: Window
    credits: Credits
    number: int
    """Of the addendum that counted it anew; 0: as it was closed."""
    at: datetime
    """When that was told."""


class _Count(NamedTuple):
    """One count of a closed period: as it was closed, or by an addendum."""

    period: Period
    evaluation: Evaluation
    number: int
    at: datetime


def credits_of_period(session: Session, period: Period, addendum: int = 0) -> Credits:
    """The credits of a closed period as it was closed, or by an addendum, under what was left of each cap."""
    found = (each for each in _of_contract(session, period.contract_id) if each.period.id == period.id)
    return next(each.credits for each in found if each.number == addendum)


def credits_of_year(session: Session, period: Period) -> list[PeriodCredits]:
    """The credits of a closed period's contract year in the order of closing, up to and with the period.

    The cap is used up in that order, so that what was once proposed stays: a period closed after a later one
    gets what that one left. What an addendum changed counts for what is told after it, and the addendum gets
    what is left by then.
    """
    year = _year(period)
    return [
        each
        for each in _of_contract(session, period.contract_id)
        if each.year.start == year.start and each.period.id <= period.id and not each.number
    ]


def credits_of_contract(session: Session, contract: Contract) -> list[PeriodCredits]:
    """The credits of all closed periods of a contract, in the order of closing."""
    return [each for each in _of_contract(session, contract.id) if not each.number]


def used_by(session: Session, contract: Contract, year: Window, known_at: datetime) -> dict[str, Decimal]:
    """Percent per KPI that fell due in a contract year by what was told up to an instant."""
    newest = {
        each.period.id: each.credits
        for each in _of_contract(session, contract.id)
        if each.year.start == year.start and each.at <= known_at
    }
    return _sums(_due(found) for found in newest.values())


def _of_contract(session: Session, contract_id: int) -> Iterator[PeriodCredits]:
    """Every count of the closed periods, in the order in which they were told."""
    due: defaultdict[date, dict[int, dict[str, Decimal]]] = defaultdict(dict)
    for count in _counts(session, contract_id):
        year = _year(count.period)
        others = [told for key, told in due[year.start].items() if key != count.period.id]
        # A KPI that a version leaves out keeps what it used, should a later one take it up again.
        used = _sums(others)
        terms = agreement_of(count.evaluation.version).contract
        found = credits_of(terms, outcome_of(count.evaluation).kpis, used)
        due[year.start][count.period.id] = _due(found)
        yield PeriodCredits(count.period, year, found, count.number, count.at)


def _counts(session: Session, contract_id: int) -> list[_Count]:
    """Closes and addenda take turns, so the numbers of what they keep tell their order."""
    closed = session.scalars(select(Period).where(Period.contract_id == contract_id)).all()
    by_id = {each.id: each for each in closed}
    told = session.scalars(select(Addendum).join(Period).where(Period.contract_id == contract_id))
    counts = [_Count(each, each.evaluation, 0, each.proposed_at) for each in closed]
    counts += [_Count(by_id[each.period_id], each.evaluation, each.number, each.at) for each in told]
    return sorted(counts, key=lambda each: each.evaluation.id)


def _due(found: Credits) -> dict[str, Decimal]:
    return {line.kpi: line.percent_due for line in found.lines}


def _sums(told: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: NOTHING)
    for each in told:
        for kpi, percent in each.items():
            sums[kpi] += percent
    return dict(sums)


def _year(period: Period) -> Window:
    terms = agreement_of(period.evaluation.version).contract
    return contract_year(terms, Window(period.start_on, period.end_on))
