"""Flags: why a response looks unusual. It is stored and counts all the same; people are told how many."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Flag(StrEnum):
    """One reason to look twice."""

    BURST = "burst"
    """More than the usual number from one device within minutes."""
    DEVICE = "device"
    """More than the usual number from one device within a day."""
    STAFF = "staff"
    """From a network of the contract's own staff."""
    CLOCK = "clock"
    """From a device whose clock cannot be right; felt when it was received, as far as we know."""


class Stretch(NamedTuple):
    """How long is looked at, and whose ratings are counted: one device's, or those of its whole network."""

    minutes: int
    whose: str


class Usual(NamedTuple):
    """What nobody wonders at from one device at one rating point; what is more gets the flag."""

    apart: int
    """So many more than all other devices of its network together."""
    most: int
    """So many in all, however many the others are."""
    flag: Flag


DEVICE_SHORT = Stretch(10, "device")
DEVICE_DAY = Stretch(1440, "device")
NETWORK_SHORT = Stretch(10, "network")
NETWORK_DAY = Stretch(1440, "network")
AROUND: Mapping[Stretch, Stretch] = {DEVICE_SHORT: NETWORK_SHORT, DEVICE_DAY: NETWORK_DAY}
"""A device's stretch -> its whole network's."""

USUAL: Mapping[Stretch, Usual] = {
    DEVICE_SHORT: Usual(3, 150, Flag.BURST),
    DEVICE_DAY: Usual(12, 150, Flag.DEVICE),
}
"""Telephones of one kind behind one address look like one device, and there are only a few kinds: of 60
people at lunch two dozen look alike. But the most usual kind is fewer than all the others together, so a
device is only wondered at for what it gave beyond them. In an office of 400 some 140 look alike; more than
150 nobody believes. Simulated with kinds of 35, 25, 10, … in 100: of an office's ratings one in a hundred
is flagged, from 20 over lunch to 400 in ten minutes; of thirty that one person gives in six minutes, nine in
ten.
"""
MOST: Mapping[Stretch, int] = {NETWORK_SHORT: 1_000}
"""Ratings at one rating point beyond which no more are taken: a whole office has fewer in ten minutes."""


def flags(counts: Mapping[Stretch, int]) -> list[Flag]:
    """What is unusual about a rating with which each stretch has come to so many.

    Of a network that is not counted the device is all there is.
    """
    found = []
    for stretch, usual in USUAL.items():
        n = counts.get(stretch, 0)
        others = max(counts.get(AROUND[stretch], n) - n, 0)
        if n - others > usual.apart or n > usual.most:
            found.append(usual.flag)
    return found


def is_too_many(counts: Mapping[Stretch, int]) -> bool:
    """Whether no more are taken."""
    return any(counts.get(stretch, 0) > most for stretch, most in MOST.items())


def written(found: Iterable[Flag]) -> str | None:
    """As a response keeps them: ';' between, None for none."""
    return ";".join(sorted(found)) or None
