"""Reminding: a breach that waits for somebody is looked at again on its mornings."""

from collections.abc import Sequence

from xla.jobs.task import Task
from xla.models import Contract
from xla.services import breach_reminders


def remind(task: Task) -> Sequence[str]:
    """Tell of what a breach waits for, unless it was done or changed meanwhile."""
    with task.finishing() as session:
        contract = session.get_one(Contract, task.contract_id)
        return breach_reminders.remind(session, contract, task.item.document, task.now)
