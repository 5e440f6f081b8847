"""Clocks: ours and the database's must agree before anything is decided by the time."""

from datetime import datetime

from sqlalchemy import Engine

from xla import database
from xla.services.agreements import Refused
from xla.services.work import APART


class ClockApart(Refused):
    """Two clocks tell too different times to act on either."""

    def __init__(self, ours: datetime, theirs: datetime) -> None:
        super().__init__(
            f"our clock says {ours:%Y-%m-%d %H:%M:%S} UTC, the database's {theirs:%Y-%m-%d %H:%M:%S}"
        )
        self.theirs = theirs


def refuse_apart(engine: Engine, now: datetime) -> None:
    """Raise `ClockApart` when our clock and the database's are over five minutes apart."""
    theirs = database.time_of(engine)
    if abs(theirs - now) > APART:
        raise ClockApart(now, theirs)


def is_apart(engine: Engine, now: datetime) -> bool:
    """Whether they are; SQLite has no other clock than ours."""
    return engine.dialect.name == "postgresql" and abs(database.time_of(engine) - now) > APART
