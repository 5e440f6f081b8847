"""Importing: a file of ratings through the real import, beside a bare insert of the same rows.

The bare insert gets its rows as tuples that are already in memory, and puts the file's five columns into one table
without keys, in one transaction with the same settings: `executemany` on SQLite, COPY on PostgreSQL. It reads no
file, checks nothing, finds no repeats and counts no tallies; the import does, and writes two tables.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from contracts import KEY, MONTH, MONTH_DAYS, QUESTIONS, RECEIVED_AT, agreement, prepare
from measuring import Cost, Figure, alone, medians, ratios, running
from sqlalchemy import Connection

from databases import Databases
from xla import database
from xla.services.agreements import contract_of
from xla.services.imports import import_ratings

ROWS = 1_000_000
SITES = 40
RESPONDENTS = 250_000
COLUMNS = ("question", "score", "date", "site", "respondent")
TURNS = 3
MOST_TIMES_BARE = 8
MOST_MB = 300


def figures(databases: Databases, folder: Path, *, is_small: bool) -> Iterator[Figure]:
    """Import and bare insert in turn, each into a fresh database and from a fresh process."""
    rows = ROWS // 10 if is_small else ROWS
    path = folder / "ratings.csv"
    write(path, rows)
    template = databases.create()
    prepare(template, agreement(sites=SITES, kpis=12)).dispose()
    bare, ours = [], []
    for _ in range(TURNS):
        for costs, work in ((bare, insert_bare), (ours, import_file)):
            url = databases.copy(template)
            costs.append(alone(work, url, path))
            databases.drop(url)
    wall, cpu = ratios(ours, bare)
    yield Figure(f"import of {rows:,} ratings, wall time beside a bare insert", wall, MOST_TIMES_BARE)
    yield Figure("  its processor time beside the bare insert's", cpu, MOST_TIMES_BARE)
    yield Figure("  its peak memory", medians(ours).peak_mb, MOST_MB, "MB")
    yield Figure("  its wall time a rating", medians(ours).wall_s / rows * 1e6, unit="µs")
    yield Figure("  the bare insert's", medians(bare).wall_s / rows * 1e6, unit="µs")


def import_file(url: str, path: Path) -> Cost:
    engine = database.connect(url)
    with engine.connect() as connection:
        server = _server_process(connection)
    # The pool hands out this one connection again.
    with running(server) as watch, database.transaction(engine) as session:
        import_ratings(session, contract_of(session, KEY), path, now=RECEIVED_AT)
    return watch.cost


def insert_bare(url: str, path: Path) -> Cost:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [tuple(row) for row in csv.reader(lines)][1:]
    engine = database.connect(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE bare (question text, score int, date date, site text, respondent text)"
        )
        server = _server_process(connection)
        connection.commit()
        with running(server) as watch, connection.begin():
            _insert(connection, rows)
    return watch.cost


def _insert(connection: Connection, rows: list[tuple[str, ...]]) -> None:
    driver = connection.connection.driver_connection
    names = ", ".join(COLUMNS)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(COLUMNS))
        driver.executemany(f"INSERT INTO bare ({names}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY bare ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _server_process(connection: Connection) -> int | None:
    if connection.dialect.name == "sqlite":
        return None
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def write(path: Path, rows: int) -> None:
    chance = random.Random(5)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for _ in range(rows):
            out.writerow(
                (
                    f"q{chance.randrange(QUESTIONS)}",
                    chance.randint(1, 5),
                    f"{MONTH}-{chance.randint(1, MONTH_DAYS):02d}",
                    f"s{chance.randrange(SITES)}",
                    f"r{chance.randrange(RESPONDENTS)}",
                )
            )
