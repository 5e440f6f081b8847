"""Bulk writes: what the database refuses is told as everywhere else; plans keep up with the tables."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from xla import database
from xla.models import Rating, bulk


def test_what_the_driver_refuses_is_an_error_of_sqlalchemy(session: Session) -> None:
    columns, row = ("response_id", "question_id", "score"), (1, 1, 5)
    with pytest.raises(IntegrityError), session.begin_nested():
        bulk.append(session, bulk.table(Rating), columns, [row, row])


def test_no_plan_outlives_the_size_of_its_tables(database_url: str) -> None:
    """PostgreSQL plans anew each time: 200,000 ids sought by a plan for an empty table take minutes."""
    engine = database.connect(database_url)
    with database.reading(engine) as session:
        for _ in range(20):
            session.execute(text("SELECT count(*) FROM once_key WHERE external_id = :id"), {"id": "x"})
        if engine.dialect.name == "postgresql":
            assert session.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
    engine.dispose()
