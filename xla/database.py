"""The database: engine and sessions from a URL, with the rules SQLite and PostgreSQL each need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

BUSY_TIMEOUT_MS = 10_000
TRIES = 3
Result = TypeVar("Result")


def normalised(url: str) -> str:
    """The URL with our drivers named: psycopg for any spelling of PostgreSQL."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def connect(url: str) -> Engine:
    """An engine for `url`; SQLite gets write-ahead logging, foreign keys and immediate transactions."""
    engine = create_engine(normalised(url), pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One use case: committed when the block ends, rolled back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A consistent view for reading only; takes no write lock and keeps nothing."""
    options = {"reads_only": True} | _snapshot(engine)
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def in_snapshot(engine: Engine, work: Callable[[Session], Result]) -> Result:
    """One use case that must see one state of the database; tried again where another came between."""
    bound = engine.execution_options(**_snapshot(engine))
    for left in reversed(range(TRIES)):
        try:
            with transaction(bound) as session:
                return work(session)
        except (IntegrityError, OperationalError):
            if not left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def time_of(engine: Engine) -> datetime:
    """What time the database's clock tells, in UTC; SQLite's is this machine's."""
    query = "SELECT clock_timestamp()" if engine.dialect.name == "postgresql" else "SELECT datetime('now')"
    with reading(engine) as session:
        told = session.execute(text(query)).scalar_one()
    instant = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _snapshot(engine: Engine) -> dict[str, Any]:
    """SQLite's transactions see one state anyway."""
    return {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
