"""Work: put what is to be done, take it, finish it. What is wanted twice is there once.

Who takes an item leases it for a while under a word of its own, and only who still has that word may finish
it: in the transaction of what the item is for, so that both happen or neither.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from xla.core.work import LONGEST_WAIT, RULES, Kind, Queue, wait_after
from xla.models import WorkItem, job

PER_STATEMENT = 500
LONGEST_ERROR = 2_000
APART = timedelta(minutes=5)
"""How far the clocks of two machines that work here may be apart."""
LONGEST_LEASE = max(rule.lease for rule in RULES.values())
KEPT = timedelta(days=30)
"""How long what is done stays to be looked at, where its key can't be wanted again."""
LIVE = text("work_item.state IN ('waiting', 'running')")
PARKED = text("work_item.state = 'parked'")
DONE = text("work_item.state = 'done'")
"""In the very words of the partial indexes: SQLite uses one only for a question that says what it says."""
PASSING = (Kind.EVALUATE, Kind.FORGET, Kind.DIGEST, Kind.TELL, Kind.SEND)
"""Kinds whose keys are not wanted again once they are done; the others stay for good."""


@dataclass(frozen=True)
class Wanted:
    """Something to do. The same kind and key again is the same thing."""

    kind: Kind
    key: str
    due_at: datetime
    contract_id: int | None = None
    document: Mapping[str, object] = field(default_factory=dict)
    lane: str = ""
    """Whom it waits for (`core/lane.py`), so that a slow host delays nobody else; '' for nobody outside."""


@dataclass(frozen=True)
class Taken:
    """An item somebody took, as plain values: it outlives the transaction it was taken in."""

    id: int
    kind: Kind
    key: str
    contract_id: int | None
    document: Mapping[str, Any]
    attempts: int
    """With this one."""
    lease: str
    lane: str = ""


class LeaseLost(Exception):
    """Whoever did the item took too long: another has begun it anew, and this attempt comes to nothing."""


@dataclass(frozen=True)
class Backlog:
    """What waits in one queue."""

    queue: Queue
    waiting: int
    """What could be done now."""
    late_since: datetime | None
    """Since when the oldest of it could have been done."""
    parked: int


def put(session: Session, wanted: Iterable[Wanted], now: datetime) -> int:
    """Write what is wanted into the transaction; what is there already stays as it is. How many are new."""
    rows = [_row(each, now) for each in wanted]
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    count = 0
    for first in range(0, len(rows), PER_STATEMENT):
        statement = insert(WorkItem).values(rows[first : first + PER_STATEMENT])
        statement = statement.on_conflict_do_nothing(index_elements=["kind", "key"])
        new = session.scalars(statement.returning(WorkItem.id)).all()
        job.hand_over(session, new)
        count += len(new)
    return count


def want(session: Session, wanted: Sequence[Wanted], now: datetime) -> None:
    """As `put`, of what is found to be still to do: what is done came to nothing then, and is begun anew."""
    put(session, wanted, now)
    for each in wanted:
        again = session.scalars(
            update(WorkItem)
            .where(WorkItem.kind == each.kind, WorkItem.key == each.key, WorkItem.state == "done")
            .values(state="waiting", attempts=0, due_at=each.due_at, wanted_at=each.due_at, done_at=None)
            .returning(WorkItem.id)
        ).all()
        job.hand_over(session, again)


def take(
    session: Session,
    queues: Collection[Queue],
    now: datetime,
    *,
    item_id: int | None = None,
    full: Collection[str] = (),
) -> Taken | None:
    """Lease the item that has been due longest; None where nothing is due. Others take others meanwhile.

    With `item_id`, that one, if it is due; nothing of the lanes that are `full`. An item whose lease ran out
    may be taken again; after its last attempt it is parked instead.
    """
    while True:
        asked = select(WorkItem).where(_is_due(now), WorkItem.queue.in_(queues), *_is_free(full))
        if item_id is not None:
            asked = asked.where(WorkItem.id == item_id)
        asked = asked.order_by(WorkItem.due_at, WorkItem.id).limit(1)
        item = session.scalar(asked.with_for_update(skip_locked=True))
        if item is None:
            return None
        rule = RULES[Kind(item.kind)]
        if item.attempts >= rule.attempts:
            _park(item, "whoever did it ended without a word, or took too long", now)
            session.flush()
            continue
        item.state, item.attempts = "running", item.attempts + 1
        item.lease, item.lease_until = token_hex(8), now + rule.lease
        session.flush()
        return _taken(item)


def finish(session: Session, taken: Taken, now: datetime) -> None:
    """It is done. Raises `LeaseLost`, so that the transaction comes to nothing, where it is another's now."""
    _settle(session, taken, {"state": "done", "done_at": now, "error": None, "lease": None})


def hold(session: Session, taken: Taken, now: datetime) -> None:
    """Lease it on, from now. Raises `LeaseLost`."""
    _settle(session, taken, {"lease_until": now + RULES[taken.kind].lease})


def fail(session: Session, taken: Taken, why: str, now: datetime, *, after: datetime | None = None) -> bool:
    """The attempt failed: another follows later, or it is parked after the last; says whether it is.

    With `after` the next one follows then at the earliest. Raises `LeaseLost`.
    """
    is_over = taken.attempts >= RULES[taken.kind].attempts
    values: dict[str, object] = {"error": why[:LONGEST_ERROR], "lease": None, "lease_until": None}
    if is_over:
        values |= {"state": "parked", "done_at": now}
    else:
        due_at = now + wait_after(taken.kind, taken.key, taken.attempts)
        values |= {"state": "waiting", "due_at": max(due_at, after or due_at)}
    _settle(session, taken, values)
    if not is_over:
        job.hand_over(session, [taken.id])
    return is_over


