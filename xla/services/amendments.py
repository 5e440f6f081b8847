"""Amendments: a response that is changed after its day keeps what it was committed to before."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from xla.core.ranges import ranges
from xla.core.seal import committing
from xla.models import Amendment, SealSecret
from xla.services.seal_responses import standing
from xla.services.seal_rows import Asked
from xla.services.seals import secret_of, starts

Told = tuple[int, datetime]
"""A response's id, and when it was received."""


def note(session: Session, contract_id: int, changing: Iterable[Told], now: datetime) -> None:
    """Call before responses of the contract are changed: those of earlier UTC days keep what they were.

    What is changed on its own day needs none: a day is sealed once it is over, and after who was writing. Nor
    is there anything to keep before a first day was sealed.
    """
    midnight = starts(now.astimezone(UTC).date())
    earlier = sorted({response_id for response_id, received_at in changing if received_at < midnight})
    if not earlier or session.get(SealSecret, 1) is None:
        return
    commit = committing(secret_of(session))
    for first, last in ranges(earlier):
        for row in standing(session, commit, Asked(first, last)):
            session.add(Amendment(response_id=row.id, contract_id=contract_id, at=now, was=row.data.hex()))
    session.flush()
