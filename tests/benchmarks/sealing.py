"""Sealing: a day of ratings that came in one file, sealed and checked, each in a fresh process.

Then what is proved of it: the figures of the month's report from its PDF, and that one rating is in the seal.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from contracts import KEY, MONTH, RECEIVED_AT, agreement, prepare
from importing import ROWS, SITES, import_file, write
from measuring import Cost, Figure, alone, running
from sqlalchemy import func, select

from databases import Databases
from xla import database, rendering
from xla.core.window import period_of
from xla.models import Response
from xla.services import periods, receipts, report_check, reports, seal_checks, seals
from xla.services.agreements import contract_of

SEAL_WITHIN_S = 15
VERIFY_WITHIN_S = 2
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
    pdf = folder / "report.pdf"
    gathering, verifying = alone(report, url, pdf), alone(verify, url, pdf)
    yield Figure("gathering the report of its month", gathering.wall_s, unit="s")
    yield Figure("verifying the report's figures", verifying.wall_s, VERIFY_WITHIN_S, "s")
    yield Figure("proving that one rating is in the seal", alone(prove, url).wall_s, unit="s")
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


def report(url: str, path: Path) -> Cost:
    """Close the month and issue its report as `path`; the cost of its figures alone."""
    engine, month = database.connect(url), period_of(date.fromisoformat(f"{MONTH}-01"), "month")
    now = RECEIVED_AT + timedelta(days=30)
    with database.transaction(engine) as session:
        periods.close(session, contract_of(session, KEY), month, known_at=now, now=now)
    with running() as watch, database.reading(engine) as session:
        reports.gather(session, contract_of(session, KEY), month, provider="Nordfast", now=now)
    path.write_bytes(rendering.rendered(engine, KEY, month, provider="Nordfast", now=now).pdf)
    return watch.cost


def verify(url: str, path: Path) -> Cost:
    pdf, engine = path.read_bytes(), database.connect(url)
    with running() as watch, database.reading(engine) as session:
        found = report_check.check(session, pdf)
    if not found.is_ok or not found.recount.recounted:
        raise AssertionError(found)
    return watch.cost


def prove(url: str) -> Cost:
    with database.reading(database.connect(url)) as session:
        middle = (session.scalar(select(func.max(Response.id))) or 0) // 2
        code = receipts.code(session, middle)
        with running() as watch:
            found = receipts.by_code(session, code or "")
            is_proved = found is not None and found.received.leaf is not None and found.is_proved
    if not is_proved:
        raise AssertionError(found)
    return watch.cost
