"""The database: engine and sessions from a URL, with the rules SQLite and PostgreSQL each need."""

import fcntl
import logging
import os
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000
TURN = "xla.turn"
CACHE_KIB = 8_192
"""Of an SQLite connection: enough that an import keeps its index pages."""
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
}
"""What SQLite may not say the next time."""
TOO_MUCH = "54"
"""PostgreSQL's class of what is beyond its limits for good, as a statement of too many columns."""
KINDS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
"""The databases we know, by their URL's first word, and the driver each gets."""
# On a lost connection it warns of what it could not end, beside the error it raises: one sentence is enough.
logging.getLogger("psycopg").setLevel(logging.ERROR)


def normalised(url: str) -> str:
    """The URL with our drivers named: psycopg for any spelling of PostgreSQL."""
    parsed = make_url(url)
    backend = parsed.drivername.partition("+")[0]
    if backend not in KINDS:
        raise ArgumentError(f"a database is sqlite:///FILE or postgresql://…, not {backend}://…")
    parsed = parsed.set(drivername=KINDS[backend])
    return parsed.render_as_string(hide_password=False)


def connect(url: str, *, work: str = "embedded") -> Engine:
    """An engine for `url`; SQLite gets write-ahead logging, foreign keys and immediate transactions.

    `work` is the setting XLA_ENGINE: who does the work that is written down (`xla.models.job`).
    """
    is_sqlite = url.startswith("sqlite")
    if is_sqlite and work == "procrastinate":
        raise ArgumentError(f"XLA_ENGINE=procrastinate needs PostgreSQL, and the database is {url}")
    engine = create_engine(
        normalised(url),
        connect_args={} if is_sqlite else _patience(url),
        execution_options={"xla_engine": work},
        hide_parameters=True,  # what people wrote does not belong in a log
    )
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkout", _refuse_dead)
    if engine.dialect.name == "sqlite":
        writers = _Writers(engine.url.database)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", partial(_begin_sqlite, writers))
        event.listen(engine, "checkin", writers.leave)
        event.listen(engine, "engine_disposed", writers.close)
    return engine


def _patience(url: str) -> dict[str, int | None]:
    """How PostgreSQL is asked, as far as the URL does not say otherwise.

    A server that is gone without a word, as behind a cut cable, is given up within a minute.
    """
    usual = {
        # A prepared plan, made while a table was small, would go on reading all of it when it has grown.
        "prepare_threshold": None,
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }
    return {name: value for name, value in usual.items() if name not in make_url(url).query}


def _refuse_dead(connection: psycopg.Connection, _record: object, _pool: object) -> None:
    """A connection its server ended has something to read: another is made, and nobody was asked."""
    waiting = select.poll()
    try:
        waiting.register(connection.fileno(), select.POLLIN)
        is_dead = bool(waiting.poll(0))
    except psycopg.Error:
        is_dead = True
    if is_dead:
        raise DisconnectionError


class _Writers:
    """Who writes to an SQLite file waits here for the one before, in whatever thread or process of ours.

    SQLite lets writers sleep and try again: of many, some sleep twenty times as long as the others. Who waits
    here is woken. SQLite's own lock, with its timeout, still guards the file.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._ours = Lock()
        self._file: int | None = None

    def enter(self, connection: Connection) -> None:
        """Wait for the connection's turn; without one, after a while, SQLite says that it is locked."""
        if connection.info.get(TURN) or not self._path:
            return
        if self._ours.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            connection.info[TURN] = True
            # Opened once and kept: a process that closes any handle of a file loses its locks on it.
            if self._file is None:
                self._file = os.open(f"{self._path}-queue", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.lockf(self._file, fcntl.LOCK_EX)

    def leave(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """The connection goes back to the pool, its transaction ended: the next one's turn."""
        if record.info.pop(TURN, False):
            if self._file is not None:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
            self._ours.release()

    def close(self, _engine: Engine) -> None:
        """The engine is done with."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(writers: _Writers, connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads_only", False)
    if not reads:
        writers.enter(connection)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One use case: committed when the block ends, rolled back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A consistent view for reading only; takes no write lock and keeps nothing."""
    options: dict[str, Any] = {"reads_only": True}
    if engine.dialect.name == "postgresql":  # SQLite's transactions see one state anyway
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def time_of(engine: Engine) -> datetime:
    """What time the database's clock tells, in UTC; SQLite's is this machine's."""
    query = "SELECT clock_timestamp()" if engine.dialect.name == "postgresql" else "SELECT datetime('now')"
    with reading(engine) as session:
        told = session.execute(text(query)).scalar_one()
    instant = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def is_passing(error: OperationalError) -> bool:
    """Whether what the database refused may be done later: it is away, locked or full, not asked wrongly.

    PostgreSQL's driver says so by the class, but for its limits; SQLite's calls a missing column operational,
    too.
    """
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return not (cause.sqlstate or "").startswith(TOO_MUCH)
    return not isinstance(cause, sqlite3.Error) or cause.sqlite_errorcode & 0xFF in PASSING


def said(error: Exception) -> str:
    """What the driver or the system says, on one line: without the statement and its values."""
    told = str(getattr(error, "orig", None) or error).partition("\nDETAIL:")[0]
    return " ".join(told.split()) or type(error).__name__
