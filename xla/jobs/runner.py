"""The runner: does due work in threads of this process, until it is stopped. A loop a queue looks for it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore, Thread

from xla import clock, database
from xla.core import lane
from xla.core.work import Queue
from xla.jobs.clocks import is_apart
from xla.jobs.hands import Hand, Hands
from xla.jobs.task import Means
from xla.jobs.working import do
from xla.services import work
from xla.services.work import Taken
from xla.settings import Settings

PAUSE = 1.0
"""Seconds between two looks at an empty queue."""
SENDERS = 8
log = logging.getLogger(__name__)


def places(queue: Queue, settings: Settings) -> int:
    """How many items of a queue are done at once: an SQLite file has one writer, senders wait for others."""
    return {Queue.CLOSE: 1, Queue.NOTIFY: SENDERS, Queue.RENDER: settings.renderers}[queue]


class Runner:
    """The loops that work."""

    def __init__(self, means: Means, say: Callable[[str], None] = log.info) -> None:
        self.hands = Hands(means.engine)
        """What is in hand."""
        self._stopping = Event()
        loops = [_Loop(queue, means, self.hands, say) for queue in Queue]
        self._threads = [Thread(target=loop.run, args=[self._stopping], daemon=True) for loop in loops]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, within: float) -> bool:
        """Begin nothing more; whether what is begun ended within so many seconds."""
        self._stopping.set()
        ends_at = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(ends_at - time.monotonic(), 0))
        while self.hands.items and time.monotonic() < ends_at:
            time.sleep(0.02)
        return not self.hands.items


class _Loop:
    """One queue: looks for what is due, and hands it to a thread of its own that is free."""

    def __init__(self, queue: Queue, means: Means, hands: Hands, say: Callable[[str], None]) -> None:
        self.queue = queue
        self._means, self._hands, self._say = means, hands, say
        self._places = places(queue, means.settings)
        self._free = Semaphore(self._places)
        self._pool = ThreadPoolExecutor(self._places, thread_name_prefix=queue)
        self._ended = Event()

    def run(self, stopping: Event) -> None:
        """Until it is stopped: after an item ended it looks at once, else every second."""
        while not stopping.is_set():
            if not self._free.acquire(timeout=PAUSE):
                continue
            self._ended.clear()
            item = self._next()
            if item:
                self._pool.submit(self._do, self._hands.begin(item))
            else:
                self._free.release()
                self._ended.wait(PAUSE)
        self._pool.shutdown(wait=False)

    def _next(self) -> Taken | None:
        """Take what is due longest. A look at an idle queue writes nothing."""
        try:
            now = clock.now()
            with database.reading(self._means.engine) as session:
                if not work.is_due(session, [self.queue], now):
                    return None
            if is_apart(self._means.engine, now):  # what is made final by a wrong clock can't be taken back
                return None
            full = lane.full([each.lane for each in self._hands.items], self._places)
            with database.transaction(self._means.engine) as session:
                return work.take(session, [self.queue], now, full=full)
        except Exception:
            log.exception("The queue %s can't be worked on; it is tried again.", self.queue)
            return None

    def _do(self, hand: Hand) -> None:
        try:
            for sentence in do(self._means, hand.item, clock.now()).said:
                self._say(sentence)
        except Exception:
            log.exception("How %s %s went can't be written down.", hand.item.kind, hand.item.key)
        finally:
            self._hands.end(hand)
            self._free.release()
            self._ended.set()
