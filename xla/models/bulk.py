"""Bulk writes: many rows of one table at the driver's own speed, in the session's transaction."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from xla.models.base import Row

AT_ONCE = 500
"""Rows in one statement on SQLite, which takes 32,766 values at most."""


def table(row: type[Row]) -> Table:
    """The table a kind of row lives in."""
    found = row.__table__
    assert isinstance(found, Table)  # noqa: S101  # declared as FromClause; every row of ours is a table
    return found


def append(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Append rows: COPY on PostgreSQL, one prepared statement on SQLite.

    Values are text, whole numbers or None; days as ISO text, instants as `instant_text` writes them.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect
    driver: Any = session.connection().connection.driver_connection
    columns, told = _filled(columns, rows)
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    try:
        if dialect.name == "postgresql":
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in told:
                    copy.write_row(row)
        else:
            statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608  # our own names
            marks = f"({', '.join('?' * len(columns))})"
            while some := list(islice(told, AT_ONCE)):
                driver.execute(statement + ", ".join([marks] * len(some)), list(chain.from_iterable(some)))
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
        sequence = "(SELECT CAST(pg_get_serial_sequence(:table, 'id') AS regclass))"
        drawn = session.scalar(
            text(f"SELECT array_agg(nextval({sequence})) FROM generate_series(1, :count)"),  # noqa: S608  # as above
            {"table": table.name, "count": count},
        )
        return drawn or ()
    highest = session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table.name}"))  # noqa: S608  # our own name
    return range(highest + 1, highest + 1 + count)


def add_up(session: Session, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows, whole; where one with the same primary key stands, add to its last column."""
    if not rows:
        return
    dialect = session.get_bind().dialect
    names = ", ".join(table.columns.keys())
    key = ", ".join(table.primary_key.columns.keys())
    counted = table.columns.keys()[-1]
    source = f"VALUES ({', '.join('?' * len(table.columns))})"
    values: Any = rows
    if dialect.name == "postgresql":
        arrays = (f"CAST(%s AS {column.type.compile(dialect)}[])" for column in table.columns)
        source = f"SELECT * FROM unnest({', '.join(arrays)})"  # noqa: S608  # our own names
        values = tuple(map(list, zip(*rows, strict=True)))
    session.connection().exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) {source}"
        f" ON CONFLICT ({key}) DO UPDATE SET {counted} = {table.name}.{counted} + excluded.{counted}",
        values,
    )


def alone(session: Session, contract_id: int) -> None:
    """Wait until no other transaction appends in bulk to this contract; SQLite has one writer anyway."""
    if _dialect(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7415302, :contract)"), {"contract": contract_id})


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _filled(
    columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """Without the columns that hold None in every row: what need not be sent takes no time."""
    places = [
        place
        for place in range(len(columns))
        if any(value is not None for value in map(itemgetter(place), rows))
    ]
    told = [columns[place] for place in places]
    # Two places at least, or what is picked would be no row; no table of ours has fewer that must be filled.
    return told, map(itemgetter(*places), rows)
