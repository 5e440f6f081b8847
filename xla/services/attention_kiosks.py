"""What is asked about kiosks: those nothing was heard of, contract by contract."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.models import Kiosk, Person, RatingPoint
from xla.services.kiosks import HEARD_AT, is_quiet
from xla.services.memberships import visible
from xla.services.terms import Terms, latest_version, terms_of


@dataclass(frozen=True)
class KioskTask:
    """A contract's silent kiosks, the longest silent first."""

    terms: Terms
    version_id: int
    names: tuple[str, ...]
    waiting: int
    """Ratings on them that were not delivered when they were last heard of."""
    heard_at: datetime
    """When the first of them was last heard of."""


def silent(session: Session, person: Person, now: datetime) -> list[KioskTask]:
    """Of the person's contracts, the longest silent first; three queries at most."""
    rows = session.execute(
        select(Kiosk.name, Kiosk.waiting, HEARD_AT, latest_version(RatingPoint.contract_id))
        .join(RatingPoint, RatingPoint.id == Kiosk.point_id)
        .where(*is_quiet(now), visible(person, RatingPoint.contract_id))
        .order_by(HEARD_AT, Kiosk.id)
    )
    found: dict[int, list[tuple[str, int, datetime]]] = defaultdict(list)
    for name, waiting, heard_at, version_id in rows:
        found[version_id].append((name, waiting, heard_at))
    terms = terms_of(session, found.keys()) if found else {}
    return [
        KioskTask(
            terms[version_id],
            version_id,
            tuple(name for name, _, _ in kiosks),
            sum(waiting for _, waiting, _ in kiosks),
            kiosks[0][2],
        )
        for version_id, kiosks in found.items()
    ]
