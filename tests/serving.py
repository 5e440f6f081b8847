"""Serving: the application behind gunicorn with two processes, and people who tap on it."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

import make
import tapping
from load import Address
from xla import clock, database, migrate

HERE = Path(__file__).resolve().parent
PROCESSES, THREADS = 2, 4
ANSWERS_WITHIN_S = 60


@contextmanager
def served(module: str, url: str, **environment: str) -> Iterator[tuple[Address, subprocess.Popen[bytes]]]:
    """Answered by gunicorn until the block ends; the process is the parent, which replaces killed ones."""
    with tempfile.TemporaryDirectory(prefix="xla-served-") as instance:
        address = free()
        paths = os.pathsep.join(map(str, (HERE.parent, HERE, HERE / "benchmarks")))
        told = {"XLA_DATABASE_URL": url, "XLA_INSTANCE": instance, "PYTHONPATH": paths} | environment
        command = [
            sys.executable, "-m", "gunicorn", module, "--workers", str(PROCESSES), "--threads", str(THREADS),
            "--bind", f"{address[0]}:{address[1]}", "--log-level", "critical", "--no-control-socket",
        ]  # fmt: skip
        process = subprocess.Popen(
            command,
            env=os.environ | told,
            cwd=HERE.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait(address)
            yield address, process
        finally:
            process.terminate()
            process.wait(ANSWERS_WITHIN_S)


def collecting(engine: Engine) -> None:
    """Make the tables, and Harbour house with a rating point that collects today."""
    migrate.upgrade(engine)
    with database.transaction(engine) as session:
        terms = make.agreement(contract={"ends_on": None})
        tapping.point(session, make.contract(session, terms, clock.now()))


def request(
    address: Address, method: str, body: str = "", *, path: str = f"/r/{tapping.TOKEN}", agent: str = ""
) -> bytes:
    """A request for the public page, as it goes over the wire."""
    host, port = address
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: a telephone {agent}\r\n"
        "Accept-Language: en\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def taps(address: Address, count: int) -> Iterator[bytes]:
    """Taps of as many people, each with a key and a telephone of their own."""
    for number in range(count):
        yield tap(address, secrets.token_urlsafe(16), number % 5 + 1)


def tap(address: Address, key: str, score: int) -> bytes:
    """One tap."""
    return request(address, "POST", f"key={key}&question=clean&score={score}", agent=key)


def key_of(sent: bytes) -> str:
    """The key of a tap that was sent."""
    return sent.rpartition(b"key=")[2].partition(b"&")[0].decode()


def free() -> Address:
    """An address nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
        return host, port


def wait(address: Address, has_ended: Callable[[], bool] = lambda: False) -> None:
    """Until somebody listens there, or who should has ended."""
    ends_at = time.monotonic() + ANSWERS_WITHIN_S
    while not has_ended():
        try:
            socket.create_connection(address).close()
        except OSError:
            assert time.monotonic() < ends_at
            time.sleep(0.05)
        else:
            return
