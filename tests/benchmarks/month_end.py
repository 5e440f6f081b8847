"""Month end: a thousand contracts whose month is over are closed by two processes, while somebody taps.

Each contract has 12 KPIs, 8 sites and 1,000 ratings in the month, and closed the month before. The ratings are written
by SQL, not imported: a close can't tell. Time counts from the first look at what is due until the last period is closed;
then until nothing is due at all: every contract evaluated, its standing computed, everybody told.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from contracts import agreement
from measuring import Figure
from sqlalchemy import Engine, func, select

from databases import Databases
from load import Address, load
from serving import collecting, served, tap
from xla import database
from xla.core.agreement import Agreement
from xla.core.window import parse_period
from xla.models import Contract, Period, RatingPoint
from xla.services import agreements, periods

CONTRACTS, PER_CONTRACT = 1_000, 1_000
SITES, KPIS, WORKERS = 8, 12, 2
BEFORE, MONTH = parse_period("2026-04"), parse_period("2026-05")
AGREED_AT = "2026-04-01 06:00:00+00:00"
MOST_MINUTES = 3
ROOT = Path(__file__).resolve().parents[2]
TAPS, PAUSE_S = 100, 0.02

RESPONSES = """
    INSERT INTO response (id, contract_id, point_id, persona, rated_on, received_at, source, channel, respondent)
    SELECT contract.id * 1000000 + i, contract.id, (SELECT min(id) FROM rating_point WHERE contract_id = contract.id) + i %% {sites},
        '', {day}, '2026-06-01 07:00:00', 'import', '', 'r' || i
    FROM {counted}, contract WHERE contract.key LIKE 'month-%%'
"""
RATINGS = """
    INSERT INTO rating (response_id, question_id, score)
    SELECT response.id, (SELECT min(id) FROM question WHERE question.contract_id = response.contract_id) + response.id %% 5,
        5 - (response.id / 7) %% 7 / 3 - CASE WHEN response.id %% (7 + 2 * response.contract_id %% 5) = 0 THEN 2 ELSE 0 END
    FROM response JOIN contract ON contract.id = response.contract_id WHERE contract.key LIKE 'month-%%'
"""
TALLIES = """
    INSERT INTO tally (question_id, rated_on, point_id, persona, score, n)
    SELECT question_id, rated_on, point_id, persona, score, count(*)
    FROM rating JOIN response ON response.id = response_id
    WHERE rated_on < '2026-06-01' GROUP BY 1, 2, 3, 4, 5
"""
COUNTED = {
    "sqlite": "(WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i + 1 < {n}) SELECT i FROM c)",
    "postgresql": "(SELECT generate_series(0, {n} - 1) AS i) AS c",
}
DAY = {
    "sqlite": "date('2026-05-01', '+' || (i %% 31) || ' days')",
    "postgresql": "date '2026-05-01' + i %% 31",
}


def figures(databases: Databases, *, is_small: bool = False) -> Iterator[Figure]:
    """How long it takes, beside the bound, and a tap's median meanwhile beside an idle one's."""
    count = CONTRACTS // 10 if is_small else CONTRACTS
    url = databases.create()
    engine = database.connect(url)
    filled(engine, count)
    with served("app:app", url) as (address, _):
        idle = _median(address)
        with _workers(url) as workers:
            started = time.monotonic()
            waited = []
            while _closed(engine) < count and any(each.poll() is None for each in workers):
                waited.append(_median(address))
            closed_s = time.monotonic() - started
            codes = [each.wait() for each in workers]
            all_s = time.monotonic() - started
    assert (codes, _closed(engine)) == ([0] * WORKERS, count), (codes, _closed(engine))
    engine.dispose()
    bound = MOST_MINUTES * count / CONTRACTS
    yield Figure(f"{count:,} months closed by {WORKERS} processes", closed_s / 60, bound, unit="min")
    yield Figure("  until nothing was due", all_s / 60, unit="min")
    yield Figure("  a close", closed_s / count * 1000, unit="ms")
    yield Figure("a tap's median meanwhile beside the idle one's", median(waited) / idle, 2)
    yield Figure("  its idle median", idle * 1000, unit="ms")


def filled(engine: Engine, count: int) -> None:
    """The contracts, each with April closed and May's ratings, and a rating point people tap on."""
    collecting(engine)
    then = datetime.fromisoformat(AGREED_AT)
    terms = [_terms(number) for number in range(count)]
    with database.transaction(engine) as session:
        for each in terms:
            agreements.apply(session, each, then)
        for contract in session.scalars(select(Contract).where(Contract.key.startswith("month-"))):
            for number in range(SITES):
                session.add(RatingPoint(contract_id=contract.id, site_key=f"s{number}", touchpoint_key=""))
    kind = engine.dialect.name
    with engine.begin() as connection:
        for statement in (RESPONSES, RATINGS, TALLIES):
            counted = COUNTED[kind].format(n=PER_CONTRACT)
            text = statement.format(sites=SITES, day=DAY[kind], counted=counted)
            connection.exec_driver_sql(text if kind == "postgresql" else text.replace("%%", "%"))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    _close_april(engine)


def _close_april(engine: Engine) -> None:
    at = datetime.fromisoformat("2026-05-04 06:00:00+00:00")
    with database.reading(engine) as session:
        ids = session.scalars(select(Contract.id).where(Contract.key.startswith("month-"))).all()
    for contract_id in ids:
        with database.transaction(engine) as session:
            contract = session.get_one(Contract, contract_id)
            periods.close(session, contract, BEFORE, known_at=at, now=at)


def _terms(number: int) -> Agreement:
    told: dict[str, Any] = agreement(sites=SITES, kpis=KPIS).model_dump(mode="json")
    told["contract"] |= {
        "key": f"month-{number}", "client": f"Client {number % 50}",
        "starts_on": "2026-04-01", "ends_on": "2026-05-31",
    }  # fmt: skip
    return Agreement.model_validate(told | {"effective_from": "2026-04-01"})


def _closed(engine: Engine) -> int:
    with database.reading(engine) as session:
        asked = (
            select(func.count(Period.id))
            .join(Contract, Contract.id == Period.contract_id)
            .where(Period.start_on == MONTH.start, Contract.key.startswith("month-"))
        )
        return session.scalar(asked) or 0


def _median(address: Address) -> float:
    """Of some taps, one after the other with a pause: people, not a load."""
    return load(address, _people(address), connections=1).percentile(50)


def _people(address: Address) -> Iterator[bytes]:
    for number in range(TAPS):
        time.sleep(PAUSE_S)
        yield tap(address, os.urandom(12).hex(), number % 5 + 1)


@contextmanager
def _workers(url: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    command = [sys.executable, "-c", "from xla.cli import main; main()", "work", "--once"]
    told = os.environ | {"XLA_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    command, env=told, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
            for _ in range(WORKERS)
        ]
        yield processes
