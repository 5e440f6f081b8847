"""Migrations: bring a database to the newest schema, or to any revision; Procrastinate's beside it."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

PACKAGE = Path(__file__).resolve().parent
LOCK = 7_415_301
"""Any number, as long as it is always this one: the advisory lock that lets one process migrate at a time."""


def folder(name: str) -> Path:
    """A folder that stands beside `xla/` in a checkout and inside it in an installed wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name


def configured(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every missing migration up to `revision`, all or nothing."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(configured(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take back every migration after `revision`."""
    with engine.begin() as connection:
        command.downgrade(configured(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    with engine.connect() as connection:
        heads = ScriptDirectory.from_config(configured(connection)).get_heads()
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def add_procrastinate(engine: Engine) -> None:
    """Make Procrastinate's tables and functions where there are none; our migrations leave them alone.

    Raises Alembic's `CommandError` where those of another version are there.
    """
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 -- only many machines load it

    schema = SchemaManager.get_schema()
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if not connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")):
            connection.execution_options(no_parameters=True).exec_driver_sql(schema)
        there = set(
            connection.scalars(text("SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'"))
        )
    missing = sorted(set(re.findall(r"CREATE FUNCTION (\w+)", schema)) - there)
    if missing:
        raise CommandError(
            f"Procrastinate's tables are of another version, which lacks {', '.join(missing)}. "
            "Stop the workers and apply what `procrastinate schema --migrations-path` holds"
        )
