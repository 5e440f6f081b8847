"""Clocks: ours and the database's must agree before anything is decided by the time."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from xla import database
from xla.services.agreements import Refused

MOST_APART = timedelta(minutes=5)


class ClockApart(Refused):
    """Two clocks tell too different times to act on either."""


def refuse_apart(engine: Engine, now: datetime) -> None:
    """Raise `ClockApart` when our clock and the database's are over five minutes apart."""
    theirs = database.time_of(engine)
    if abs(theirs - now) > MOST_APART:
        raise ClockApart(
            f"our clock says {now:%Y-%m-%d %H:%M:%S} UTC, the database's {theirs:%Y-%m-%d %H:%M:%S}"
        )
