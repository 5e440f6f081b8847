"""Failpoints: a process with this file on its path kills itself at a commit, or lives by another clock.

`XLA_TEST_FAIL=before:3` kills before the process' third commit, `after:3` right after it; only one process
does, whoever makes the file `XLA_TEST_FAILED` first. Its clock goes `XLA_TEST_AHEAD` seconds ahead, and its
scheduler's. With `XLA_TEST_PRESS` its reports are a few bytes. The product knows nothing of this: here is who
listens to SQLAlchemy, and replaces what is to be replaced.
"""

import itertools
import os
import signal
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self


def install() -> None:
    """Do what the environment says."""
    if ahead := float(os.environ.get("XLA_TEST_AHEAD", "0")):
        _go_ahead(timedelta(seconds=ahead))
    if "XLA_TEST_PRESS" in os.environ:
        _print_quickly()
    if told := os.environ.get("XLA_TEST_FAIL", ""):
        when, _, number = told.partition(":")
        _fail(when, int(number))


def _go_ahead(ahead: timedelta) -> None:
    from apscheduler.schedulers import base  # noqa: PLC0415  # most processes need none of it

    from xla import clock, database  # noqa: PLC0415  # as above

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp((datetime.now(UTC) + ahead).timestamp(), tz)

    clock.now = lambda: datetime.now(UTC) + ahead
    database.time_of = lambda _engine: clock.now()
    base.datetime = Ahead


def _print_quickly() -> None:
    from xla import rendering  # noqa: PLC0415  # as above

    rendering._printed = lambda data, _press: f"%PDF-1.7 {data.language} {data.issue}".encode()  # noqa: SLF001  # by a press or a process


def _fail(when: str, number: int) -> None:
    from sqlalchemy import Engine, event  # noqa: PLC0415  # most processes need none of it
    from sqlalchemy.orm import Session  # noqa: PLC0415  # as above

    commits = itertools.count(1)

    def die(_committing: object) -> None:
        if next(commits) == number and _is_first():
            os.kill(os.getpid(), signal.SIGKILL)

    if when == "before":
        event.listen(Engine, "commit", die)
    else:
        event.listen(Session, "after_commit", die)


def _is_first() -> bool:
    try:
        os.close(os.open(os.environ["XLA_TEST_FAILED"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


install()
