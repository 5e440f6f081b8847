"""One plausible row in every table, made from what the database itself says about its columns."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Inspector, MetaData, Table, inspect, types

FIRST_DAY = date(2026, 1, 1)
CHOSEN: dict[tuple[str, str], Any] = {("ticket", "kind"): "invitation", ("telling", "webhook_id"): None}
"""(table, column): a value, for the day a constraint asks for more than what the rules below can guess."""


def fill(connection: Connection) -> None:
    """Insert one row into every empty table, the referred to before those that refer."""
    inspector, tables = inspect(connection), MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        is_empty = connection.execute(table.select().limit(1)).first() is None
        if is_empty and table.name != "alembic_version":
            connection.execute(table.insert().values(_row(connection, inspector, table)))


def count(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    tables = MetaData()
    tables.reflect(connection)
    return {table.name: len(connection.execute(table.select()).all()) for table in tables.sorted_tables}


def _row(connection: Connection, inspector: Inspector, table: Table) -> dict[str, Any]:
    checks = " ".join(check["sqltext"] for check in inspector.get_check_constraints(table.name))
    row: dict[str, Any] = {}
    for position, column in enumerate(table.columns):
        for key in column.foreign_keys:
            referred = connection.execute(key.column.table.select()).mappings().first()
            # A row that refers to its own table refers to itself.
            row[column.name] = referred[key.column.name] if referred else 1
        if (table.name, column.name) in CHOSEN:
            row[column.name] = CHOSEN[table.name, column.name]
        elif column.name not in row:
            row[column.name] = _value(column, position, checks)
    return row


def _value(column: Column[Any], position: int, checks: str) -> Any:
    """Rising from column to column, so that lowest < highest and start < end; texts as a CHECK lists them."""
    noon = datetime.combine(FIRST_DAY, time(12)) + timedelta(days=position)
    listed = re.search(rf"\b{column.name}\b[^']*?(?:\bIN\b|=)[^']*'([^']*)'", checks, re.IGNORECASE)
    by_type = [
        (types.Boolean, True),
        (types.Integer | types.Numeric | types.Float, 1 if column.primary_key else position + 1),
        (types.DateTime, noon.replace(tzinfo=UTC) if getattr(column.type, "timezone", False) else noon),
        (types.Date, noon.date()),
        (types.LargeBinary, b"7"),
        (types.Uuid, "00000000-0000-4000-8000-000000000007"),
        (types.JSON, {}),
        (types.String, listed.group(1) if listed else "7"),
    ]
    return next(value for kind, value in by_type if isinstance(column.type, kind))
