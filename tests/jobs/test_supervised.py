"""`xla serve` and `xla work`: one process answers, another ticks and works, and they end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select

from xla import database
from xla.models import WorkItem

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 30


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
