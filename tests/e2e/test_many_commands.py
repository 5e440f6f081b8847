"""`xla worker`, `xla scheduler`, and what else is different with XLA_ENGINE=procrastinate."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import waitress
from click.testing import CliRunner, Result
from sqlalchemy import text

from databases import SqliteDatabases
from xla import database
from xla.cli import main, many
from xla.documents.printer import PANGO_MISSING, RenderFailed
from xla.jobs import ticks
from xla.settings import Settings


class Kept:
    """A supervisor that starts nothing and keeps what it was told."""

    told: Mapping[str, Any]

    def __init__(self, settings: Settings, **told: Any) -> None:
        Kept.told = told | {"url": settings.database}

    def start(self) -> None:
        """Nothing."""

    stop = start


@pytest.fixture
def procrastinate(shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The environment of one of many machines; whoever waits for a signal has it at once."""
    monkeypatch.setenv("XLA_ENGINE", "procrastinate")
    monkeypatch.setenv("XLA_DATABASE_URL", shared_postgres_url)
    monkeypatch.setenv("XLA_INSTANCE", str(tmp_path))
    stopped = Event()
    stopped.set()
    monkeypatch.setattr(many, "_stopped_by_a_signal", lambda: stopped)
    monkeypatch.setattr(many, "Supervisor", Kept)
    monkeypatch.setattr(many, "weasyprint", lambda: None)
    return shared_postgres_url


def xla(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_worker_does_every_queue_each_with_its_own_concurrency(procrastinate: str) -> None:
    ran = xla("worker")
    assert ran.exit_code == 0
    assert "This worker does close (2 at once), notify (8 at once), render (1 at once)" in ran.stdout
    assert Kept.told == {
        "url": procrastinate,
        "is_loud": True,
        "concurrency": {"close": 2, "notify": 8, "render": 1},
    }


def test_a_worker_does_the_queues_it_is_told(procrastinate: str) -> None:
    xla("worker", "--queues", "notify, close", "--concurrency", "3", "--database", procrastinate)
    assert Kept.told["concurrency"] == {"close": 3, "notify": 3}


def test_procrastinates_tables_are_there_once_a_worker_starts(procrastinate: str) -> None:
    xla("worker")
    engine = database.connect(procrastinate)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('procrastinate_jobs')"))
    engine.dispose()


def test_without_pango_a_worker_does_all_but_render(
    procrastinate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def weasyprint() -> None:
        raise RenderFailed(PANGO_MISSING)

    monkeypatch.setattr(many, "weasyprint", weasyprint)
    ran = xla("worker")
    assert ran.exit_code == 0
    assert ran.stderr.startswith("This worker renders no reports. Pango is missing")
    assert Kept.told["concurrency"] == {"close": 2, "notify": 8}
    alone = xla("worker", "--queues", "render", "--database", procrastinate)
    assert (alone.exit_code, alone.stderr.partition(".")[0]) == (2, "This worker renders no reports")


def test_a_queue_nobody_knows_is_refused(procrastinate: str) -> None:
    ran = xla("worker", "--queues", "close,mail", "--database", procrastinate)
    assert ran.exit_code == 2
    assert "--queues: found 'close,mail'; it is a list of close, notify, render" in ran.stderr


def test_a_worker_is_no_part_of_the_embedded_engine(
    procrastinate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_ENGINE", "embedded")
    ran = xla("worker", "--database", procrastinate)
    assert ran.exit_code == 2
    assert "XLA_ENGINE is embedded: `xla serve` and `xla work` do the work" in ran.stderr


def test_sqlite_has_no_workers(procrastinate: str, tmp_path: Path) -> None:
    assert procrastinate
    url = SqliteDatabases(tmp_path).create()
    ran = xla("worker", "--database", url)
    assert ran.exit_code == 2
    assert "XLA_ENGINE=procrastinate needs PostgreSQL, and the database is sqlite:" in ran.stderr


def test_an_engine_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_ENGINE", "celery")
    ran = xla("worker")
    assert ran.exit_code == 2
    assert "XLA_ENGINE: found 'celery'; Input should be 'embedded' or 'procrastinate'" in ran.stderr


def test_a_scheduler_ticks_until_it_is_stopped(procrastinate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked: list[str] = []
    monkeypatch.setattr(ticks, "tick", lambda means: ticked.append(means.settings.database))
    ran = xla("scheduler")
    assert ran.exit_code == 0
    assert "This scheduler ticks every minute" in ran.stdout
    assert ticked in ([], [procrastinate])  # the first tick is at once, and the stop may be quicker


def test_a_server_ticks_and_leaves_the_work_to_workers(
    procrastinate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked, answered = Event(), []

    def answer(*_app: object, **_told: object) -> None:
        answered.append(ticked.wait(20))

    monkeypatch.setattr(ticks, "tick", lambda _means: ticked.set())
    monkeypatch.setattr(waitress, "serve", answer)
    ran = xla("serve", "--database", procrastinate)
    assert answered == [True]
    assert "XLA_ENGINE is procrastinate: this server ticks, and `xla worker` does the work." in ran.stdout


def test_the_embedded_work_is_refused_where_workers_do_it(procrastinate: str) -> None:
    ran = xla("work", "--database", procrastinate)
    assert ran.exit_code == 2
    assert "XLA_ENGINE is procrastinate: `xla worker` does the work" in ran.stderr
