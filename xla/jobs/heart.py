"""A heart: says once a minute that its process lives, in the database that all of them share."""

import logging
import os
import socket
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from xla import database
from xla.services import heartbeats
from xla.services.heartbeats import Process

log = logging.getLogger(__name__)


class Heart:
    """One a process and kind. Call `beat` as often as you like: it writes at most once a minute."""

    def __init__(self, engine: Engine, kind: Process) -> None:
        self._engine = engine
        self._kind: Process = kind
        self._name = f"{kind} {socket.gethostname()} {os.getpid()}"
        self._last: datetime | None = None
        self._lock = Lock()

    def beat(self, now: datetime) -> None:
        """Say that the process lives. A database that does not answer is logged and no failure."""
        with self._lock:
            if self._last is not None and abs(now - self._last) < heartbeats.EVERY:
                return
            self._last = now
        try:
            with database.transaction(self._engine) as session:
                heartbeats.beat(session, self._kind, self._name, now)
        except SQLAlchemyError as problem:
            log.warning("%s can't say that it lives: %s", self._name, type(problem).__name__)

    def stop(self) -> None:
        """The process ends in order, so that nobody waits for it."""
        try:
            with database.transaction(self._engine) as session:
                heartbeats.forget(session, self._name)
        except SQLAlchemyError as problem:
            log.warning("%s can't say that it ends: %s", self._name, type(problem).__name__)
