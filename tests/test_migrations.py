"""Migrations: up, down and up again with rows in the tables, ending where the models are."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex

import any_row
from databases import Databases
from xla import database, migrate
from xla.models import Row

SCRIPTS = ScriptDirectory(str(migrate.folder("migrations")))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = database.connect(empty_database_url)
    yield engine
    engine.dispose()


def test_the_migrations_are_one_line() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_each_migration_goes_up_down_and_up_with_rows_in_the_tables(empty: Engine) -> None:
    before = "base"
    for revision in REVISIONS:
        earlier = _counted(empty)
        migrate.upgrade(empty, revision)
        assert _kept(earlier, _counted(empty)), f"{revision} lost rows on its way up"

        _fill(empty)
        full = _counted(empty)
        migrate.downgrade(empty, before)
        assert _kept(full, _counted(empty)), f"{revision} lost rows on its way down"

        migrate.upgrade(empty, revision)
        _fill(empty)
        before = revision
    assert all(_counted(empty).values())
    assert migrate.is_current(empty)


def test_all_the_way_down_leaves_nothing(empty: Engine) -> None:
    migrate.upgrade(empty)
    _fill(empty)
    migrate.downgrade(empty, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_upgrading_twice_is_upgrading_once(empty: Engine) -> None:
    migrate.upgrade(empty)
    _fill(empty)
    full = _counted(empty)
    migrate.upgrade(empty)
    assert _counted(empty) == full


def test_the_head_equals_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_migrating_and_creating_give_the_same_tables(engine: Engine, databases: Databases) -> None:
    """Alembic does not compare CHECK constraints and the conditions of partial indexes; this does."""
    url = databases.create()
    created = database.connect(url)
    Row.metadata.create_all(created)
    with engine.connect() as migrated_one, created.connect() as created_one:
        migrated, expected = described(migrated_one), described(created_one)
    created.dispose()
    databases.drop(url)
    assert migrated == expected


def test_another_check_is_seen(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE a (n INTEGER, CONSTRAINT n CHECK (n > 0))"))
        connection.execute(text("CREATE UNIQUE INDEX i ON a (n) WHERE n > 1"))
        first = described(connection)
        connection.execute(text("DROP TABLE a"))
        connection.execute(text("CREATE TABLE a (n INTEGER, CONSTRAINT n CHECK (n > 1))"))
        connection.execute(text("CREATE UNIQUE INDEX i ON a (n) WHERE n > 2"))
        second = described(connection)
    assert {name for name in first["a"] if first["a"][name] != second["a"][name]} == {"checks", "indexes"}


def described(connection: Connection) -> dict[str, dict[str, list[str]]]:
    """What the database says of each table, whatever the order it was told in."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": sorted(_column(column) for column in inspector.get_columns(table)),
            "primary": [str(inspector.get_pk_constraint(table))],
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(_index(index) for index in inspector.get_indexes(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _column(column: ReflectedColumn) -> str:
    return f"{column['name']} {column['type']!r} null={column['nullable']} default={column['default']}"


def _index(index: ReflectedIndex) -> str:
    options = {name: str(value) for name, value in sorted(index.get("dialect_options", {}).items())}
    return f"{index['name']} {index['column_names']} unique={index['unique']} {options}"


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        any_row.fill(connection)


def _counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        counted = any_row.count(connection)
    return {name: n for name, n in counted.items() if name != "alembic_version"}


def _kept(before: dict[str, int], after: dict[str, int]) -> bool:
    """Tables may come and go; those that stay keep their rows."""
    return all(after[name] == before[name] for name in before.keys() & after.keys())
