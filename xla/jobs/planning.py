"""Planning: writes down what is due. Any number of processes may; the same is wanted once."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from xla import database
from xla.jobs.clocks import refuse_apart
from xla.models import WorkItem
from xla.services import digests, due, notices, seals, stamps, work
from xla.services.work import PER_STATEMENT, Wanted
from xla.settings import Settings


def plan(engine: Engine, settings: Settings, now: datetime) -> int:
    """Write down what is due at `now` and is not written yet; how much was new.

    Raises `ClockApart` where our clock and the database's disagree.
    """
    refuse_apart(engine, now)
    with database.reading(engine) as session:
        wanted = [
            *due.daily(now),
            *due.evaluations(session, settings.evaluate_every, now),
            *seals.due(session, now),
            *digests.due(session, now),
            *notices.untold(session),
            *stamps.due(session, settings.timestamp_url, now),
        ]
        missing = _missing(session, wanted)
    if not missing:
        return 0
    with database.transaction(engine) as session:
        return work.put(session, missing, now)


def _missing(session: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What of it is not written down yet, so that most plans write nothing."""
    known: set[tuple[str, str]] = set()
    for kind, some in groupby(sorted(wanted, key=lambda each: each.kind), key=lambda each: each.kind):
        keys = [each.key for each in some]
        for first in range(0, len(keys), PER_STATEMENT):
            # Key by key through the index: a kind has as many rows as there were hours and contracts.
            asked = select(WorkItem.key).where(
                WorkItem.kind == kind, WorkItem.key.in_(keys[first : first + PER_STATEMENT])
            )
            known |= {(kind, key) for key in session.scalars(asked)}
    return [each for each in wanted if (each.kind, each.key) not in known]
