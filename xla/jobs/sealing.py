"""Sealing: days that are over are sealed, in order, once who was writing has done so."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from xla import database
from xla.jobs.task import Later, Task
from xla.models import Contract
from xla.services import reception, seals

AGAIN = timedelta(minutes=1)
log = logging.getLogger(__name__)


def seal(task: Task) -> Sequence[str]:
    """Seal the days up to the item's that are not sealed yet.

    A writer that began on one of those days has a contract's turn; each is waited for. The seals are computed
    from one view of the database, and written in the last transaction if nobody else wrote them meanwhile.
    """
    until = date.fromisoformat(task.item.key)
    with database.transaction(task.engine) as session:
        seals.make_secret(session)
        contracts = session.scalars(select(Contract.id).order_by(Contract.id)).all()
    for contract_id in contracts:
        with database.transaction(task.engine) as session:
            reception.alone(session, contract_id, task.now)
    with database.reading(task.engine) as session:
        found = seals.seal(session, until, task.now)
    if found and found[-1].day < until:
        with database.transaction(task.engine) as session:
            seals.keep(session, found)
        raise Later(task.now, "More days are to be sealed.")
    with task.finishing() as session:
        if not seals.keep(session, found):
            raise Later(task.now + AGAIN, "Another sealed a day meanwhile.")
    for each in found[-1:]:
        log.info("Sealed up to %s: %d leaves on that day.", each.day, each.leaf_count)
    return []
