"""Withdrawals: responses that count no more, because their author changed them or their file was taken back.

Nothing is deleted: as known at an instant before, they still count.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from xla.models import Rating, Response, Tally, bulk
from xla.services import reception


def withdraw(session: Session, contract_id: int, which: ColumnElement[bool], now: datetime) -> int:
    """Take the contract's responses that `which` picks out of the count; how many ratings those were."""
    at = reception.alone(session, contract_id, now)
    counted = (Response.contract_id == contract_id, Response.withdrawn_at.is_(None), which)
    cell = (Rating.question_id, Response.rated_on, Response.point_id, Response.persona, Rating.score)
    cells = session.execute(
        select(*cell, func.count())
        .join(Response, Response.id == Rating.response_id)
        .where(*counted)
        .group_by(*cell)
    )
    rows = [
        (question, day.isoformat(), point, persona, score, n)
        for question, day, point, persona, score, n in cells
    ]
    bulk.take_away(session, bulk.table(Tally), rows)
    session.execute(update(Response).where(*counted).values(withdrawn_at=at))
    return sum(int(row[-1]) for row in rows)
