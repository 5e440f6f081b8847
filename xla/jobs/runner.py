"""The embedded runner: does due work in threads of this process, one a queue, until it is stopped."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from xla import clock
from xla.core.work import Queue
from xla.jobs.task import Means
from xla.jobs.working import do_next

PAUSE = 1.0
"""Seconds between two looks at an empty queue."""
log = logging.getLogger(__name__)


class Runner:
    """The threads that work."""

    def __init__(self, means: Means, say: Callable[[str], None] = log.info) -> None:
        self._means = means
        self._say = say
        self._stopping = Event()
        self._threads = [Thread(target=self._work, args=[queue], daemon=True) for queue in Queue]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is begun, and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, queue: Queue) -> None:
        while not self._stopping.is_set():
            try:
                done = do_next(self._means, [queue], clock.now())
            except Exception:
                log.exception("The queue %s can't be worked on; it is tried again.", queue)
                done = None
            if done is None:
                self._stopping.wait(PAUSE)
            else:
                for sentence in done.said:
                    self._say(sentence)
