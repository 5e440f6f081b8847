"""Planning: writes down what is due. Any number of processes may; the same is wanted once."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from xla import database
from xla.jobs.clocks import refuse_apart
from xla.models import WorkItem
from xla.services import due, work
from xla.services.work import Wanted


def plan(engine: Engine, now: datetime) -> int:
    """Write down what is due at `now` and is not written yet; how much was new.

    Raises `ClockApart` where our clock and the database's disagree.
    """
    refuse_apart(engine, now)
    with database.reading(engine) as session:
        missing = _missing(session, [*due.daily(now), *due.hourly(session, now)])
    if not missing:
        return 0
    with database.transaction(engine) as session:
        return work.put(session, missing, now)


def _missing(session: Session, wanted: list[Wanted]) -> list[Wanted]:
    """What of it is not written down yet, so that most plans write nothing."""
    names = {each.kind for each in wanted}
    earliest = min(each.due_at for each in wanted)
    rows = session.execute(
        select(WorkItem.kind, WorkItem.key).where(WorkItem.kind.in_(names), WorkItem.wanted_at >= earliest)
    )
    known = {(kind, key) for kind, key in rows}
    return [each for each in wanted if (each.kind, each.key) not in known]
