"""A rating point at Harbour house that collects, and taps on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import make
from xla.core.agreement import Agreement
from xla.models import Contract, Rating, RatingPoint, Response, Tally
from xla.services import places, taps
from xla.services.kept import Kept
from xla.services.places import Place
from xla.services.taps import Tap, Tapped

TOKEN = "ab3cd4ef"


def point(session: Session, contract: Contract, **given: Any) -> RatingPoint:
    """An open rating point at house A, unless told otherwise."""
    told = {"site_key": "a", "touchpoint_key": "", "token": TOKEN, "opened_at": make.NOW} | given
    row = RatingPoint(contract_id=contract.id, **told)
    session.add(row)
    session.flush()
    return row


def place(session: Session, terms: Agreement | None = None, now: datetime = make.NOW, **given: Any) -> Place:
    """That point, ready to be tapped on; makes the contract."""
    row = point(session, make.contract(session, terms), **given)
    found = places.by_token(session, str(row.token), Kept(), now)
    assert found is not None
    return found


def tap(session: Session, at: Place, key: str, score: int, now: datetime = make.NOW, **given: Any) -> Tapped:
    """Somebody taps on `clean`, unless told otherwise."""
    told: dict[str, Any] = {"question": "clean", "channel": "qr", "felt_at": now} | given
    return taps.tap(session, at, Tap(score=score, key=key, **told), Kept(), now)


def counted(session: Session) -> dict[int, int]:
    """Score -> how many the tallies count."""
    rows = session.execute(select(Tally.score, func.sum(Tally.n)).group_by(Tally.score))
    return {score: int(n) for score, n in rows}


def live(session: Session) -> list[tuple[str | None, int, int]]:
    """(key, question id, score) of every rating that counts."""
    rows = session.execute(
        select(Response.group_key, Rating.question_id, Rating.score)
        .join(Rating, Rating.response_id == Response.id)
        .where(Response.withdrawn_at.is_(None))
        .order_by(Response.id, Rating.question_id)
    )
    return [(key, question, score) for key, question, score in rows]
