"""The supervisor: keeps one process that ticks and works, and starts another when it dies."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Mapping
from signal import Signals
from threading import Event, Lock, Thread

from xla.core.work import Queue
from xla.jobs.embedded import GRACE_S, STUCK
from xla.settings import Settings

WORKER = ("-P", "-m", "xla.jobs.embedded")
"""What Python runs; `-P`: nothing of the folder it happens to be started in."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Before another is started: twice as long each time, from the first again after one that lived a minute."""
SOUND_S = 60.0
log = logging.getLogger(__name__)


class Supervisor:
    """Starts, watches and ends the process."""

    def __init__(
        self, settings: Settings, *, is_loud: bool = False, concurrency: Mapping[Queue, int] | None = None
    ) -> None:
        """With `concurrency` these are Procrastinate's workers: so many items of each queue at once."""
        told = {
            "settings": settings.model_dump(mode="json"),
            "is_loud": is_loud,
            "concurrency": dict(concurrency or {}),
        }
        self._told = json.dumps(told).encode() + b"\n"
        self._stopping = Event()
        self._lock = Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def wait(self) -> None:
        """Until this thread is interrupted."""
        self._thread.join()

    def stop(self) -> None:
        """Let the process finish what it has in hand, for a while, and end it."""
        self._stopping.set()
        with self._lock:
            worker = self._worker
        if worker is not None:
            assert worker.stdin  # noqa: S101  # it was asked for
            worker.stdin.close()
            try:
                worker.wait(GRACE_S + 5)
            except subprocess.TimeoutExpired:
                log.warning("The process that works does not end, and is killed.")
            finally:
                worker.kill()
        self._thread.join()

    @property
    def process(self) -> int | None:
        """The process's number, while there is one."""
        with self._lock:
            return self._worker.pid if self._worker and self._worker.poll() is None else None

    def _keep(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            why = self._lived()
            if time.monotonic() - began >= SOUND_S:
                pause = FIRST_PAUSE_S
            if not self._stopping.is_set():
                log.error("The process that works ended: %s. Another follows in %g s.", why, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _lived(self) -> str:
        """Start one and wait for its end; why it ended."""
        try:
            worker = self._started()
        except OSError as error:  # no room for another process, for now
            return f"it could not be started, {error.strerror or error}"
        return _why(worker.wait()) if worker else "it is to stop"

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Another process, which knows what it has to; None once we are to stop."""
        with self._lock:
            if self._stopping.is_set():
                return None
            if self._worker and self._worker.stdin:
                self._worker.stdin.close()
            command = [sys.executable, *WORKER]
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0)  # noqa: S603  # our own module
            self._worker = worker
            assert worker.stdin  # noqa: S101  # just asked for
            try:
                worker.stdin.write(self._told)
            except BrokenPipeError:
                log.warning("The process that works ended before it was told what to do.")
            return worker


def _why(code: int) -> str:
    if code == STUCK:
        return "an item was stuck"
    return f"code {code}" if code >= 0 else f"killed by {Signals(-code).name}"
