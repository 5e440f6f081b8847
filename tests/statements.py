"""Statements: what a database is asked meanwhile, for tests that it is not asked more with more rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


@contextmanager
def sent(database: Engine | Session) -> Iterator[list[str]]:
    """The statements sent by the block, the beginnings of transactions among them."""
    target = database.connection() if isinstance(database, Session) else database
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(target, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(target, "before_cursor_execute", note)
