"""Hooking: one notice is sent to one webhook, again and again until it is taken or given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xla import database
from xla.core.work import LONGEST_WAIT, wait_after
from xla.jobs.task import Failed, Hopeless, Task
from xla.outside.webhooks import Answer, post
from xla.services import hook_deliveries

BUSY = {429, 503}
"""Answers whose Retry-After is heeded (RFC 6585, RFC 9110)."""
NEVER = {"url", "address"}
"""Problems no other attempt does better with: no https address, or one of a private network."""


def send(task: Task) -> Sequence[str]:
    """Send the message of a telling, and log the attempt.

    It is over where the receiver takes it and where the webhook is off; else the item fails, and work's rules
    say when the next attempt is, not before the receiver asks for one.
    """
    telling_id = task.item.document["telling"]
    with database.reading(task.engine) as session:
        due = hook_deliveries.due(session, telling_id, base_url=task.means.settings.base_url)
    if due is None:
        return _dropped(task, telling_id)
    answer = post(due.url, due.secret, due.message, now=task.now)
    if answer.is_taken:
        with task.finishing() as session:
            hook_deliveries.note(session, due.webhook_id, due.message, answer, task.now)
        return [f"{due.name} is told of {due.message.event}."]
    is_hopeless = answer.problem in NEVER
    is_last = is_hopeless or task.is_last
    with database.transaction(task.engine) as session:
        is_off = hook_deliveries.fail(session, due, answer, task.now, is_last=is_last)
    if is_off:
        return [*_dropped(task, telling_id), f"{due.name} is switched off."]
    why = f"{due.name}: {hook_deliveries.problem_of(answer)}"
    if is_hopeless:
        raise Hopeless(why)
    raise Failed(why, _not_before(task, answer))


def _dropped(task: Task, telling_id: int) -> Sequence[str]:
    with task.finishing() as session:
        hook_deliveries.drop(session, telling_id, task.now)
    return []


def _not_before(task: Task, answer: Answer) -> datetime | None:
    """When the receiver may be asked again, within reason; not all that were told the same at once."""
    if answer.status not in BUSY or answer.retry_after is None:
        return None
    pause: timedelta = min(answer.retry_after, LONGEST_WAIT)
    return task.now + pause + wait_after(task.item.kind, task.item.key, 1)
