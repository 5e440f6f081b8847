"""A job: a work item handed to Procrastinate, in the transaction that wrote the item.

The item stays the truth: a job says no more than that the item may be due. A job that finds its item done,
or in other hands, ends; an item without a job is given one by the sweep.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

ENGINE = "xla_engine"
"""The execution option of an engine that says who works: `embedded`, or `procrastinate`."""
TASK = "xla.work_item"
"""Procrastinate's name for what a job does."""

# What has been due longest comes first, so that what died with its worker does not wait behind all others.
# Each statement has the item's row locked before it looks for jobs, so that nobody adds another meanwhile:
# `put` wrote it, `fail` and `give_back` changed it, the sweep locks it.
_HAND_OVER = text("""
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(item.queue, :task, -floor(extract(epoch FROM item.due_at) / 60), NULL, 'work-item-' || item.id,
    jsonb_build_object('item_id', item.id), item.due_at)::procrastinate_job_to_defer_v1
    ORDER BY item.due_at, item.id))
FROM work_item AS item
WHERE item.id = ANY(:ids) AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status = 'todo' AND job.queueing_lock = 'work-item-' || item.id)
""")
_WITHOUT = text("""
SELECT item.id
FROM work_item AS item
WHERE item.state IN ('waiting', 'running')
AND (item.state = 'waiting' OR item.lease_until <= :now)
AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status = 'todo' AND job.queueing_lock = 'work-item-' || item.id)
AND NOT (item.state = 'waiting' AND EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status = 'doing' AND job.queueing_lock = 'work-item-' || item.id))
ORDER BY item.due_at, item.id
LIMIT :limit
FOR UPDATE OF item SKIP LOCKED
""")
_NEXT = text("""
SELECT item.id
FROM work_item AS item
WHERE item.state IN ('waiting', 'running') AND item.state = 'waiting'  -- by the index of what is live
AND item.queue = :queue AND item.due_at <= :now
AND item.lane <> '' AND item.lane <> ALL(:full) AND split_part(item.lane, '/', 1) || '/' <> ALL(:full)
AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.queueing_lock = 'work-item-' || item.id)
ORDER BY item.due_at, item.id
LIMIT 1
FOR UPDATE OF item SKIP LOCKED
""")


def is_handed_over(session: Session) -> bool:
    """Whether Procrastinate's workers do the work of this database."""
    return bool(session.get_bind().get_execution_options().get(ENGINE) == "procrastinate")


def hand_over(session: Session, item_ids: Collection[int]) -> None:
    """Give each item a job at its due time, unless one waits; nothing where the work is done embedded.

    The session's transaction has written the items, or has them locked.
    """
    if item_ids and is_handed_over(session):
        session.execute(_HAND_OVER, {"task": TASK, "ids": list(item_ids)})


def give_missing(session: Session, now: datetime, *, limit: int) -> int:
    """Give a job to what waits, or outlived its lease, and has none; how many got one.

    At most `limit`. What another transaction has in its hands is left to it.
    """
    ids = session.scalars(_WITHOUT, {"now": now, "limit": limit}).all()
    hand_over(session, ids)
    return len(ids)


def give_next(session: Session, queue: str, full: Sequence[str], now: datetime) -> None:
    """There is room in a lane: a job for what is due longest without one, in any lane that is not `full`."""
    ids = session.scalars(_NEXT, {"queue": queue, "full": list(full), "now": now}).all()
    hand_over(session, ids)
