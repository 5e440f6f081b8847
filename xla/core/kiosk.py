"""A kiosk: what its tablet sends, when a rating was felt, which come too fast, and when it is silent."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from xla.core.flag import Flag

SILENT_AFTER = timedelta(minutes=30)
"""A tablet reports each minute; unheard for so long, it is off, offline or broken."""
OLDEST = timedelta(days=90)
"""What a tablet says it kept for longer comes from a clock that was wrong."""
QUICK = timedelta(seconds=1.5)
"""Nobody gives a rating, steps aside and lets the next one tap within it."""
ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
LONGEST_KEY = 64
MOST_REASONS = 6


@dataclass(frozen=True)
class Sent:
    """One rating as a tablet sends it; nothing in it is checked but its shape."""

    id: str
    """Made on the tablet, anew for each tap."""
    question: str
    score: int
    felt: int
    """When it was tapped, in milliseconds of the tablet's own clock."""
    reasons: tuple[str, ...] = ()


class Felt(NamedTuple):
    """When a rating was felt, as far as we know."""

    at: datetime
    flag: Flag | None
    """CLOCK where the tablet's clock cannot be right; it is then the instant of reception."""


def parsed(item: object) -> Sent | None:
    """One item of a batch, whatever JSON holds there; None where it has not the shape of a rating."""
    if not isinstance(item, dict):
        return None
    given, question, reasons = item.get("id"), item.get("question"), item.get("reasons", [])
    score, felt = item.get("score"), item.get("felt")
    if not (isinstance(given, str) and ID.fullmatch(given)):
        return None
    if not (isinstance(question, str) and len(question) <= LONGEST_KEY):
        return None
    if type(score) is not int or type(felt) is not int:
        return None
    if not _are_keys(reasons):
        return None
    return Sent(given, question, score, felt, tuple(reasons))


def felt(felt_ms: int, sent_ms: int, now: datetime) -> Felt:
    """When a rating was felt that was sent `now`: only how long it waited is the tablet's word."""
    age = sent_ms - felt_ms
    if not 0 <= age <= OLDEST // timedelta(milliseconds=1):
        return Felt(now, Flag.CLOCK)
    return Felt(now - timedelta(milliseconds=age), None)


def too_fast(before: Collection[datetime], given: Sequence[datetime]) -> list[bool]:
    """Which of the given ratings follow two others of the same kiosk faster than people can."""
    every = sorted([*before, *given])
    quick = {
        third
        for first, second, third in zip(every, every[1:], every[2:], strict=False)
        if second - first < QUICK and third - second < QUICK
    }
    return [at in quick for at in given]


def is_silent(paired_at: datetime, seen_at: datetime | None, now: datetime) -> bool:
    """Whether a paired kiosk has not reported for too long."""
    return now - (seen_at or paired_at) >= SILENT_AFTER


def _are_keys(reasons: object) -> bool:
    return (
        isinstance(reasons, list)
        and len(reasons) <= MOST_REASONS
        and all(isinstance(each, str) and len(each) <= LONGEST_KEY for each in reasons)
    )
