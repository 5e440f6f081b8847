"""A process whose machine tells another time, as operators meet it: what it does, and what it leaves."""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

import make
from xla import clock, database
from xla.models import Notice, Period
from xla.services.verification import verify

APART = "our clock says"
JUMPS = ("+40 days", "-1 hour", "-40 days")


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """A contract whose first month runs."""
    engine = database.connect(database_url)
    start = clock.now().date().replace(day=1)
    with database.transaction(engine) as session:
        told = {"starts_on": f"{start}", "ends_on": None}
        make.contract(session, make.agreement(contract=told, effective_from=f"{start}"), clock.now())
    yield engine
    engine.dispose()


def work_once(url: str, jump: str) -> tuple[int, str]:
    """`xla work --once` on a machine whose clock is off: its exit code, and what it says on stderr."""
    faketime = shutil.which("faketime")
    if not faketime:
        pytest.skip("no other clock can be told to a process: apt-get install faketime")
    run = "from xla.cli import main; main()"
    command = [faketime, "--exclude-monotonic", "-f", jump.replace(" days", "d").replace(" hour", "h")]
    told = [sys.executable, "-c", run, "work", "--once", "--database", url]
    done = subprocess.run([*command, *told], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_another_clock_than_the_databases_does_nothing_and_an_only_clock_does_it_once(
    store: Engine, database_url: str
) -> None:
    ran = [work_once(database_url, jump) for jump in JUMPS]
    with database.reading(store) as session:
        closed = session.scalars(select(Period.start_on)).all()
        notices = Counter(tuple(row) for row in session.execute(select(Notice.kind, Notice.key)))
        assert verify(session, clock.now()) == []
    if store.dialect.name == "postgresql":
        assert [(code, APART in said) for code, said in ran] == [(2, True)] * len(JUMPS)
        assert (closed, notices) == ([], {})
    else:
        assert [code for code, _said in ran] == [0] * len(JUMPS)
        assert closed  # what had ended by that clock, each once
        assert set(notices.values()) == {1}
