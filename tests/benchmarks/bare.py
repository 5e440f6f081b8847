"""The least a server can do with a tap: bare WSGI functions beside which the public page is measured.

`page` answers with the same bytes each time. `insert` stores the rows a tap leaves, response, rating, the day's tally
and four device counters, in one durable transaction by the driver alone: no checks, no templates, no once-only.
Served by gunicorn as `bare:app`; BARE_DATABASE names the database, BARE_PAGE the file with the page.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import psycopg
from sqlalchemy import make_url

URL = os.environ["BARE_DATABASE"]
PAGE = Path(os.environ["BARE_PAGE"]).read_bytes()
IS_SQLITE = URL.startswith("sqlite")
HERE = threading.local()
RESPONSE = """INSERT INTO response (contract_id, point_id, persona, rated_on, rated_at, received_at, source, channel, group_key)
    VALUES (1, 1, '', ?, ?, ?, 'web', 'qr', ?) RETURNING id"""
RATING = "INSERT INTO rating (response_id, question_id, score) VALUES (?, 1, ?)"
TALLY = """INSERT INTO tally (question_id, rated_on, point_id, persona, score, n) VALUES (1, ?, 1, '', ?, 1)
    ON CONFLICT (question_id, rated_on, point_id, persona, score) DO UPDATE SET n = tally.n + 1"""
DEVICE = """INSERT INTO device_use (point_id, token, minutes, since, n)
    VALUES (1, ?, 10, ?, 1), (1, ?, 1440, ?, 1), (1, ?, 10, ?, 1), (1, ?, 1440, ?, 1)
    ON CONFLICT (point_id, token, minutes, since) DO UPDATE SET n = device_use.n + 1"""


def app(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    """GET gives the page, POST stores."""
    if environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
        return [PAGE]
    told = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    store(told["key"][0], int(told["score"][0]), environ["REMOTE_ADDR"])
    start_response("303 See Other", [("Location", "/thanks"), ("Content-Length", "0")])
    return [b""]


def store(key: str, score: int, network: str) -> None:
    """One rating, durably."""
    now = datetime.now(UTC)
    day, at = now.date().isoformat(), now.isoformat(" ", "microseconds")[:26]
    execute: Callable[..., Any] = _execute
    connection = _connection()
    if IS_SQLITE:
        connection.execute("BEGIN IMMEDIATE")
    try:
        start = at[:15] + "0:00"
        execute(DEVICE, key, start, key, start, network, start, network, start)
        response_id = execute(RESPONSE, day, at, at, key).fetchone()[0]
        execute(RATING, response_id, score)
        execute(TALLY, day, score)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _execute(statement: str, *values: object) -> Any:
    return _connection().execute(statement if IS_SQLITE else statement.replace("?", "%s"), values)


def _connection() -> Any:
    if not hasattr(HERE, "connection"):
        HERE.connection = _sqlite() if IS_SQLITE else psycopg.connect(_libpq(), options="-c timezone=UTC")
    return HERE.connection


def _sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(str(make_url(URL).database), isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "cache_size=-8192"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _libpq() -> str:
    return make_url(URL).set(drivername="postgresql").render_as_string(hide_password=False)
