"""Surroundings: what every page shows around it of the installation and of a person's contracts."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from xla.models import Breach, Contract, Installation, Period, Person, Standing
from xla.services.memberships import visible


class Surroundings(NamedTuple):
    """What the top bar, the navigation and the foot say."""

    installation: Installation | None
    """What the provider chose; None while nothing was."""
    contracts: int = 0
    """How many the person may see."""
    breaches: int = 0
    """Live ones."""
    periods: int = 0
    """Proposed and not final."""
    computed_at: datetime | None = None
    """When the newest of their standings was computed."""


def surroundings(session: Session, person: Person | None) -> Surroundings:
    """What a page has around it for that person, or for somebody who is not signed in. One query."""
    chosen = select(Installation).where(Installation.id == 1)
    if person is None:
        return Surroundings(session.scalar(chosen))
    contracts = select(func.count()).select_from(Contract).where(visible(person, Contract.id))
    breaches = (
        select(func.count())
        .select_from(Breach)
        .where(Breach.closed_at.is_(None), visible(person, Breach.contract_id))
    )
    periods = (
        select(func.count())
        .select_from(Period)
        .where(Period.final_at.is_(None), visible(person, Period.contract_id))
    )
    computed_at = select(func.max(Standing.computed_at)).where(visible(person, Standing.contract_id))
    counts = [each.scalar_subquery() for each in (contracts, breaches, periods, computed_at)]
    # There is one row, whether or not the installation's own is there yet.
    one = select(literal(1).label("one")).subquery()
    row = session.execute(
        select(Installation, *counts).select_from(one).outerjoin(Installation, Installation.id == 1)
    ).one()
    return Surroundings(*row)
