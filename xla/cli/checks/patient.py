"""The patient: what checks look at."""

import getpass
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import URL, Engine

from xla.core.finding import Finding
from xla.settings import Settings


@dataclass(frozen=True)
class Patient:
    """An installation as this process sees it."""

    settings: Settings
    url: URL
    """Of the database."""
    engine: Engine
    """Opened without migrating anything."""
    now: datetime

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.url.get_backend_name() == "sqlite"


Check = Callable[[Patient], Iterable[Finding]]


def me() -> str:
    """Whoever runs this process, by name where the system knows one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
