"""Logs: what processes that run for long say on standard error, for people or for a log collector."""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

QUIET = ("alembic", "apscheduler", "fontTools", "procrastinate", "waitress", "weasyprint")
"""They tell every step; of these only warnings are kept."""
GUNICORN = ("gunicorn.error", "gunicorn.access")
"""They bring handlers of their own, whose records shall look like ours."""
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def set_up(form: Literal["text", "json"]) -> None:
    """Write records of INFO and above to standard error. Called again, the last form holds."""
    formatter = Json() if form == "json" else Text()
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _Stderr):
            root.removeHandler(handler)
    handler = _Stderr()
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in GUNICORN:
        for theirs in logging.getLogger(name).handlers:
            theirs.setFormatter(formatter)


class Text(logging.Formatter):
    """`2026-06-15T12:00:00.123+00:00 WARNING xla.jobs.ticks: what happened`, and the traceback below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record; its traceback as we write it, whoever wrote it before."""
        record.exc_text = None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002  # the library's
        """When it was said, in UTC."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, ei: Raised) -> str:  # noqa: N802  # the library's
        """The traceback without the lines in which PostgreSQL quotes a row: it may be somebody's."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.startswith("DETAIL:"))


class Json(Text):
    """One object a line: time, level, logger, process, message, and exception where one was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """The record."""
        told = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # asked for anew each time, as logging's own does
        """Standard error."""
        return sys.stderr
