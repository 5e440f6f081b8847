"""Tablets: the demo's kiosks, one that has just reported and one that has fallen silent."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo.plan import CONTRACTS
from xla.models import Contract, Kiosk, RatingPoint
from xla.services import kiosks, silence_notices
from xla.services.agreements import contract_of

CONTRACT = "office-park"
KIOSKS = (
    ("restaurant", "lunch", "Tray return", timedelta(0), 0),
    ("north-1", "restroom-visit", "Restrooms, north, floor 1", timedelta(hours=3), 12),
)
"""Site, touchpoint, name, unheard for how long, and ratings that wait on it."""
PAIRED_AGO = timedelta(days=40)


def add_missing(session: Session, now: datetime) -> int:
    """Set up the kiosks where the demo has none; how many. Their tablets' secrets are nobody's."""
    ours = select(RatingPoint.id).join(Contract).where(Contract.key.in_(CONTRACTS))
    if session.scalar(select(Kiosk.id).where(Kiosk.point_id.in_(ours)).limit(1)) is not None:
        return 0
    rows = session.scalars(select(RatingPoint).join(Contract).where(Contract.key == CONTRACT))
    points = {(point.site_key, point.touchpoint_key): point for point in rows}
    told = [each for each in KIOSKS if each[:2] in points]
    for site, touchpoint, name, unheard, waiting in told:
        kiosk = kiosks.add(session, points[site, touchpoint], name, None, now - PAIRED_AGO)
        kiosks.pair(session, kiosks.new_code(session, kiosk, now - PAIRED_AGO), now - PAIRED_AGO)
        session.refresh(kiosk)
        kiosks.note_alive(session, kiosk, waiting=waiting, refused=0, now=now - unheard)
    contract = contract_of(session, CONTRACT)
    silence_notices.kiosks(session, contract, kiosks.silent(session, contract, now), now)
    return len(told)