def give_back(session: Session, taken: Taken, until: datetime) -> None:
    """It can't be done before `until`, and that is nobody's failure. Raises `LeaseLost`."""
    attempts = taken.attempts - 1
    values = {"state": "waiting", "due_at": until, "attempts": attempts, "error": None, "lease": None}
    _settle(session, taken, values)
    job.hand_over(session, [taken.id])


def park(session: Session, taken: Taken, why: str, now: datetime) -> None:
    """No other attempt would do better. Raises `LeaseLost`."""
    _settle(session, taken, {"state": "parked", "error": why[:LONGEST_ERROR], "done_at": now, "lease": None})


def retry(session: Session, item_id: int, now: datetime) -> bool:
    """Begin a parked item anew, with all its attempts; False where it is not parked."""
    found = session.scalars(
        update(WorkItem)
        .where(WorkItem.id == item_id, WorkItem.state == "parked")
        .values(state="waiting", attempts=0, due_at=now, done_at=None)
        .returning(WorkItem.id)
    ).all()
    job.hand_over(session, found)
    return bool(found)


def end_leases(session: Session, item_ids: Collection[int], now: datetime) -> None:
    """Whoever does these is known to be dead: their leases end now, so that others may begin them."""
    session.execute(
        update(WorkItem)
        .where(WorkItem.id.in_(item_ids), WorkItem.state == "running", WorkItem.lease_until > now)
        .values(lease_until=now)
    )


def is_due(session: Session, queues: Collection[Queue], now: datetime) -> bool:
    """Whether anything could be taken; asking writes nothing."""
    asked = select(WorkItem.id).where(_is_due(now), WorkItem.queue.in_(queues)).limit(1)
    return session.scalar(asked) is not None


def backlog(session: Session, now: datetime) -> list[Backlog]:
    """What waits in each queue, in their order."""
    waiting = session.execute(
        select(WorkItem.queue, func.count(), func.min(WorkItem.wanted_at))
        .where(_is_due(now))
        .group_by(WorkItem.queue)
    )
    due = {queue: (count, late_since) for queue, count, late_since in waiting}
    rows = session.execute(select(WorkItem.queue, func.count()).where(PARKED).group_by(WorkItem.queue))
    parked_counts = {queue: count for queue, count in rows}  # noqa: C416  # a row is no pair to the type checker
    found = []
    for queue in Queue:
        count, late_since = due.get(queue, (0, None))
        found.append(Backlog(queue, count, late_since, parked_counts.get(queue, 0)))
    return found


def parked(session: Session, limit: int) -> Sequence[WorkItem]:
    """What is parked, the latest first; at most `limit`."""
    asked = select(WorkItem).where(PARKED).order_by(WorkItem.done_at.desc(), WorkItem.id)
    return session.scalars(asked.limit(limit)).all()


def forget(session: Session, now: datetime) -> None:
    """Delete what was done long ago and is not wanted again."""
    session.execute(delete(WorkItem).where(DONE, WorkItem.done_at < now - KEPT, WorkItem.kind.in_(PASSING)))


def _row(wanted: Wanted, now: datetime) -> dict[str, object]:
    return {
        "kind": wanted.kind,
        "key": wanted.key,
        "queue": RULES[wanted.kind].queue,
        "contract_id": wanted.contract_id,
        "document": json.dumps(wanted.document, ensure_ascii=False, sort_keys=True),
        "lane": wanted.lane,
        "state": "waiting",
        "attempts": 0,
        "created_at": now,
        "due_at": wanted.due_at,
        "wanted_at": wanted.due_at,
    }


def _is_due(now: datetime) -> ColumnElement[bool]:
    waits, runs = WorkItem.state == "waiting", WorkItem.state == "running"
    return and_(
        LIVE,
        or_(
            and_(waits, WorkItem.due_at <= now),
            and_(runs, WorkItem.lease_until <= now),
            # Written while a clock ran ahead: a lease or a wait longer than any rule gives, or what was due
            # at once in a future that has not come.
            and_(runs, WorkItem.lease_until > now + LONGEST_LEASE + APART),
            and_(waits, WorkItem.error.is_not(None), WorkItem.due_at > now + LONGEST_WAIT + APART),
            and_(waits, WorkItem.due_at == WorkItem.created_at, WorkItem.created_at > now + APART),
        ),
    )


def _is_free(full: Collection[str]) -> list[ColumnElement[bool]]:
    """Not of these lanes, nor of any of a family that is among them."""
    families = [not_(WorkItem.lane.startswith(name)) for name in full if name.endswith("/")]
    return [*families, WorkItem.lane.not_in(full)] if full else []


def _taken(item: WorkItem) -> Taken:
    return Taken(
        item.id,
        Kind(item.kind),
        item.key,
        item.contract_id,
        json.loads(item.document),
        item.attempts,
        cast("str", item.lease),
        item.lane,
    )


def _settle(session: Session, taken: Taken, values: Mapping[str, object]) -> None:
    """Change the item if it is still whose word that is."""
    mine = (WorkItem.id == taken.id, WorkItem.state == "running", WorkItem.lease == taken.lease)
    changed = session.scalars(update(WorkItem).where(*mine).values(**values).returning(WorkItem.id)).all()
    if not changed:
        raise LeaseLost(f"{taken.kind} {taken.key} is another's now")


def _park(item: WorkItem, why: str, now: datetime) -> None:
    item.state, item.error, item.lease, item.done_at = "parked", why, None, now


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
