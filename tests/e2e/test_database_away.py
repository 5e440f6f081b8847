"""PostgreSQL crashes and comes back: nobody is thanked falsely meanwhile, and all goes on by itself.

In `make survive` it is away for half a minute.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import postgres
import serving
import tapping
from asking import is_clear_problem, is_clearly_not_saved, said, sent, tapped
from ledger import AWAY, STORED, Ledger, People
from nursery import Nursery, nursery
from xla import clock, database
from xla.core.work import Kind
from xla.models import Response, WorkItem
from xla.services import keys, work
from xla.services.verification import verify

AWAY_S = 3 if os.environ.get("XLA_SURVIVE", "1") == "1" else 30
GOES_ON_WITHIN_S = 90


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """A server of these tests' own, whose commits outlive a crash."""
    programs = postgres.programs()
    if not programs:
        pytest.skip("PostgreSQL's server programs are not installed: apt-get install postgresql")
    server = postgres.Cluster(programs, is_durable=True)
    postgres.wait(server.folder)
    yield server
    server.stop()


@pytest.fixture
def url(cluster: postgres.Cluster) -> str:
    return postgres.url(cluster.folder, "postgres")


@pytest.fixture
def store(url: str) -> Iterator[Engine]:
    engine = database.connect(url)
    serving.collecting(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def children(url: str, tmp_path: Path) -> Iterator[Nursery]:
    with nursery(tmp_path, XLA_DATABASE_URL=url) as found:
        yield found


def test_while_the_database_is_away_that_is_said_and_afterwards_all_goes_on(
    cluster: postgres.Cluster, store: Engine, children: Nursery
) -> None:
    with database.transaction(store) as session:
        _row, key = keys.create(session, "t", scopes=["ratings:write"], contract_id=None, now=clock.now())
    address, ledger = serving.free(), Ledger([tapping.TOKEN])
    server = children.start("serve", "--port", str(address[1]))
    serving.wait(address)
    assert sent(address, key).code == 201
    with People(ledger, address):
        until(lambda: len(ledger.acknowledged) > 20)
        cluster.crash()
        ends_at = time.monotonic() + AWAY_S
        ledger.codes.clear()
        assert is_clearly_not_saved(tapped(address))
        assert is_clear_problem(sent(address, key))
        assert said(address, "GET", "/", headers={"Cookie": "xla=somebody"}).code == AWAY
        time.sleep(max(ends_at - time.monotonic(), 0))
        assert ledger.codes <= {STORED, AWAY}  # who was answered just before the crash is noted just after it
        cluster.start()
        enough = len(ledger.acknowledged) + 20
        until(lambda: len(ledger.acknowledged) > enough)
    assert ledger.codes == {STORED, AWAY}
    assert sent(address, key).code == 201
    assert not server.has_ended()
    until(lambda: does_work(store))
    with database.reading(store) as session:
        kept = set(session.scalars(select(Response.group_key)))
        assert ledger.acknowledged.keys() <= kept
        assert verify(session, clock.now()) == []
    print(len(ledger.acknowledged), "thanks around", AWAY_S, "s")  # noqa: T201  # shown by `make survive`


def does_work(store: Engine) -> bool:
    """Whether what is put now is done."""
    with database.transaction(store) as session:
        work.put(session, [work.Wanted(Kind.FORGET, "after", clock.now())], clock.now())
    with database.reading(store) as session:
        asked = select(WorkItem.state).where(WorkItem.key == "after")
        return session.scalar(asked) == "done"


def until(happened: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + GOES_ON_WITHIN_S
    while not happened():
        assert time.monotonic() < ends_at
        time.sleep(0.05)
