"""Bulk writes: many rows of one table at the driver's own speed, in the session's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects import postgresql, sqlite
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


def insert_once(session: Session, table: Table, row: Mapping[str, object]) -> bool:
    """Insert the row where none stands in its way; whether it was."""
    insert = postgresql.insert if _dialect(session) == "postgresql" else sqlite.insert
    told = next(iter(table.primary_key.columns))  # a count of rows some drivers do not tell
    done = session.execute(insert(table).on_conflict_do_nothing().returning(told), row)
    return done.first() is not None


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


_FILES = "pg_advisory_xact_lock(7415302, :contract)"
_WRITERS = "pg_advisory_xact_lock(7415303, :contract)"
_WRITER = "pg_advisory_xact_lock_shared(7415303, :contract)"
_ALONE, _ONE_FILE, _BESIDE = (
    text(f"SELECT {locks}") for locks in (f"{_FILES}, {_WRITERS}", f"{_FILES}, {_WRITER}", _WRITER)
)


def alone(session: Session, contract_id: int) -> None:
    """Wait until nobody else writes this contract's ratings, and keep them out. SQLite has one writer."""
    _lock(session, _ALONE, contract_id)


def one_file(session: Session, contract_id: int) -> None:
    """Wait for a close and for any other file of this contract; single ratings go on beside it."""
    _lock(session, _ONE_FILE, contract_id)


def beside_others(session: Session, contract_id: int) -> None:
    """Wait for a close of this contract only."""
    _lock(session, _BESIDE, contract_id)


def take_away(session: Session, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """The reverse of `add_up`: take each row's last value away from what stands under its primary key.

    A row that comes to nothing is deleted. Only for who is `alone`.
    """
    if not rows:
        return
    key = [column.name for column in table.primary_key.columns]
    counted = table.columns.keys()[-1]
    here = " AND ".join(f"{name} = :{name}" for name in key)
    values = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
    connection = session.connection()
    less = f"{counted} = {counted} - :{counted}"
    for statement in (  # the whole of a row, or a part of it
        f"DELETE FROM {table.name} WHERE {here} AND {counted} = :{counted}",  # noqa: S608  # our own names
        f"UPDATE {table.name} SET {less} WHERE {here} AND {counted} > :{counted}",  # noqa: S608  # our own names
    ):
        connection.execute(text(statement), values)


def _lock(session: Session, locks: TextClause, contract_id: int) -> None:
    if _dialect(session) == "postgresql":
        session.connection().execute(locks, {"contract": contract_id})


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
