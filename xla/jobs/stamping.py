"""Stamping: an issued report's time stamp is asked for until it is there; the report waits for nothing."""

from collections.abc import Sequence
from datetime import timedelta

from xla import database
from xla.documents import time_stamp
from xla.documents.time_stamp import NoStamp
from xla.jobs.task import Failed, Later, Task
from xla.outside.time_stamps import Unanswered, ask
from xla.services import stamps

UNSET_WAITS = timedelta(days=1)


def stamp(task: Task) -> Sequence[str]:
    """Ask the authority, check its answer, and keep the stamp, once.

    Who is ended between asking and keeping asks again: a stamp that is not kept is nobody's.
    """
    url = task.means.settings.timestamp_url
    if not url:
        raise Later(task.now + UNSET_WAITS, "no time-stamp server is set")
    report_id = int(task.item.document["report"])
    with database.reading(task.engine) as session:
        report = stamps.unstamped(session, report_id)
    if report is None:
        with task.finishing():
            return []
    query = time_stamp.query(report.sha256)
    try:
        found = time_stamp.answered(query, ask(url, query.der), task.now)
    except (NoStamp, Unanswered) as failed:
        raise Failed(f"{report.name} has no time stamp yet: {failed}") from failed
    with task.finishing() as session:
        stamps.keep(session, report_id, found, task.now)
    return [f"{report.name} is time-stamped by {found.authority}."]
