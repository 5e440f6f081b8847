"""Digests: when one is due, and what stands first in it."""

from datetime import datetime, timedelta

from xla.core.notice import Digest
from xla.core.quiet import Clock, hour_at, quiet_end

HOUR = 7
MONDAY = 0
DAY = timedelta(days=1)
WORST_FIRST = (
    "breach_escalated",
    "breach_overdue",
    "breach_opened",
    "early_warning",
    "period_disputed",
    "poor_rating",
    "breach_reminder",
    "period_proposed",
    "import_failed",
    "kiosk_silent",
    "point_silent",
    "early_watch",
    "breach_acknowledged",
    "period_accepted",
    "period_final",
    "report_issued",
    "breach_closed",
)
"""The order of a digest: what hurts, then what waits for somebody, then what is only good to know."""


def digest_at(clock: Clock, digest: Digest, now: datetime) -> datetime:
    """The last instant (UTC), up to `now`, at which a digest was due.

    Daily at seven, weekly on Monday at seven; where that is quiet, when the quiet hours end.
    """
    day = now.astimezone(clock.zone).date()
    while True:
        if digest == "daily" or day.weekday() == MONDAY:
            at = hour_at(clock.zone, day, HOUR)
            at = quiet_end(clock, at) or at
            if at <= now:
                return at
        day -= DAY


def place(event: str) -> int:
    """Where an event stands in a digest, 0 first; one without a place stands last."""
    return WORST_FIRST.index(event) if event in WORST_FIRST else len(WORST_FIRST)
