"""A nursery: `xla` commands as processes of their own, started in milliseconds, to be killed.

One process loads the product once and forks a child a command; each has its own environment and failpoints.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
ENDS_WITHIN_S = 60


@dataclass
class Child:
    """A running command."""

    pid: int
    _handle: int

    def ended(self, within_s: float = ENDS_WITHIN_S) -> bool:
        """Wait for its end; whether it came."""
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        return bool(waiting.poll(within_s * 1000))

    def has_ended(self) -> bool:
        """Whether it has ended by now."""
        return self.ended(0)

    def kill(self) -> None:
        """End it and all its children without a word; whoever ended already is left alone."""
        for pid in (*self.children(), self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert self.ended()

    def children(self) -> list[int]:
        """The processes it started."""
        try:
            return [
                int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            ]
        except (FileNotFoundError, ProcessLookupError):
            return []


class Nursery:
    """Starts commands. Each writes what it says to `log`."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.log = log
        self._process = process

    def start(self, *arguments: str, **environment: str) -> Child:
        """`xla` with these arguments and this environment besides ours; or `web PORT`, or `worker`."""
        told: IO[str] | None = self._process.stdin
        heard: IO[str] | None = self._process.stdout
        assert told
        assert heard
        told.write(json.dumps([arguments, environment]) + "\n")
        told.flush()
        pid = int(heard.readline())
        return Child(pid, os.pidfd_open(pid))


@contextmanager
def nursery(folder: Path, **environment: str) -> Iterator[Nursery]:
    """A nursery until the block ends; its children end with it."""
    log = folder / "said"
    paths = os.pathsep.join(map(str, (HERE / "failing", HERE.parent, HERE)))
    process = subprocess.Popen(
        [sys.executable, HERE / "nursing.py", log],
        env=os.environ | {"PYTHONPATH": paths, "XLA_INSTANCE": str(folder)} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Nursery(process, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
