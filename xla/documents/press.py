"""The press: spawned, limited processes that print papers, so that none of it can harm or hold up ours."""

import json
import subprocess
import sys
from collections import deque
from contextlib import suppress
from math import ceil
from os import pathsep
from pathlib import Path
from signal import Signals
from tempfile import TemporaryDirectory
from threading import Timer
from typing import IO

from xla.documents.paper import Paper, RenderFailed
from xla.documents.worker import HEAD, MEMORY, PAPER, PDF, packed

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "xla.documents.worker")
TIMEOUT_SECONDS = 120
MEMORY_MB = 1024
"""Address space; a standard report needs less than a fifth of it."""
PAPERS = 25
"""After so many a process is replaced: whatever WeasyPrint keeps is gone with it."""
STARVED = ("MemoryError", "allocate", "out of memory", "creating thread", "failed to map")
"""What Python, GLib, Fontconfig and the loader say when there is no memory left."""


class Died(RenderFailed):
    """The process ended over the paper; another may do better."""


class Printer:
    """One process, which prints one paper after another. One thread at a time may use it.

    It sees none of our environment, which holds secrets; only where Python's modules lie, and a folder for
    its fonts that is gone afterwards, however it ends.
    """

    def __init__(self, *, timeout_seconds: float = TIMEOUT_SECONDS, memory_mb: int = MEMORY_MB) -> None:
        self.count = 0
        """How many papers it has printed."""
        self._timeout, self._memory = timeout_seconds, memory_mb
        self._is_late = False
        self._folder = TemporaryDirectory(prefix="xla-report-", ignore_cleanup_errors=True)
        self._words = Path(self._folder.name) / "words"
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
                [sys.executable, *WORKER, str(ceil(timeout_seconds)), str(memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                cwd=ROOT,
                env={
                    "PYTHONPATH": pathsep.join(path for path in sys.path if path),
                    "TMPDIR": self._folder.name,
                },
            )

    def print(self, paper: Paper) -> bytes:
        """The PDF. Raises RenderFailed; afterwards the process is best closed."""
        self._is_late = False  # the paper before may have been told so the moment it was done
        killer = Timer(self._timeout, self._kill)
        killer.start()
        try:
            kind, answer = self._asked(json.dumps(paper.as_plain()).encode())
        finally:
            killer.cancel()
        if kind == PDF:
            self.count += 1
            return answer
        if self._is_late:
            raise RenderFailed(f"Rendering took longer than {self._timeout:g} seconds and was stopped.")
        if kind == MEMORY:
            raise Died(self._starved)
        if not kind:
            raise Died(self._last_words())
        reason = answer.decode(errors="replace")
        raise Died(self._starved) if _is_starved(reason) else RenderFailed(reason)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            with suppress(BrokenPipeError):
                pipe.close()
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin  # noqa: S101  # both were asked for
        assert self._process.stdout  # noqa: S101  # as above
        return self._process.stdin, self._process.stdout

    def _asked(self, request: bytes) -> tuple[bytes, bytes]:
        """The kind of its answer, and the answer; b"" where it ended before."""
        told, heard = self._pipes
        with suppress(BrokenPipeError):
            told.write(packed(PAPER, request))
            told.flush()
        head = heard.read(HEAD)
        if len(head) == HEAD:
            answer = heard.read(int.from_bytes(head[1:]))
            if len(answer) == int.from_bytes(head[1:]):
                return head[:1], answer
        return b"", b""

    def _kill(self) -> None:
        self._is_late = True
        self._process.kill()

    @property
    def _starved(self) -> str:
        return f"Rendering needed more than {self._memory} MB of memory and was stopped."

    def _last_words(self) -> str:
        code = self._process.wait()
        words = self._words.read_text(encoding="utf-8", errors="replace").strip()[-500:]
        if _is_starved(words):
            return self._starved
        if code == -Signals.SIGXCPU:
            return "Rendering used up its processor time and was stopped."
        if code < 0:
            signal = Signals(-code).name
            return f"The rendering process died of {signal}, perhaps for want of memory. {words}".strip()
        if code == 0:
            return "The rendering process ended without a PDF."
        return words or f"The rendering process ended with code {code}."


def _is_starved(words: str) -> bool:
    return any(sign in words for sign in STARVED)


class Press:
    """As many processes as threads print at once; each is kept for several papers. Any thread may print."""

    def __init__(
        self, *, timeout_seconds: float = TIMEOUT_SECONDS, memory_mb: int = MEMORY_MB, papers: int = PAPERS
    ) -> None:
        self._timeout, self._memory, self._papers = timeout_seconds, memory_mb, papers
        self._free: deque[Printer] = deque()

    def print(self, paper: Paper) -> bytes:
        """The same bytes as from a process of its own. Raises RenderFailed, for this paper alone."""
        while self._free:
            with suppress(IndexError, Died):
                # Perhaps it was for what papers before left in its memory: a fresh process decides.
                return self._printed(self._free.pop(), paper)
        return self._printed(Printer(timeout_seconds=self._timeout, memory_mb=self._memory), paper)

    def close(self) -> None:
        """End all processes that print nothing now."""
        while self._free:
            with suppress(IndexError):
                self._free.pop().close()

    @property
    def free(self) -> tuple[Printer, ...]:
        """The processes that print nothing now."""
        return tuple(self._free)

    def _printed(self, printer: Printer, paper: Paper) -> bytes:
        is_fit = False
        try:
            pdf = printer.print(paper)
            is_fit = printer.count < self._papers
            return pdf
        finally:
            if is_fit:
                self._free.append(printer)
            else:
                printer.close()
