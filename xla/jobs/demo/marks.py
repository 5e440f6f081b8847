"""Marks: a few ratings of the demo look unusual, one busy afternoon at the office's QR codes."""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from xla.core.flag import Flag
from xla.models import Contract, Response, StaffNetwork

CONTRACT = "office-park"
CHANNEL = "qr"
MONTHS = 3
BURST = 4
"""Ratings of one device beyond what is usual, one afternoon a month."""
STAFF_EACH = 97
"""One response in so many is from the network of the provider's own staff."""
NETWORK = "198.51.100.0/24"
NOTE = "Nordfasts kontor, hus B"


def add_missing(session: Session) -> None:
    """Mark them, where the staff's network is not marked yet."""
    contract = session.scalars(select(Contract).where(Contract.key == CONTRACT)).one()
    if session.get(StaffNetwork, (contract.id, NETWORK)):
        return
    session.add(StaffNetwork(contract_id=contract.id, network=NETWORK, note=NOTE))
    here = (Response.contract_id == contract.id, Response.channel == CHANNEL)
    session.execute(update(Response).where(*here, Response.id % STAFF_EACH == 0).values(flags=Flag.STAFF))
    for day, point in _busiest(session, contract.id):
        last = (
            select(Response.id)
            .where(*here, Response.rated_on == day, Response.point_id == point)
            .order_by(Response.id.desc())
            .limit(BURST)
        )
        session.execute(update(Response).where(Response.id.in_(last)).values(flags=Flag.BURST))


def _busiest(session: Session, contract_id: int) -> list[tuple[date, int]]:
    """Of each of the latest months the day and rating point with the most responses."""
    rows = session.execute(
        select(Response.rated_on, Response.point_id)
        .where(Response.contract_id == contract_id, Response.channel == CHANNEL)
        .group_by(Response.rated_on, Response.point_id)
        .order_by(func.count(), Response.rated_on, Response.point_id)
    )
    busiest = {(day.year, day.month): (day, point) for day, point in rows}
    return [busiest[month] for month in sorted(busiest)[-MONTHS:]]
