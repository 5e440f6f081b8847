"""Migrations: bring a database to the newest schema, or to any revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
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
