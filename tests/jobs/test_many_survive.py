"""Many machines survive: a killed worker, and a database that goes away and comes back."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import many
import postgres
from databases import PostgresDatabases
from xla import database, migrate
from xla.core.work import Kind
from xla.jobs import embedded
from xla.models import WorkItem
from xla.services import work
from xla.services.work import Wanted

IS_LARGE = int(os.environ.get("XLA_SURVIVE", "1")) > 1
AWAY_S = 30 if IS_LARGE else 2
CONTRACTS, MONTHS = (40, 10) if IS_LARGE else (6, 5)
DUE_AT = datetime(2024, 6, 15, tzinfo=UTC)
ROLES = ("worker", "scheduler", "stuck", "impatient")
WORKER, SCHEDULER, STUCK, IMPATIENT = (["-m", "quick_pulse", role] for role in ROLES)


@pytest.fixture
def cluster(postgres_server: Path) -> Iterator[postgres.Cluster]:
    """A server of this test's own, which keeps what it commits."""
    programs = postgres.programs()
    assert programs
    cluster = postgres.Cluster(programs, is_durable=True)
    postgres.wait(cluster.folder)
    yield cluster
    cluster.stop()


def prepared(folder: Path) -> str:
    """The URL of a database with our tables and Procrastinate's."""
    url = PostgresDatabases(folder).create()
    engine = database.connect(url, work="procrastinate")
    migrate.upgrade(engine)
    migrate.add_procrastinate(engine)
    engine.dispose()
    return url


def only_item(store: Engine) -> tuple[str, int]:
    """State and attempts of the one item there is."""
    with database.reading(store) as session:
        item = session.query(WorkItem).filter_by(key="a").one()
        return item.state, item.attempts


def test_what_a_killed_worker_had_is_done_by_another(postgres_server: Path, tmp_path: Path) -> None:
    url = prepared(postgres_server)
    store = database.connect(url, work="procrastinate")
    with database.transaction(store) as session:
        work.put(session, [Wanted(Kind.FORGET, "a", DUE_AT)], DUE_AT)
    with many.processes(STUCK, url=url, folder=tmp_path, engine="procrastinate") as (victim,):
        many.until(lambda: only_item(store) == ("running", 1))
        many.kill(victim)
    with many.processes(WORKER, SCHEDULER, url=url, folder=tmp_path, engine="procrastinate"):
        many.until(lambda: only_item(store) == ("done", 2))
    store.dispose()


def test_an_item_that_never_ends_ends_its_process_and_has_failed(
    postgres_server: Path, tmp_path: Path
) -> None:
    url = prepared(postgres_server)
    store = database.connect(url, work="procrastinate")
    with database.transaction(store) as session:
        work.put(session, [Wanted(Kind.FORGET, "a", DUE_AT)], DUE_AT)
    with many.processes(IMPATIENT, url=url, folder=tmp_path, engine="procrastinate") as (process,):
        many.until(lambda: process.poll() is not None)
    assert process.returncode == embedded.STUCK
    with database.reading(store) as session:
        item = session.query(WorkItem).one()
        assert (item.state, item.attempts) == ("waiting", 1)
        assert str(item.error).startswith("it took longer than 1.8 seconds")
    store.dispose()


def test_workers_and_schedulers_go_on_after_the_database_was_away(
    cluster: postgres.Cluster, tmp_path: Path
) -> None:
    url = prepared(cluster.folder)
    store = database.connect(url, work="procrastinate")
    many.overdue(store, CONTRACTS, MONTHS)
    if IS_LARGE:
        commands = [many.xla("scheduler")] * 2 + [many.xla("worker", "--queues", "close")] * 2
    else:
        commands = [SCHEDULER, WORKER, WORKER]
    with many.processes(*commands, url=url, folder=tmp_path, engine="procrastinate") as started:
        many.until(lambda: many.count_closed(store) >= MONTHS, 300 if IS_LARGE else 60)
        cluster.crash()
        time.sleep(AWAY_S)
        cluster.start()
        many.until(lambda: many.count_closed(store) == CONTRACTS * MONTHS, 600 if IS_LARGE else 90)
        assert [process.poll() for process in started] == [None] * len(commands)
    many.proves_once(store, CONTRACTS, MONTHS)
    with store.connect() as connection:
        doing = "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')"
        assert connection.scalar(text(doing)) == 0
    store.dispose()
