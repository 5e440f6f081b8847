"""The process that works, with work that harms it: what an item's key says is what happens to who does it."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import repeat

from xla.core.work import RULES, Kind, Rule
from xla.documents import press
from xla.documents.paper import Paper
from xla.jobs import embedded
from xla.jobs.kinds import HANDLERS
from xla.jobs.task import Task

SOON = timedelta(seconds=0.1)
PAPER = Paper("<p>paper", (), (), "2026-03-01T00:00:00+00:00")


def raises(_task: Task) -> None:
    raise ValueError("it can't be")


def loops(_task: Task) -> None:
    for _ in repeat(None):
        pass


def eats(_task: Task) -> None:
    raise AssertionError(len(bytearray(3 << 30)))


def kills(_task: Task) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prints(task: Task) -> None:
    assert task.means.press
    task.means.press.print(PAPER)


def nothing(_task: Task) -> None:
    """It is an ordinary item."""


WHAT: dict[str, Callable[[Task], None]] = {
    each.__name__: each for each in (raises, loops, eats, kills, prints, nothing)
}


def harm(task: Task) -> Sequence[str]:
    """Do what the key says, and end well if that lets it."""
    WHAT[task.item.key.partition("/")[0]](task)
    with task.finishing():
        return []


if __name__ == "__main__":
    for kind, attempts in ((Kind.REMIND, 2), (Kind.SEAL, 1), (Kind.RENDER, 2)):
        HANDLERS[kind] = harm  # type: ignore[index]  # a mapping nobody else changes
        RULES[kind] = Rule(RULES[kind].queue, timedelta(seconds=1), attempts, SOON)  # type: ignore[index]  # as above
    press.WORKER = ("-c", "import os; os.kill(os.getpid(), 11)")
    embedded.main()
