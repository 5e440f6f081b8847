"""Pace: how many requests a key may make in a minute of one process."""

from datetime import datetime
from threading import Lock
from typing import cast

from flask import current_app

PACE = "xla.api.pace"
PER_MINUTE = 600
SECONDS = 60


class Pace:
    """Counts each key's requests by the minute of the clock."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self.per_minute = per_minute
        self._lock = Lock()
        self._counts: dict[int, tuple[int, int]] = {}

    def wait(self, key_id: int, now: datetime) -> int:
        """Count one request: 0 where it may go on, else the seconds until the next minute."""
        minute, second = divmod(int(now.timestamp()), SECONDS)
        with self._lock:
            known, count = self._counts.get(key_id, (minute, 0))
            count = count + 1 if known == minute else 1
            self._counts[key_id] = (minute, count)
        return SECONDS - second if count > self.per_minute else 0


def pace() -> Pace:
    """The pace of the application that answers this request."""
    return cast("Pace", current_app.extensions[PACE])
