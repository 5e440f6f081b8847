"""Telling: who is told of a notice, and each of them told once."""

from collections.abc import Sequence

from xla import database
from xla.jobs import hooking, lettering
from xla.jobs.task import Task
from xla.models import Notice, Telling
from xla.services import tellings, work
from xla.services.installations import ensured


def tell(task: Task) -> Sequence[str]:
    """Write down who is told of the notice, and what is to be sent for it; a told one is told no more."""
    with task.finishing() as session:
        notice = session.get_one(Notice, task.item.document["notice"])
        if notice.sent_at is None:
            ensured(session, task.now)  # its secret signs the links of the letters
            new = tellings.fan_out(session, notice, task.now)
            work.put(session, tellings.sendings(session, new, task.now), task.now)
    return []


def send(task: Task) -> Sequence[str]:
    """Tell one recipient of one notice: a person by mail, an address by a message."""
    with database.reading(task.engine) as session:
        is_person = session.get_one(Telling, task.item.document["telling"]).person_id is not None
    return lettering.send(task) if is_person else hooking.send(task)
