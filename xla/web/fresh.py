"""Fresh: what was found out a moment ago, and the page behind a rating point's link answered from it.

A code on a canteen's door is scanned by hundreds at once. Their page is the same but for its key: it is made
once a second and not once a person. A point that is closed is found closed within that second.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, current_app

FRESH_S = 1
MOST = 1_000
FRESH = "xla.fresh"
QUESTION = re.compile(r"/r/[^/]+")
KEY_BYTES = 16
KEY_PLACE = secrets.token_urlsafe(24)
"""Stands in a page for the key that each reader gets anew at the door."""
TOLD_BY = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT_LANGUAGE", "SCRIPT_NAME", "wsgi.url_scheme")
"""What of a request such a page depends on."""
T = TypeVar("T")


class Fresh:
    """Results that are given again for a second; the longest unused go first. For many threads."""

    def __init__(self) -> None:
        self._results: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, work: Callable[[], T]) -> T:
        """The result of a moment ago, else that of `work`."""
        at, result = self._results.get(key, (0.0, None))
        if time.monotonic() < at + FRESH_S:
            return cast("T", result)
        found = work()
        with self._lock:
            self._results[key] = time.monotonic(), found
            self._results.move_to_end(key)
            while len(self._results) > MOST:
                self._results.popitem(last=False)
        return found


def fresh() -> Fresh:
    """What the application that answers this request found out a moment ago."""
    return cast("Fresh", current_app.extensions[FRESH])


class _Page(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


def answer_at_the_door(app: Flask) -> None:
    """Answer the question's page without asking the application again within a second."""
    app.extensions[FRESH] = Fresh()
    app.wsgi_app = _Door(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's own documentation does


class _Door:
    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._fresh = Fresh()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or not QUESTION.fullmatch(environ["PATH_INFO"]):
            return self._application(environ, start_response)
        wanted = tuple(environ.get(name) for name in TOLD_BY)
        page = self._fresh.of(wanted, lambda: self._asked(environ))
        body = page.body.replace(KEY_PLACE.encode(), secrets.token_urlsafe(KEY_BYTES).encode())
        headers = [each for each in page.headers if each[0].lower() != "content-length"]
        start_response(page.status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _asked(self, environ: dict[str, Any]) -> _Page:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            told.append((status, headers))

        answer = self._application(environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return _Page(*told[-1], body)
