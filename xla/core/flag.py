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


DEVICE_SHORT = Stretch(10, "device")
DEVICE_DAY = Stretch(1440, "device")
NETWORK_SHORT = Stretch(10, "network")

USUAL: Mapping[Stretch, tuple[int, Flag]] = {DEVICE_SHORT: (3, Flag.BURST), DEVICE_DAY: (12, Flag.DEVICE)}
"""Ratings at one rating point that nobody wonders at; more are flagged."""
MOST: Mapping[Stretch, int] = {NETWORK_SHORT: 1_000, DEVICE_SHORT: 300}
"""Ratings at one rating point beyond which no more are taken: a whole office has fewer in ten minutes."""


def flags(counts: Mapping[Stretch, int]) -> list[Flag]:
    """What is unusual about a rating with which each stretch has come to so many."""
    return [flag for stretch, (usual, flag) in USUAL.items() if counts.get(stretch, 0) > usual]


def is_too_many(counts: Mapping[Stretch, int]) -> bool:
    """Whether no more are taken."""
    return any(counts.get(stretch, 0) > most for stretch, most in MOST.items())


def written(found: Iterable[Flag]) -> str | None:
    """As a response keeps them: ';' between, None for none."""
    return ";".join(sorted(found)) or None
