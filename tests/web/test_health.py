"""Is the process alive, and can it work."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from xla import clock, database
from xla.core.work import Kind
from xla.services import heartbeats, work
from xla.services.work import Wanted
from xla.settings import Settings
from xla.web import create_app
from xla.web.database import ENGINE


def asked(settings: Settings) -> TestResponse:
    app = create_app(settings)
    answer = app.test_client().get("/readyz")
    app.extensions[ENGINE].dispose()
    return answer


def test_a_process_that_answers_is_alive(browser: FlaskClient) -> None:
    assert browser.get("/healthz").json == {"status": "ok"}


def beat(store: Engine, *, minutes_ago: int = 0) -> None:
    with database.transaction(store) as session:
        at = clock.now() - timedelta(minutes=minutes_ago)
        heartbeats.beat(session, "scheduler", "scheduler a 1", at)


def test_a_migrated_database_is_ready(browser: FlaskClient, store: Engine) -> None:
    beat(store)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "work": "ok"})


@pytest.mark.parametrize("minutes_ago", [4, None])
def test_without_a_scheduler_the_web_is_ready_and_says_so(
    browser: FlaskClient, store: Engine, minutes_ago: int | None
) -> None:
    if minutes_ago:
        beat(store, minutes_ago=minutes_ago)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "work": "no scheduler ticks"})


def test_late_work_makes_the_web_no_less_ready(browser: FlaskClient, store: Engine) -> None:
    beat(store)
    now = clock.now()
    with database.transaction(store) as session:
        work.put(session, [Wanted(Kind.SEND, "a", now - timedelta(hours=1))], now)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "work": "late: notify"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_load_balancers_may_ask_by_an_address(browser: FlaskClient, path: str) -> None:
    assert browser.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert browser.get("/sign-in", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_a_database_without_its_tables_is_not_ready(empty_database_url: str, tmp_path: Path) -> None:
    answer = asked(Settings(instance=tmp_path, database_url=empty_database_url))
    assert (answer.status_code, answer.json) == (503, {"status": "migrations are missing"})


def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path) -> None:
    answer = asked(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/folder/xla.db"))
    assert (answer.status_code, answer.json) == (503, {"status": "the database does not answer"})
