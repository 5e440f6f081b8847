"""Reaping: what a dead worker left is done by others, and what waits without a job is given one.

Any number of schedulers may do it at once: each takes what no other has in its hands.
"""

from datetime import datetime, timedelta

from procrastinate.sql import queries
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from xla import database
from xla.models import job
from xla.services import work

SILENCE = timedelta(seconds=30)
"""A worker that said nothing for so long is held to be dead; they say something every ten seconds."""
AT_ONCE = 1_000
_STALLED = queries["select_stalled_jobs_by_heartbeat"] + " FOR UPDATE OF job SKIP LOCKED"
_DELETE = text("SELECT procrastinate_finish_job_v1(:id, 'failed', true)")
_ELSEWHERE = text("""
SELECT (job.args->>'item_id')::bigint FROM procrastinate_jobs AS job
WHERE job.status = 'doing' AND (job.args->>'item_id')::bigint = ANY(:ids)
""")


def reap(engine: Engine, now: datetime, silence: timedelta = SILENCE) -> int:
    """End the jobs of workers that are dead, and the leases of their items; how many."""
    with database.transaction(engine) as session:
        rows = session.connection().exec_driver_sql(
            _STALLED,
            {"queue": None, "task_name": job.TASK, "seconds_since_heartbeat": silence.total_seconds()},
        )
        stalled = [(row.id, int(row.args["item_id"])) for row in rows]
        for job_id, _item_id in stalled:
            session.execute(_DELETE, {"id": job_id})
        _free(session, {item_id for _job_id, item_id in stalled}, now)
        return len(stalled)


def _free(session: Session, item_ids: set[int], now: datetime) -> None:
    """End the leases of items that died with their job; not of those a living worker has begun since."""
    if item_ids:
        elsewhere = set(session.scalars(_ELSEWHERE, {"ids": list(item_ids)}))
        work.end_leases(session, item_ids - elsewhere, now)


def sweep(engine: Engine, now: datetime) -> int:
    """Give a job to everything that waits, or outlived its lease, and has none; how many got one.

    So is taken over what was written down while the work was done embedded, and what a dead worker left.
    """
    count = 0
    while True:
        with database.transaction(engine) as session:
            given = job.give_missing(session, now, limit=AT_ONCE)
        count += given
        if given < AT_ONCE:
            return count
