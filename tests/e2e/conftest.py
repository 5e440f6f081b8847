"""The `xla` command over a database of the test's own; and the demo in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, sync_playwright

from commands import Ran, Xla
from databases import SqliteDatabases
from e2e import pages, tour
from e2e.pages import Site
from xla import clock, database, migrate
from xla.cli import main
from xla.jobs import demonstration
from xla.settings import Settings
from xla.web import create_app


@pytest.fixture
def xla(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Xla:
    """Run `xla` with arguments, against the test's database."""
    monkeypatch.setenv("XLA_DATABASE_URL", database_url)
    monkeypatch.setenv("XLA_INSTANCE", str(tmp_path / "instance"))

    def run(*arguments: object) -> Ran:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the demo, to be copied and never opened.

    What a page looks like is no matter of the kind of database, so this one is SQLite.
    """
    url = SqliteDatabases(tmp_path_factory.mktemp("demo")).create()
    engine = database.connect(url)
    migrate.upgrade(engine)
    list(demonstration.load(engine, Settings(), clock.now()))
    with database.transaction(engine) as session:
        tour.furnish(session)
    engine.dispose()
    return url


@pytest.fixture
def site(demo_file: str, tmp_path: Path) -> Iterator[Site]:
    """The application over a demo of the test's own."""
    url = SqliteDatabases(tmp_path).copy(demo_file)
    engine = database.connect(url)
    with pages.served(create_app(Settings(instance=tmp_path), engine), engine) as site:
        yield site
    engine.dispose()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright, pages.chromium(playwright) as browser:
        yield browser
