"""The report as PDF: here, or in a limited process of its own."""

from contextlib import closing

from xla.documents.page import compose
from xla.documents.paper import Paper, RenderFailed
from xla.documents.press import MEMORY_MB, TIMEOUT_SECONDS, Printer
from xla.documents.printer import print_paper
from xla.documents.report_data import ReportData

__all__ = ["MEMORY_MB", "TIMEOUT_SECONDS", "RenderFailed", "render", "render_in_process"]


def render(data: ReportData) -> bytes:
    """The report as PDF/A-3a, in this process. Raises RenderFailed."""
    return print_paper(compose(data))


def render_in_process(
    data: ReportData, *, timeout_seconds: float = TIMEOUT_SECONDS, memory_mb: int = MEMORY_MB
) -> bytes:
    """The same bytes from a spawned process, killed after `timeout_seconds`. Raises RenderFailed."""
    return print_in_process(compose(data), timeout_seconds=timeout_seconds, memory_mb=memory_mb)


def print_in_process(paper: Paper, *, timeout_seconds: float, memory_mb: int) -> bytes:
    """Hand `paper` to a process that prints nothing else, and wait for its PDF. Raises RenderFailed."""
    with closing(Printer(timeout_seconds=timeout_seconds, memory_mb=memory_mb)) as printer:
        return printer.print(paper)
