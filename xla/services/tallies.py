"""Tallies: how many times each score was given in a window, summed from the day's cells."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from xla.core.window import Window
from xla.models import Question, Rating, RatingPoint, Response, Tally


class Cell(NamedTuple):
    """Where and by whom a score was given."""

    question_id: int
    point_id: int
    persona: str
    score: int


class DayCell(NamedTuple):
    """A cell on one local day."""

    cell: Cell
    rated_on: date


def counted(session: Session, contract_id: int, window: Window) -> Counter[Cell]:
    """Every cell of the window; costs what cells there are, however many ratings stand behind them."""
    cell = (Tally.question_id, Tally.point_id, Tally.persona, Tally.score)
    rows = session.execute(
        select(*cell, func.sum(Tally.n))
        .join(Question, Question.id == Tally.question_id)
        .where(Question.contract_id == contract_id, *within(Tally.rated_on, window))
        .group_by(*cell)
    )
    return Counter(
        {Cell(question, point, persona, score): int(n) for question, point, persona, score, n in rows}
    )


def counted_by_day(
    session: Session, contract_id: int, window: Window, points: frozenset[int]
) -> Iterator[tuple[DayCell, int]]:
    """The cells of some rating points, day by day."""
    rows = session.execute(
        select(Tally.question_id, Tally.point_id, Tally.persona, Tally.score, Tally.rated_on, Tally.n)
        .join(Question, Question.id == Tally.question_id)
        .where(
            Question.contract_id == contract_id,
            Tally.point_id.in_(points),
            *within(Tally.rated_on, window),
        )
    )
    for question, point, persona, score, day, n in rows:
        yield DayCell(Cell(question, point, persona, score), day), n


def received_after(
    session: Session, contract_id: int, window: Window, instant: datetime
) -> Iterator[tuple[DayCell, int]]:
    """What was felt in the window but came in after `instant`, from the ratings themselves."""
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    yield from _raw(session, *here, Response.received_at > instant, Response.withdrawn_at.is_(None))


def withdrawn_after(
    session: Session, contract_id: int, window: Window, instant: datetime
) -> Iterator[tuple[DayCell, int]]:
    """What was felt in the window and known at `instant`, and was withdrawn since."""
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    yield from _raw(session, *here, Response.received_at <= instant, Response.withdrawn_at > instant)


def late_count(session: Session, contract_id: int, window: Window, after: datetime, until: datetime) -> int:
    """How many ratings felt in the window came in after one instant, up to another, and stood at that one."""
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    came = (Response.received_at > after, Response.received_at <= until)
    stood = or_(Response.withdrawn_at.is_(None), Response.withdrawn_at > until)
    return sum(n for _, n in _raw(session, *here, *came, stood))


def flagged(
    session: Session, contract_id: int, window: Window, *known: ColumnElement[bool]
) -> Iterator[tuple[DayCell, int]]:
    """What looks unusual of what is `known` of the window, from the ratings themselves."""
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    yield from _raw(session, *here, Response.flags.is_not(None), *known)


def _raw(session: Session, *which: ColumnElement[bool]) -> Iterator[tuple[DayCell, int]]:
    cell = (Rating.question_id, Response.point_id, Response.persona, Rating.score, Response.rated_on)
    rows = session.execute(
        select(*cell, func.count())
        .join(Rating, Rating.response_id == Response.id)
        .where(*which)
        .group_by(*cell)
    )
    for question, point, persona, score, day, n in rows:
        yield DayCell(Cell(question, point, persona, score), day), n


def points(session: Session, contract_id: int) -> dict[int, tuple[str, str]]:
    """A contract's rating points: id -> (site key, touchpoint key)."""
    rows = session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract_id))
    return {point.id: (point.site_key, point.touchpoint_key) for point in rows}


def within(
    day: InstrumentedAttribute[date], window: Window
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that a day lies in the window."""
    return day >= window.start, day < window.end
