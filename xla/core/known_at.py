"""Known at: the instant a person names by a day, or by an instant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from xla.core.window import YEARS, local_day, starts_at

LAST = timedelta(microseconds=1)
"""Before a day begins: the last instant of the one before."""


def known_at(told: str, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day such as 2026-10-05 ends in `zone`, or that is told in ISO 8601.

    Raises ValueError where it is neither, or far away.
    """
    named = datetime.fromisoformat(told.strip())
    if named.year not in YEARS:
        raise ValueError(f"{told!r} is far away")
    if _is_day(told.strip()):
        return starts_at(named.date() + timedelta(days=1), zone) - LAST
    return (named if named.tzinfo else named.replace(tzinfo=zone)).astimezone(UTC)


def day_over(at: datetime, zone: ZoneInfo) -> datetime:
    """The last instant (UTC) of the newest local day in `zone` that is over at an instant."""
    return starts_at(local_day(at + LAST, zone), zone) - LAST


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
