"""The report as PDF: here, or in a limited process of its own."""

import json
import subprocess
import sys
from math import ceil
from os import pathsep
from pathlib import Path
from signal import Signals
from tempfile import TemporaryDirectory

from xla.documents.page import compose
from xla.documents.paper import Paper, RenderFailed
from xla.documents.printer import print_paper
from xla.documents.report_data import ReportData

__all__ = ["RenderFailed", "render", "render_in_process"]

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "xla.documents.worker")
TIMEOUT_SECONDS = 120
MEMORY_MB = 1024
"""Address space; a standard report needs less than a fifth of it."""
OUT_OF_MEMORY = 4
STARVED = ("MemoryError", "allocate", "out of memory", "creating thread", "failed to map")
"""What Python, GLib, Fontconfig and the loader say when there is no memory left."""


def render(data: ReportData) -> bytes:
    """The report as PDF/A-3a, in this process. Raises RenderFailed."""
    return print_paper(compose(data))


def render_in_process(
    data: ReportData, *, timeout_seconds: float = TIMEOUT_SECONDS, memory_mb: int = MEMORY_MB
) -> bytes:
    """The same bytes from a spawned process, killed after `timeout_seconds`. Raises RenderFailed."""
    return print_in_process(compose(data), timeout_seconds=timeout_seconds, memory_mb=memory_mb)


def print_in_process(paper: Paper, *, timeout_seconds: float, memory_mb: int) -> bytes:
    """Hand `paper` to a worker and wait for its PDF.

    The worker sees none of our environment, which holds secrets; only where Python's modules lie, and a
    folder for its fonts that is gone afterwards, however it ends.
    """
    command = [sys.executable, *WORKER, str(ceil(timeout_seconds)), str(memory_mb)]
    with TemporaryDirectory(prefix="xla-report-", ignore_cleanup_errors=True) as folder:
        try:
            worker = subprocess.run(  # noqa: S603 - our own module, our own interpreter
                command,
                input=json.dumps(paper.as_plain()).encode(),
                capture_output=True,
                timeout=timeout_seconds,
                cwd=ROOT,
                env={"PYTHONPATH": pathsep.join(path for path in sys.path if path), "TMPDIR": folder},
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            reason = f"Rendering took longer than {timeout_seconds:g} seconds and was stopped."
            raise RenderFailed(reason) from late
    if worker.returncode:
        raise RenderFailed(_reason(worker.returncode, worker.stderr, memory_mb))
    if not worker.stdout.startswith(b"%PDF-"):
        raise RenderFailed("The rendering process ended without a PDF.")
    return worker.stdout


def _reason(code: int, said: bytes, memory_mb: int) -> str:
    words = said.decode(errors="replace").strip()[-500:]
    memory = f"Rendering needed more than {memory_mb} MB of memory and was stopped."
    if code == OUT_OF_MEMORY or any(sign in words for sign in STARVED):
        return memory
    if code == -Signals.SIGXCPU:
        return "Rendering used up its processor time and was stopped."
    if code < 0:
        signal = Signals(-code).name
        return f"The rendering process died of {signal}, perhaps for want of memory. {words}".strip()
    return words or f"The rendering process ended with code {code}."
