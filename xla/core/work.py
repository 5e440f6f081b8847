"""Work: the kinds of things that fall due, which queue does them, and how patient each is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256


class Queue(StrEnum):
    """Who does it: a close takes milliseconds, rendering seconds, and sending waits for others."""

    CLOSE = "close"
    NOTIFY = "notify"
    RENDER = "render"


class Kind(StrEnum):
    """What is to be done."""

    CLOSE = "close"
    """Close a period that has ended."""
    ACCEPT = "accept"
    """Make final what the client did not dispute in time."""
    EVALUATE = "evaluate"
    """Measure a contract's running periods."""
    REMIND = "remind"
    """Remind of a breach nobody works on, and of one that is overdue."""
    SEAL = "seal"
    """Seal what a day brought."""
    FORGET = "forget"
    """Delete what is over."""
    TELL = "tell"
    """Find out who is to be told of a notice."""
    SEND = "send"
    """Tell one recipient of one notice."""
    DIGEST = "digest"
    """Tell one person of all that waits for their digest."""
    RENDER = "render"
    """Make a report's PDF, and issue it."""
    DELIVER = "deliver"
    """Send a report to one address."""
    STAMP = "stamp"
    """Ask for a report's time stamp."""


@dataclass(frozen=True)
class Rule:
    """How a kind is worked on."""

    queue: Queue
    lease: timedelta
    """How long one attempt may take; who died is replaced afterwards."""
    attempts: int
    """After so many it is parked with its reason."""
    first_wait: timedelta = timedelta(seconds=30)
    """After the first failure; doubled after each other, to six hours at most."""


LONGEST_WAIT = timedelta(hours=6)
_DECIDES = Rule(Queue.CLOSE, timedelta(minutes=5), attempts=5)
_SENDS = Rule(Queue.NOTIFY, timedelta(minutes=2), attempts=26)
"""They reach over two days at least, and three usually: a mail server may be down for a weekend."""

RULES: Mapping[Kind, Rule] = {
    Kind.CLOSE: _DECIDES,
    Kind.ACCEPT: _DECIDES,
    Kind.EVALUATE: _DECIDES,
    Kind.REMIND: _DECIDES,
    Kind.SEAL: Rule(Queue.CLOSE, timedelta(minutes=30), attempts=5),
    Kind.FORGET: Rule(Queue.CLOSE, timedelta(minutes=30), attempts=5),
    Kind.TELL: Rule(Queue.NOTIFY, timedelta(minutes=2), attempts=5),
    Kind.SEND: _SENDS,
    Kind.DIGEST: _SENDS,
    Kind.RENDER: Rule(Queue.RENDER, timedelta(minutes=5), attempts=3),
    Kind.DELIVER: _SENDS,
    Kind.STAMP: _SENDS,
}


def wait_after(kind: Kind, key: str, attempts: int) -> timedelta:
    """How long an item rests after so many failed attempts (1 or more).

    Twice as long after each, between half and all of it: where exactly the item's name decides, so that
    what failed together is not tried again together.
    """
    rule = RULES[kind]
    factor: int = 2 ** min(attempts - 1, 20)
    whole = min(rule.first_wait * factor, LONGEST_WAIT)
    digits = sha256(f"{kind} {key} {attempts}".encode()).digest()
    return whole / 2 + whole * (digits[0] / 510)
