"""Hands: what is being done here, held on to while it takes, and given up when it takes too long."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from xla import database
from xla.core.work import RULES
from xla.services import work
from xla.services.work import LeaseLost, Taken

LONGEST_LEASES = 5
"""An item may take so many leases: then it counts as failed, and the process that does it is replaced."""
HELD_EVERY_S = 15.0
LONGEST_UNHELD_S = 60.0
"""After so long without having written to the database, an item in hand is what keeps it locked."""
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Hand:
    """One item that is being done, and stopwatches of it (seconds of `time.monotonic`)."""

    item: Taken
    began: float = field(default_factory=time.monotonic)
    held: float = field(default_factory=time.monotonic)
    is_lost: bool = False


class Hands:
    """The items in hand in this process. Any thread may ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._hands: list[Hand] = []

    def begin(self, item: Taken) -> Hand:
        """The item is in hand from now on."""
        hand = Hand(item)
        with self._lock:
            self._hands.append(hand)
        return hand

    def end(self, hand: Hand) -> None:
        """It is no longer."""
        with self._lock:
            self._hands.remove(hand)

    @property
    def items(self) -> list[Taken]:
        """What is in hand."""
        return [hand.item for hand in self._now()]

    def stuck(self, now: datetime) -> Taken | None:
        """Hold on to all that is in hand; the first item that takes too long, whose failure is written down.

        Only another process can end it: a thread can't be stopped from outside.
        """
        for hand in self._now():
            rule = RULES[hand.item.kind]
            seconds = time.monotonic() - hand.began
            most = rule.lease.total_seconds() * LONGEST_LEASES
            if seconds > most:
                self._fail(hand, f"it took longer than {most:g} seconds and was stopped", now)
                return hand.item
            if not hand.is_lost and not self._is_held(hand, now):
                log.error("%s %s keeps the database locked.", hand.item.kind, hand.item.key)
                return hand.item
        return None

    def _now(self) -> list[Hand]:
        with self._lock:
            return list(self._hands)

    def _is_held(self, hand: Hand, now: datetime) -> bool:
        """Lease it on, where it is time to; False where that could not be done for too long."""
        lease = RULES[hand.item.kind].lease.total_seconds()
        if time.monotonic() - hand.held < min(HELD_EVERY_S, lease / 3):
            return True
        try:
            with database.transaction(self._engine) as session:
                work.hold(session, hand.item, now)
        except LeaseLost:
            hand.is_lost = True
        except SQLAlchemyError as error:
            log.warning("%s %s can't be held: %s", hand.item.kind, hand.item.key, error)
            return time.monotonic() - hand.held < LONGEST_UNHELD_S
        hand.held = time.monotonic()
        return True

    def _fail(self, hand: Hand, why: str, now: datetime) -> None:
        log.error("%s %s: %s.", hand.item.kind, hand.item.key, why)
        try:
            with database.transaction(self._engine) as session:
                work.fail(session, hand.item, why, now)
        except (LeaseLost, SQLAlchemyError) as error:
            log.warning("%s %s can't be written down as failed: %s", hand.item.kind, hand.item.key, error)
