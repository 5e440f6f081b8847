"""Working: takes what is due, one item after another, and brings each to an end."""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError, OperationalError

from xla import clock, database
from xla.core.work import Queue
from xla.jobs.kinds import HANDLERS
from xla.jobs.planning import plan
from xla.jobs.task import Failed, Hopeless, Later, Means, Task
from xla.outside.mail import Undelivered
from xla.services import work
from xla.services.work import LeaseLost, Taken

EVERY_QUEUE = tuple(Queue)
DATABASE_WAITS = timedelta(minutes=1)
"""Until what a full disk or a lost connection broke off is tried again; it costs no attempt."""
log = logging.getLogger(__name__)


class Done(NamedTuple):
    """How one item went."""

    item: Taken
    said: Sequence[str]
    problem: str | None
    """Why it is not done; None where it is."""
    is_put_off: bool = False
    """Whether it waits, and nobody failed."""


def do_next(
    means: Means, queues: Collection[Queue], now: datetime, *, item_id: int | None = None
) -> Done | None:
    """Take the item due longest, or that one, and do it; None where nothing was due."""
    with database.transaction(means.engine) as session:
        item = work.take(session, queues, now, item_id=item_id)
    if item is None:
        return None
    return do(means, item, now)


def do(means: Means, item: Taken, now: datetime) -> Done:
    """Do an item that was taken. Whatever goes wrong is written down with it and goes no further."""
    try:
        said = HANDLERS[item.kind](Task(means, item, now))
    except LeaseLost as lost:
        log.warning("%s", lost)
        return Done(item, (), str(lost))
    except Later as later:
        why = str(later)
        settle: partial[Any] = partial(work.give_back, until=later.until)
    except Hopeless as hopeless:
        log.exception("%s %s is parked.", item.kind, item.key)
        why = str(hopeless)
        settle = partial(work.park, why=why, now=now)
    except Exception as error:  # noqa: BLE001 -- written down with it, and logged
        why, settle = _failure(item, error, now)
    else:
        return Done(item, said, None)
    try:
        with database.transaction(means.engine) as session:
            settle(session, item)
    except LeaseLost as lost:
        log.warning("%s", lost)
    return Done(item, (), why, is_put_off=settle.func is work.give_back)


def _failure(item: Taken, error: Exception, now: datetime) -> tuple[str, partial[Any]]:
    """Why an attempt failed, and what becomes of the item."""
    if isinstance(error, OperationalError) and database.is_passing(error):
        log.error("The database refused %s %s.", item.kind, item.key, exc_info=error)
        return f"the database refused: {database.said(error)}", partial(
            work.give_back, until=now + DATABASE_WAITS
        )
    if isinstance(error, Failed | Undelivered):
        log.warning("%s %s failed, attempt %d: %s", item.kind, item.key, item.attempts, error)
        after = error.not_before if isinstance(error, Failed) else None
        return str(error), partial(work.fail, why=str(error), after=after, now=now)
    log.error("%s %s failed, attempt %d.", item.kind, item.key, item.attempts, exc_info=error)
    # A database quotes the row it refuses, which may be somebody's.
    why = f"{type(error).__name__}: {database.said(error) if isinstance(error, DBAPIError) else error}"
    return why, partial(work.fail, why=why, after=None, now=now)


def work_through(means: Means, now: datetime | None = None) -> Iterator[Done]:
    """Plan, and do until nothing is due; with `now` at that instant, else by the clock as it goes on."""
    plan(means.engine, means.settings, now or clock.now())
    while done := do_next(means, EVERY_QUEUE, now or clock.now()):
        yield done
