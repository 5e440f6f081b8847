"""Credits: what the breaches of a contract's closed periods cost, from what was frozen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from xla.core.credit import Credits, contract_year, credits_of
from xla.core.window import Window
from xla.models import Contract, Period
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of

Used = defaultdict[date, dict[str, Decimal]]
"""By the first day of a contract year: the percent each KPI has cost in it."""


class PeriodCredits(NamedTuple):
    """One closed period, the contract year it belongs to, and what its breaches cost."""

    period: Period
    year: Window
    credits: Credits


def credits_of_period(session: Session, period: Period) -> Credits:
    """The credits of a closed period, under what is left of each cap in its contract year."""
    return credits_of_year(session, period)[-1].credits


def credits_of_year(session: Session, period: Period) -> list[PeriodCredits]:
    """The credits of a closed period's contract year in the order of closing, up to and with the period.

    The cap is used up in that order, so that what was once proposed stays: a period closed after a later one
    gets what that one left.
    """
    year = _year(period)
    closed = _closed(period.contract_id).where(Period.end_on > year.start, Period.id <= period.id)
    return [each for each in _in_turn(session.scalars(closed)) if each.year.start == year.start]


def credits_of_contract(session: Session, contract: Contract) -> list[PeriodCredits]:
    """The credits of all closed periods of a contract, in the order of closing."""
    return list(_in_turn(session.scalars(_closed(contract.id))))


def _closed(contract_id: int) -> Select[Period]:
    """A contract's closed periods in the order of closing; closes take turns, so their numbers tell it."""
    return select(Period).where(Period.contract_id == contract_id).order_by(Period.id)


def _in_turn(closed: Iterable[Period]) -> Iterator[PeriodCredits]:
    used: Used = defaultdict(dict)
    for period in closed:
        evaluation, year = period.evaluation, _year(period)
        terms = agreement_of(evaluation.version).contract
        found = credits_of(terms, outcome_of(evaluation).kpis, used[year.start])
        # A KPI that a version leaves out keeps what it used, should a later one take it up again.
        used[year.start] |= found.used
        yield PeriodCredits(period, year, found)


def _year(period: Period) -> Window:
    terms = agreement_of(period.evaluation.version).contract
    return contract_year(terms, Window(period.start_on, period.end_on))
