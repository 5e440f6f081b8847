"""A contract in a database that jobs may open and commit to."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

import make
from xla import database
from xla.services.imports import import_ratings


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def harbour(store: Engine, tmp_path: Path) -> Engine:
    """The store with Harbour house, and forty ratings of its March, half of them poor."""
    rows = [{"question": "clean", "score": score, "date": "2026-03-10", "site": "a"} for score in "25" * 20]
    with database.transaction(store) as session:
        contract = make.contract(session)
        now = datetime(2026, 3, 11, tzinfo=UTC)
        import_ratings(session, contract, make.csv_file(tmp_path, rows), now=now)
    return store
