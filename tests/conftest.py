"""What every test may ask for, a database of either kind, and may not do: skip in CI, use the network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import network
import postgres
from databases import Databases, PostgresDatabases, SqliteDatabases
from xla import database, migrate

CLUSTER = pytest.StashKey[postgres.Cluster]()
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# The same examples every time; HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_sessionstart() -> None:
    network.block(pytest.MonkeyPatch())


# --- databases: ask for `session`; for `database_url` where threads or processes share it -------------------


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Each test that needs a database runs twice, once on each kind."""
    if request.param == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("databases"))
    return PostgresDatabases(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def template_url(databases: Databases) -> str:
    """A database with all tables and no rows, to be copied and never opened."""
    url = databases.create()
    engine = database.connect(url)
    migrate.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def engine(databases: Databases, template_url: str) -> Iterator[Engine]:
    """One migrated database per worker, always empty: tests write to it through `session` only."""
    url = databases.copy(template_url)
    engine = database.connect(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose transaction is rolled back after the test, even if the code under test commits."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """A migrated database of this test's own, which any process may open."""
    url = databases.copy(template_url)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own without any tables."""
    url = databases.create()
    yield url
    databases.drop(url)


@contextmanager
def migrated(databases: Databases) -> Iterator[str]:
    """A database with all tables that lasts as long as the block."""
    url = databases.create()
    engine = database.connect(url)
    migrate.upgrade(engine)
    engine.dispose()
    yield url
    databases.drop(url)


@pytest.fixture
def postgres_url(postgres_server: Path) -> Iterator[str]:
    """A migrated database on PostgreSQL, whatever the others of the test are on."""
    with migrated(PostgresDatabases(postgres_server)) as url:
        yield url


@pytest.fixture(scope="module")
def shared_postgres_url(postgres_server: Path) -> Iterator[str]:
    """The same for all tests of a file."""
    with migrated(PostgresDatabases(postgres_server)) as url:
        yield url


# --- the PostgreSQL server: one for the run, started by the process that starts the workers -----------------


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Path:
    """The folder of the run's PostgreSQL server, which answers."""
    folder = _postgres_folder(request.config)
    if not folder:
        pytest.skip("PostgreSQL's server programs are not installed: apt-get install postgresql")
    postgres.wait(Path(folder))
    return Path(folder)


def _postgres_folder(config: pytest.Config) -> str:
    if hasattr(config, "workerinput"):
        return str(config.workerinput["postgres"])
    programs = postgres.programs()
    if CLUSTER not in config.stash and programs:
        config.stash[CLUSTER] = postgres.Cluster(programs)
    return str(config.stash[CLUSTER].folder) if CLUSTER in config.stash else ""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Without workers the server starts with the first test that asks; with them it starts with them."""
    node.workerinput["postgres"] = _postgres_folder(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if CLUSTER in config.stash:
        config.stash[CLUSTER].stop()


# --- in CI a skipped test is a failed test ------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing is: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and in CI nothing is: {report.longrepr}"
    return report
