"""A heart beats once a minute, whatever the database does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from xla import database
from xla.jobs.heart import Heart
from xla.models import Heartbeat

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Engine:
    return database.connect(database_url)


def test_a_heart_writes_at_most_once_a_minute_and_goes_when_it_ends(store: Engine) -> None:
    writes: list[str] = []
    event.listen(
        store,
        "before_cursor_execute",
        lambda _connection, _cursor, said, *_rest: writes.extend([said] * said.startswith("INSERT")),
    )
    heart = Heart(store, "worker")
    for second in (0, 1, 59, 60, 61):
        heart.beat(NOW + timedelta(seconds=second))
    assert len(writes) == 2
    with database.reading(store) as session:
        (row,) = session.scalars(select(Heartbeat))
        assert (row.kind, row.at) == ("worker", NOW + timedelta(seconds=60))
    heart.stop()
    with database.reading(store) as session:
        assert session.scalar(select(Heartbeat)) is None
    store.dispose()


def test_a_clock_that_was_set_back_does_not_silence_it(store: Engine) -> None:
    heart = Heart(store, "scheduler")
    heart.beat(NOW)
    heart.beat(NOW - timedelta(hours=1))
    with database.reading(store) as session:
        (row,) = session.scalars(select(Heartbeat))
        assert row.at == NOW - timedelta(hours=1)
    store.dispose()


def test_a_database_that_is_away_stops_no_heart(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    away = database.connect(f"sqlite:///{tmp_path}/no/such/folder/xla.db")
    heart = Heart(away, "worker")
    heart.beat(NOW)
    heart.stop()
    assert "can't say that it lives" in caplog.text
    assert "can't say that it ends" in caplog.text
    away.dispose()
