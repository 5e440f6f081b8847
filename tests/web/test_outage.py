"""An outage: the database is away or the disk full; that is said in words, and the log quotes nobody."""

import errno
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import DiskFull, UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from xla.settings import Settings
from xla.web import create_app

AWAY = OperationalError("SELECT", {}, Exception("unable to open database file"))
FULL = OperationalError("INSERT", {}, Exception("database or disk is full"))
NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def broken(tmp_path: Path) -> Flask:
    """An application without a database, and addresses that fail as they are told."""
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/xla.db"))
    app.secret_key = "known"
    return app


def failing(app: Flask, error: Exception, path: str = "/fails") -> FlaskClient:
    def fail() -> str:
        raise error

    app.add_url_rule(path, f"fails{len(app.view_functions)}", fail)
    return app.test_client()


@pytest.mark.parametrize("error", [AWAY, PoolTimeout("no connection is free")])
def test_a_database_that_is_away_is_said_and_asked_again_soon(broken: Flask, error: Exception) -> None:
    answer = failing(broken, error).get("/fails")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The database does not answer" in answer.text
    assert "Nothing was changed" in answer.text


@pytest.mark.parametrize("error", [FULL, NO_SPACE, OperationalError("INSERT", {}, DiskFull("no room"))])
def test_a_full_disk_is_said(broken: Flask, error: Exception) -> None:
    answer = failing(broken, error).get("/fails")
    assert answer.status_code == 503
    assert "There is no room left" in answer.text
    assert "nothing was saved" in answer.text


@pytest.mark.parametrize(("error", "said"), [(AWAY, "be reached"), (FULL, "room"), (NO_SPACE, "room")])
def test_machines_are_told_as_a_problem(broken: Flask, error: Exception, said: str) -> None:
    answer = failing(broken, error, "/api/fails").get("/api/fails")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert said in json.loads(answer.text)["detail"]


def test_what_the_system_refuses_otherwise_is_a_mistake_of_ours(broken: Flask) -> None:
    assert failing(broken, OSError(errno.EACCES, "Permission denied")).get("/fails").status_code == 500


def test_the_log_names_neither_the_address_nor_what_was_sent(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    refused = UniqueViolation("duplicate key\nDETAIL:  Key (email)=(karin@ekhaga.example) already exists.")
    error = IntegrityError("INSERT INTO person", {"email": "karin@ekhaga.example"}, refused)
    failing(broken, error, "/secret-token").get("/secret-token")
    assert "duplicate key" in caplog.text
    assert "karin" not in caplog.text.partition("Traceback")[0]
    assert "secret-token" not in caplog.text
