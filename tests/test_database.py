"""The database: the same promises on either kind."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.orm import Session

from xla import clock, database
from xla.models import Client


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


def clients(engine: Engine) -> int:
    with database.reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Client)) or 0


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("postgres://u:p%40ss@h/x", "postgresql+psycopg://u:p%40ss@h/x"),
        ("postgresql://h/x", "postgresql+psycopg://h/x"),
        ("postgresql+psycopg2://h/x", "postgresql+psycopg://h/x"),
        ("postgresql+asyncpg://h/x?sslmode=require", "postgresql+psycopg://h/x?sslmode=require"),
        ("sqlite:////srv/xla.db", "sqlite:////srv/xla.db"),
        ("sqlite+pysqlite:///xla.db", "sqlite:///xla.db"),
    ],
)
def test_a_url_gets_our_drivers(url: str, normal: str) -> None:
    assert database.normalised(url) == normal


@pytest.mark.parametrize("url", ["mysql://h/x", "mssql+pyodbc://h/x", "oracle://h/x", "x", "", "xla.db"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ArgumentError):
        database.normalised(url)


def test_a_use_case_is_kept_whole_or_not_at_all(store: Engine) -> None:
    with database.transaction(store) as session:
        session.add(Client(name="Kept"))
    with pytest.raises(ZeroDivisionError), database.transaction(store) as session:
        _fail_after(session)
    assert clients(store) == 1


def _fail_after(session: Session) -> None:
    session.add(Client(name="Lost"))
    session.flush()
    raise ZeroDivisionError


def test_reading_keeps_nothing(store: Engine) -> None:
    with database.reading(store) as session:
        session.add(Client(name="Lost"))
        session.flush()
    assert clients(store) == 0


def test_reading_sees_one_state_while_others_write(store: Engine) -> None:
    count = select(func.count()).select_from(Client)
    with database.reading(store) as session:
        assert session.scalar(count) == 0
        with database.transaction(store) as writer:
            writer.add(Client(name="Meanwhile"))
        assert session.scalar(count) == 0
    assert clients(store) == 1


def test_writers_wait_for_each_other(store: Engine) -> None:
    def write(number: int) -> None:
        for step in range(5):
            with database.transaction(store) as session:
                session.add(Client(name=f"{number}-{step}"))

    threads = [threading.Thread(target=write, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clients(store) == 30


def test_who_failed_to_write_lets_the_next_one(store: Engine) -> None:
    for _ in range(2):
        with pytest.raises(IntegrityError), database.transaction(store) as session:
            session.add_all([Client(name="Aurland"), Client(name="Aurland")])
    with database.transaction(store) as session:
        session.add(Client(name="Aurland"))
    assert clients(store) == 1


def test_two_servers_on_one_file_take_turns(store: Engine, database_url: str) -> None:
    other = database.connect(database_url)
    for number, engine in enumerate([store, other] * 3):
        with database.transaction(engine) as session:
            session.add(Client(name=str(number)))
    other.dispose()
    assert clients(store) == 6


def test_a_pooled_connection_the_server_ended_is_replaced(store: Engine) -> None:
    assert clients(store) == 0
    if store.dialect.name == "postgresql":
        other = database.connect(store.url.render_as_string(hide_password=False))
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with database.reading(other) as session:
            session.execute(text(f"{ended} AND datname = current_database()"))
        other.dispose()
    assert clients(store) == 0


def test_references_are_kept(store: Engine) -> None:
    statement = text("INSERT INTO contract (key, client_id, created_at) VALUES ('x', 999, :at)")
    with database.transaction(store) as session, pytest.raises(IntegrityError):
        session.execute(statement, {"at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(" ")})


def test_both_clocks_tell_the_same_time(store: Engine) -> None:
    told = database.time_of(store)
    assert told.tzinfo is UTC
    assert abs((told - clock.now()).total_seconds()) < 60


def test_an_sqlite_file_is_written_safely(tmp_path: object) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/xla.db")
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
