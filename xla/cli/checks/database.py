"""The database: it answers, is of this version, can be written, and has room."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from xla import database, migrate
from xla.cli.checks.patient import Check, Patient, me
from xla.core.finding import Finding, fine, warning, wrong

OLDEST_POSTGRESQL = 13
BUSY_SHARE = 0.8
"""Of a server's connections: with more in use, the next process may get none."""
PRIVATE = stat.S_IRWXO


def reachable(patient: Patient) -> Iterator[Finding]:
    """It answers, and is new enough."""
    if patient.is_sqlite:
        yield _sqlite(patient)
        return
    with _connected(patient) as connection:
        version = connection.scalar(text("SHOW server_version"))
        number = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    says = f"PostgreSQL {version} at {patient.url.host or 'a local socket'}"
    if number < OLDEST_POSTGRESQL:
        yield wrong("reachable", f"{says}, and the oldest we know is 13", "Move to PostgreSQL 13 or newer.")
    else:
        yield fine("reachable", says)


def _sqlite(patient: Patient) -> Finding:
    path = patient.url.database
    if path and not Path(path).is_file():
        return wrong("reachable", f"there is no database at {path} yet", "xla serve")
    with _connected(patient) as connection:
        version = connection.scalar(text("SELECT sqlite_version()"))
    return fine("reachable", f"SQLite {version}, {path or 'in memory'}")


def migrations(patient: Patient) -> Iterator[Finding]:
    """Its tables are those of this version."""
    if migrate.is_current(patient.engine):
        yield fine("migrations", "the tables are of this version")
    else:
        fix = "xla serve (or any other command, such as xla verify) migrates; back up first"
        yield wrong("migrations", "the tables are not of this version", fix)


def writable(patient: Patient) -> Iterator[Finding]:
    """It takes changes from us."""
    try:
        with _connected(patient) as connection:
            connection.execute(text("UPDATE heartbeat SET at = at WHERE name = ''"))
            connection.rollback()
    except DBAPIError as refused:
        yield wrong(
            "writable", f"it takes no changes from {me()}: {database.said(refused)}", _let_write(patient)
        )
    else:
        yield fine("writable", f"it takes changes from {me()}")


def _let_write(patient: Patient) -> str:
    if patient.is_sqlite:
        return f"chown --recursive {me()} {Path(patient.url.database or '').parent}"
    name = patient.url.username or me()
    return f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{name}";'


def file(patient: Patient) -> Iterator[Finding]:
    """SQLite alone: write-ahead logging, and a file that nobody else reads."""
    if not patient.is_sqlite or not patient.url.database:
        return
    path = Path(patient.url.database)
    with _connected(patient) as connection:
        mode = connection.scalar(text("PRAGMA journal_mode"))
    if mode == "wal":
        yield fine("journal", "write-ahead logging is on")
    else:
        fix = f"sqlite3 {path} 'PRAGMA journal_mode=WAL' (on a local disk: a network folder can't)"
        yield wrong("journal", f"its journal is {mode}, with which readers stop writers", fix)
    folder = path.resolve().parent
    open_to_all = path.stat().st_mode & folder.stat().st_mode & PRIVATE
    if open_to_all & (stat.S_IROTH | stat.S_IWOTH):
        fix = f"chmod o-rwx {folder}"
        yield warning("permissions", "every user of this machine can read the answers in it", fix)
    elif path.stat().st_uid not in {os.geteuid(), 0}:
        owner = path.owner()
        fix = f"sudo -u {owner} xla doctor"
        yield warning("permissions", f"it is {owner}'s, and this is {me()} looking at it", fix)
    else:
        yield fine("permissions", "only its own user reads it")


def connections(patient: Patient) -> Iterator[Finding]:
    """PostgreSQL alone: there is one left for the next process."""
    if patient.is_sqlite:
        return
    with _connected(patient) as connection:
        most = int(connection.scalar(text("SHOW max_connections")) or 0)
        reserved = int(connection.scalar(text("SHOW superuser_reserved_connections")) or 0)
        used = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        )
    says = f"{used} of {most - reserved} connections are in use"
    if int(used or 0) > BUSY_SHARE * (most - reserved):
        fix = f"ALTER SYSTEM SET max_connections = {most * 2}; then restart PostgreSQL"
        yield warning("connections", says, fix)
    else:
        yield fine("connections", says)


CHECKS: dict[str, Check] = {
    "migrations": migrations,
    "writable": writable,
    "file": file,
    "connections": connections,
}
"""By name, for a database that was reached."""


def _connected(patient: Patient) -> Connection:
    return patient.engine.connect().execution_options(reads_only=True)
