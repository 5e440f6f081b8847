"""Digests: when one is due, and what stands first in it."""

from datetime import datetime, timedelta

from xla.core.notice import Digest, Event
from xla.core.quiet import Clock, hour_at, quiet_end

HOUR = 7
MONDAY = 0
DAY = timedelta(days=1)
WORST_FIRST = (
    Event.BREACH_ESCALATED,
    Event.BREACH_OVERDUE,
    Event.BREACH_OPENED,
    Event.EARLY_WARNING,
    Event.PERIOD_DISPUTED,
    Event.POOR_RATING,
    Event.BREACH_REMINDER,
    Event.PERIOD_PROPOSED,
    Event.IMPORT_FAILED,
    Event.KIOSK_SILENT,
    Event.POINT_SILENT,
    Event.EARLY_WATCH,
    Event.BREACH_ACKNOWLEDGED,
    Event.PERIOD_ACCEPTED,
    Event.PERIOD_FINAL,
    Event.REPORT_ISSUED,
    Event.BREACH_CLOSED,
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


def place(event: Event) -> int:
    """Where an event stands in a digest, 0 first."""
    return WORST_FIRST.index(event)
