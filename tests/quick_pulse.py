"""Workers and schedulers as `xla worker` and `xla scheduler` start them, but quick to be missed and to reap.

`python -m quick_pulse worker`, `scheduler`, or a worker that begins an item and does not end it: `stuck`, or
`impatient`, which gives it up soon.
"""

import logging
import os
import signal
import sys
import time
from datetime import timedelta
from threading import Event

from xla import clock, database
from xla.core.work import Kind, Queue
from xla.jobs import hands, reaping, workers, working
from xla.jobs.planning import plan
from xla.jobs.task import Means, Task
from xla.settings import Settings

EVERY_S = 0.3
log = logging.getLogger(__name__)
SILENCE = timedelta(seconds=1.5)
"""Of a worker that is dead."""


def tick(means: Means) -> None:
    """What a scheduler does every minute."""
    try:
        plan(means.engine, means.settings, clock.now())
        reaping.reap(means.engine, clock.now(), SILENCE)
        reaping.sweep(means.engine, clock.now())
    except Exception as problem:  # noqa: BLE001  # the next tick tries again, as in `xla.jobs.ticks`
        log.warning("no tick: %s", type(problem).__name__)


def never_ends(_task: Task) -> list[str]:
    """Somebody kills it."""
    time.sleep(600)
    return []


def main(role: str) -> None:
    """Go on until SIGTERM."""
    settings = Settings.from_env()
    means = Means(database.connect(settings.database, work=settings.engine), settings, None)
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_told: stopping.set())
    if role == "scheduler":
        while not stopping.wait(EVERY_S):
            tick(means)
        return
    if role in ("stuck", "impatient"):
        working.HANDLERS = dict.fromkeys(Kind, never_ends)
    if role == "impatient":
        hands.LONGEST_LEASES = 0.001
    workers.PULSE = workers.Pulse(timedelta(seconds=EVERY_S), SILENCE)
    os._exit(workers.work(means, workers.chosen([Queue.CLOSE], None), stopping, print))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main(sys.argv[1])
