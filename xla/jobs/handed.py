"""Handed-over work: one item that a job names is done here, unless its lane is full."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from xla import clock, database
from xla.core import lane
from xla.core.work import Queue
from xla.jobs.clocks import is_apart
from xla.jobs.hands import Hand, Hands
from xla.jobs.task import Means
from xla.jobs.working import do
from xla.models import job
from xla.services import work

log = logging.getLogger(__name__)


class Handed:
    """What one process does of the handed-over work. Any thread may call `do`."""

    def __init__(self, means: Means, concurrency: Mapping[Queue, int], say: Callable[[str], None]) -> None:
        self.means = means
        self.concurrency = concurrency
        """How many items of each queue are done at once."""
        self.hands = Hands(means.engine)
        """What is in hand."""
        self._say = say
        self._turn = Lock()

    def do(self, queue: Queue, item_id: int, now: datetime) -> None:
        """Do the item, if it is due, nobody has it, and its lane has room.

        `now` may be what the database's clock said, when ours is a little behind it. Without room its job
        ends and it goes on waiting: who makes room in a lane gives the next one a job. By a clock that is not
        the database's nothing is done; the sweep asks again in a minute.
        """
        if is_apart(self.means.engine, clock.now()):
            return
        hand = self._take(queue, item_id, now)
        if hand is None:
            return
        try:
            # Never before the instant by which it was due: a close would find nothing to close, and be done.
            for sentence in do(self.means, hand.item, max(now, clock.now())).said:
                self._say(sentence)
        finally:
            self.hands.end(hand)
        if hand.item.lane:
            with database.transaction(self.means.engine) as session:
                job.give_next(session, queue, self._full(queue), clock.now())

    def _take(self, queue: Queue, item_id: int, now: datetime) -> Hand | None:
        with self._turn:  # so that no two see the same room in a lane
            full = self._full(queue)
            with database.transaction(self.means.engine) as session:
                item = work.take(session, [queue], now, item_id=item_id, full=full)
            return self.hands.begin(item) if item else None

    def _full(self, queue: Queue) -> list[str]:
        return lane.full([each.lane for each in self.hands.items], self.concurrency[queue])
