"""Sealing: a day of ratings that came in one file, sealed and checked, each in a fresh process."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from contracts import RECEIVED_AT, agreement, prepare
from importing import ROWS, SITES, import_file, write
from measuring import Cost, Figure, alone, running

from databases import Databases
from xla import database
from xla.services import seal_checks, seals

SEAL_WITHIN_S = 15
MOST_MB = 500


def figures(databases: Databases, folder: Path, *, is_small: bool) -> Iterator[Figure]:
    """The day's seal, and the check of all seals."""
    rows = ROWS // 10 if is_small else ROWS
    path = folder / "ratings.csv"
    write(path, rows)
    url = databases.create()
    prepare(url, agreement(sites=SITES, kpis=12)).dispose()
    alone(import_file, url, path)
    sealing, checking = alone(seal, url), alone(check, url)
    yield Figure(f"sealing a day of {rows:,} ratings", sealing.wall_s, SEAL_WITHIN_S, "s")
    yield Figure("  its peak memory", sealing.peak_mb, MOST_MB, "MB")
    yield Figure("  its wall time a rating", sealing.wall_s / rows * 1e6, unit="µs")
    yield Figure("  its own processor time a rating", sealing.cpu_s / rows * 1e6, unit="µs")
    yield Figure("checking all seals, wall time a rating", checking.wall_s / rows * 1e6, unit="µs")
    databases.drop(url)


def seal(url: str) -> Cost:
    engine = database.connect(url)
    with database.transaction(engine) as session:
        seals.make_secret(session)
    now = RECEIVED_AT + timedelta(days=1)
    with running() as watch:
        with database.reading(engine) as session:
            found = seals.seal(session, RECEIVED_AT.date(), now)
        with database.transaction(engine) as session:
            seals.keep(session, found)
    return watch.cost


def check(url: str) -> Cost:
    with running() as watch, database.reading(database.connect(url)) as session:
        found = list(seal_checks.problems(session))
    if found:
        raise AssertionError(found)
    return watch.cost
