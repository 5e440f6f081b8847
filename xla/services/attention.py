"""Attention: what of a person's contracts needs somebody now."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.models import Breach, Period, Person
from xla.services.memberships import visible


class Counts(NamedTuple):
    """What the navigation counts."""

    breaches: int
    """Live ones."""
    periods: int
    """Proposed and not final."""


def counts(session: Session, person: Person) -> Counts:
    """Of the contracts the person may see."""
    breaches = session.scalar(
        select(func.count())
        .select_from(Breach)
        .where(Breach.closed_at.is_(None), visible(person, Breach.contract_id))
    )
    periods = session.scalar(
        select(func.count())
        .select_from(Period)
        .where(Period.final_at.is_(None), visible(person, Period.contract_id))
    )
    return Counts(breaches or 0, periods or 0)
