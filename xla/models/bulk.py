"""Bulk writes: many rows of one table at the driver's own speed, in the session's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from xla.models.base import Row


def table(row: type[Row]) -> Table:
    """The table a kind of row lives in."""
    found = row.__table__
    assert isinstance(found, Table)  # noqa: S101  # declared as FromClause; every row of ours is a table
    return found


def append(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Append rows: COPY on PostgreSQL, one prepared statement on SQLite.

    Values are text, whole numbers or None; days as ISO text, instants as `instant_text` writes them.
    """
    dialect = session.get_bind().dialect
    driver: Any = session.connection().connection.driver_connection
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # our own names
    try:
        if dialect.name == "postgresql":
            statement = f"COPY {table.name} ({names}) FROM STDIN"
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            driver.executemany(statement, rows)
    except dialect.loaded_dbapi.Error as error:
        # The driver's own errors become SQLAlchemy's, as everywhere else.
        raise DBAPIError.instance(
            statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect
        ) from error


def instant_text(session: Session, instant: datetime) -> str:
    """An aware instant as the database's own column type reads it."""
    wall = instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return wall + "+00" if _dialect(session) == "postgresql" else wall


def new_ids(session: Session, table: Table, count: int) -> Sequence[int]:
    """`count` ids nobody else has or will get."""
    if _dialect(session) == "postgresql":
        drawn = session.scalars(
            text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"),
            {"table": table.name, "count": count},
        )
        return drawn.all()
    highest = session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table.name}"))  # noqa: S608  # our own name
    return range(highest + 1, highest + 1 + count)


def add_up(session: Session, table: Table, rows: Iterable[Mapping[str, object]], counted: str) -> None:
    """Insert rows; where one with the same primary key stands, add to its `counted` column."""
    insert = postgresql_insert if _dialect(session) == "postgresql" else sqlite_insert
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={counted: table.c[counted] + statement.excluded[counted]},
    )
    if batch := list(rows):
        session.execute(statement, batch)


def alone(session: Session, contract_id: int) -> None:
    """Wait until no other transaction appends in bulk to this contract; SQLite has one writer anyway."""
    if _dialect(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7415302, :contract)"), {"contract": contract_id})


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
