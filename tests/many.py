"""Many processes at one database: contracts with periods overdue, and who closes them."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

import make
from xla import clock, database
from xla.models import Contract, Notice, Period, WorkItem
from xla.services.verification import verify

ROOT = Path(__file__).resolve().parent.parent
ENDS_WITHIN_S = 40


def overdue(engine: Engine, contracts: int, months: int) -> None:
    """Write contracts, each with so many months that are to be closed by now, and the one that runs."""
    now = clock.now()
    month = (now - timedelta(days=10)).date().replace(day=1)
    for _ in range(months):
        month = (month - timedelta(days=1)).replace(day=1)
    told = {"starts_on": month.isoformat(), "ends_on": None}
    for number in range(contracts):
        with database.transaction(engine) as session:
            terms = make.agreement(
                contract={"key": f"c{number:04}"} | told,
                effective_from=month.isoformat(),
                kpis=make.HARBOUR["kpis"][:1],
            )
            make.contract(session, terms, now)


def closed(engine: Engine) -> dict[str, list[date]]:
    """The closed periods of each contract, in the order of closing."""
    found: dict[str, list[date]] = defaultdict(list)
    with database.reading(engine) as session:
        rows = session.execute(
            select(Contract.key, Period.start_on)
            .join_from(Period, Contract, Contract.id == Period.contract_id)
            .order_by(Period.id)
        )
        for key, start_on in rows:
            found[key].append(start_on)
    return found


def count_closed(engine: Engine) -> int:
    """How many periods are closed."""
    return sum(map(len, closed(engine).values()))


def proves_once(engine: Engine, contracts: int, months: int) -> None:
    """Every period is closed, in order, once in effect; nothing failed, nothing is left."""
    found = closed(engine)
    assert len(found) == contracts
    for starts in found.values():
        assert starts == sorted(set(starts))
        assert len(starts) == months
    with database.reading(engine) as session:
        told = session.execute(select(Notice.contract_id, Notice.kind, Notice.document)).all()
        assert len({tuple(map(str, each)) for each in told}) == len(told)
        failed = select(WorkItem.kind, WorkItem.key, WorkItem.error).where(WorkItem.error.is_not(None))
        assert session.execute(failed).all() == []
        assert verify(session, clock.now()) == []


def until(happened: Callable[[], bool], within_s: float = ENDS_WITHIN_S) -> None:
    """Wait until it has happened."""
    ends_at = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < ends_at, "it took too long"
        time.sleep(0.1)


@contextmanager
def processes(*commands: list[str], url: str, folder: Path, engine: str) -> Iterator[list[subprocess.Popen]]:
    """Python runs each of these at once, in a session of its own, until the block ends."""
    told = {
        "XLA_DATABASE_URL": url,
        "XLA_INSTANCE": str(folder),
        "XLA_ENGINE": engine,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    }
    started = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"{number}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(
                        [sys.executable, *command],
                        env=os.environ | told,
                        cwd=folder,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield started
    finally:
        for each in started:
            kill(each)


def kill(process: subprocess.Popen) -> None:
    """Kill it and what it started, without a word."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def xla(*arguments: str) -> list[str]:
    """The `xla` command, for Python to run."""
    return ["-c", "from xla.cli import main; main()", *arguments]
