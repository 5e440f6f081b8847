"""`xla serve` and `xla work`: one process answers, another ticks and works, and they end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from xla import clock, database
from xla.core.work import Kind
from xla.jobs import supervisor
from xla.jobs.supervisor import Supervisor
from xla.models import WorkItem
from xla.services import work as services_work
from xla.services.work import Wanted
from xla.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 180


def until(happened: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + WITHIN_S
    while not happened():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def states(store: Engine) -> dict[str, str]:
    with database.reading(store) as session:
        return {row.kind: row.state for row in session.scalars(select(WorkItem))}


def children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").iterdir()
    return [int(each) for task in tasks for each in (task / "children").read_text().split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def running(url: str, folder: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """`xla …` as people start it, once the process beside it has worked."""
    told = {"XLA_DATABASE_URL": url, "XLA_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)}
    store = database.connect(url)
    parent = subprocess.Popen(
        [sys.executable, "-c", "from xla.cli.main import main; main()", *command],
        env=os.environ | told,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: "done" in states(store).values())
        yield parent
    finally:
        parent.kill()
        parent.wait()
        store.dispose()


def test_work_goes_on_in_another_process_until_the_server_is_gone(database_url: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(database_url, tmp_path, "serve", "--port", str(port)) as parent:
        (first,) = children(parent.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: children(parent.pid) not in ([], [first]))
        (second,) = children(parent.pid)
        socket.create_connection(("127.0.0.1", port)).close()
        parent.kill()
        until(lambda: not is_alive(second))


def test_a_worker_that_is_told_to_end_ends_tidily(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, "work") as parent:
        (beside,) = children(parent.pid)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(WITHIN_S) == 0
        assert not is_alive(beside)


def test_poison_is_parked_with_its_reason_and_the_rest_is_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
    monkeypatch.setattr(supervisor, "WORKER", ("-m", "poisoned"))
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 0.1)
    store = database.connect(database_url)
    reasons = {
        (Kind.REMIND, "raises"): "ValueError: it can't be",
        (Kind.REMIND, "eats"): "MemoryError: ",
        (Kind.SEAL, "kills"): "whoever did it ended without a word, or took too long",
        (Kind.SEAL, "loops"): "it took longer than 5 seconds and was stopped",
        (Kind.RENDER, "prints"): "Died: The rendering process died of SIGSEGV, perhaps for want of memory.",
    }
    working = Supervisor(Settings(database_url=database_url))
    working.start()
    try:
        for kinds in ({Kind.REMIND, Kind.SEAL}, {Kind.RENDER}):
            ours = [key for key in reasons if key[0] in kinds]
            fine = [(kind, f"nothing/{number}") for kind in kinds for number in range(2)]
            want(store, [*ours, *fine])
            until(lambda: not live(store))
    finally:
        working.stop()
    with database.reading(store) as session:
        parked = {(row.kind, row.key): row.error for row in services_work.parked(session, 10)}
    store.dispose()
    assert parked == reasons


def test_a_process_there_was_no_room_for_is_started_a_little_later(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = [OSError(11, "no more processes")]
    start = subprocess.Popen

    def popen(*told: object, **named: object) -> subprocess.Popen[bytes]:
        if full:
            raise full.pop()
        return start(*told, **named)  # type: ignore[call-overload,no-any-return]  # as it was asked for

    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr(supervisor, "WORKER", ("-c", "import sys; sys.stdin.read()"))
    monkeypatch.setattr(supervisor.subprocess, "Popen", popen)
    working = Supervisor(Settings(database_url=database_url))
    working.start()
    until(lambda: working.process is not None)
    working.stop()
    assert "it could not be started, no more processes" in caplog.text


def want(store: Engine, names: Iterable[tuple[Kind, str]]) -> None:
    now = clock.now()
    with database.transaction(store) as session:
        services_work.put(session, [Wanted(kind, key, now) for kind, key in names], now)


def live(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return list(session.scalars(select(WorkItem.key).where(WorkItem.state.in_(("waiting", "running")))))
