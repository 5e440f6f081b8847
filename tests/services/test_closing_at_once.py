"""Closing while others close or import: one period, one breach, and figures that can be said again."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import make
from rated import rate
from xla import database
from xla.core.window import parse_period
from xla.models import Breach, BreachStep, Evaluation, Notice, Period, bulk
from xla.services import agreements, periods
from xla.services.agreements import Refused, contract_of
from xla.services.verification import verify

MARCH = parse_period("2026-03")
AT = datetime(2026, 4, 10, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """Harbour house with a poor March, in a database others may open."""
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        rate(session, make.contract(session), "clean", {1: 20, 5: 20}, at=AT - timedelta(days=9))
    yield engine
    engine.dispose()


def close(engine: Engine, period: str = "2026-03", at: datetime = AT) -> bool:
    with database.transaction(engine) as session:
        contract = contract_of(session, "harbour")
        return periods.close(session, contract, parse_period(period), known_at=at, now=at).is_new


def counts(engine: Engine) -> list[int]:
    with database.reading(engine) as session:
        rows = (Period, Evaluation, Breach, BreachStep, Notice)
        return [session.scalar(select(func.count()).select_from(row)) or 0 for row in rows]


def test_four_threads_close_once(store: Engine) -> None:
    ready = Barrier(4)

    def together(_number: int) -> bool:
        ready.wait()
        return close(store)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(together, range(4))) == [False, False, False, True]
    assert counts(store) == [1, 1, 1, 1, 2]


def test_two_processes_close_once(store: Engine, database_url: str) -> None:
    command = [sys.executable, "-c", "from xla.cli import main; main()", "periods", "close", "harbour"]
    command += ["--period", "2026-03", "--now", AT.isoformat(), "--database", database_url]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(each.communicate()[0].splitlines()[0] for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert said == [
        "harbour 2026-03 is proposed.",
        "harbour 2026-03 was proposed already; nothing changed.",
    ]
    assert counts(store) == [1, 1, 1, 1, 2]


def test_a_close_waits_for_an_import_and_counts_it(store: Engine) -> None:
    """Ratings received before the close but kept only while it waits: frozen, and so found again."""
    imports, done = Event(), Event()

    def receive() -> None:
        with database.transaction(store) as session:
            contract = contract_of(session, "harbour")
            bulk.alone(session, contract.id)
            imports.set()
            done.wait(1)  # the close below has asked meanwhile
            rate(session, contract, "clean", {5: 7}, at=AT - timedelta(minutes=1))

    thread = Thread(target=receive)
    thread.start()
    imports.wait()
    close(store)
    thread.join()
    with database.reading(store) as session:
        contract = contract_of(session, "harbour")
        frozen = periods.close(session, contract, MARCH, known_at=AT, now=AT).outcome
        assert frozen.kpi("clean").measurement.n == 47
        assert verify(session, AT) == []


def test_what_came_after_the_instant_of_knowledge_is_not_frozen(store: Engine) -> None:
    """An import that took its turn between the instant a close stands for and the close itself."""
    with database.transaction(store) as session:
        rate(session, contract_of(session, "harbour"), "clean", {5: 7}, at=AT + timedelta(seconds=1))
    close(store)
    with database.reading(store) as session:
        contract = contract_of(session, "harbour")
        frozen = periods.close(session, contract, MARCH, known_at=AT, now=AT).outcome
        assert frozen.kpi("clean").measurement.n == 40
        assert verify(session, AT) == []


# --- which periods there are --------------------------------------------------------------------------------


def test_no_period_before_the_first_version_is_due(session: Session) -> None:
    """The contract starts in January; what was agreed holds from mid-March."""
    contract = make.contract(session, make.agreement(effective_from="2026-03-15"))
    now = datetime(2026, 5, 10, tzinfo=UTC)
    assert [str(each) for each in periods.due(session, contract, now)] == ["2026-03", "2026-04"]
    assert periods.running(session, contract, now)[0] == MARCH
    with pytest.raises(Refused, match="harbour has no agreement on 2026-02-01"):
        periods.close(session, contract, parse_period("2026-02"), known_at=now, now=now)


@pytest.mark.parametrize(
    ("zone", "period", "due"),
    [
        # The clocks go back on 25 October there, and on 1 November here.
        ("Europe/Stockholm", "2026-10", datetime(2026, 11, 3, 23, tzinfo=UTC)),
        ("America/Los_Angeles", "2026-10", datetime(2026, 11, 4, 8, tzinfo=UTC)),
        ("Asia/Kathmandu", "2026-10", datetime(2026, 11, 3, 18, 15, tzinfo=UTC)),
        ("America/Los_Angeles", "2026-02", datetime(2026, 3, 4, 8, tzinfo=UTC)),
    ],
)
def test_a_period_closes_at_local_midnight_and_not_a_moment_before(
    session: Session, zone: str, period: str, due: datetime
) -> None:
    contract = make.contract(session, make.agreement(contract={"timezone": zone}))
    early = due - timedelta(microseconds=1)
    asked = parse_period(period)
    assert asked not in periods.due(session, contract, early)
    assert asked in periods.due(session, contract, due)
    with pytest.raises(Refused, match=f"{period} can't be closed yet"):
        periods.close(session, contract, asked, known_at=early, now=early)
    assert periods.close(session, contract, asked, known_at=due, now=due).is_new


@pytest.mark.parametrize(("kind", "due"), [("quarter", ["2026-Q1", "2026-Q2"]), ("year", [])])
def test_a_contract_may_be_closed_by_quarter_or_year(session: Session, kind: str, due: list[str]) -> None:
    contract = make.contract(session, make.agreement(contract={"period": kind}))
    now = datetime(2026, 8, 1, tzinfo=UTC)
    assert [str(each) for each in periods.due(session, contract, now)] == due
    assert str(periods.current(session, contract, now)) == {"quarter": "2026-Q3", "year": "2026"}[kind]


def test_a_closed_quarter_is_measured_again_as_a_quarter(session: Session) -> None:
    contract = make.contract(session, make.agreement(contract={"period": "quarter"}))
    rate(session, contract, "clean", {5: 9}, on="2026-02-03", at=AT)
    closed = periods.close(session, contract, parse_period("2026-Q1"), known_at=AT, now=AT)
    assert closed.outcome.kpi("clean").measurement.n == 9
    assert verify(session, AT) == []


def test_a_version_of_mid_period_judges_from_the_next(session: Session) -> None:
    contract = make.contract(session)
    stricter = [{"key": "clean", "question": "clean", "metric": "csat", "target": 99}]
    agreements.apply(session, make.agreement(effective_from="2026-03-15", kpis=stricter), make.NOW)
    now = datetime(2026, 6, 10, tzinfo=UTC)
    judged = [
        periods.close(session, contract, parse_period(each), known_at=now, now=now).outcome.version
        for each in ("2026-02", "2026-03", "2026-04")
    ]
    assert judged == [1, 1, 2]
    assert date(2026, 3, 15) in MARCH
