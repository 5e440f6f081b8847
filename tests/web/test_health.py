"""Is the process alive, and can it work."""

from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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


def test_a_migrated_database_is_ready(browser: FlaskClient) -> None:
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_database_without_its_tables_is_not_ready(empty_database_url: str, tmp_path: Path) -> None:
    answer = asked(Settings(instance=tmp_path, database_url=empty_database_url))
    assert (answer.status_code, answer.json) == (503, {"status": "migrations are missing"})


def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path) -> None:
    answer = asked(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/folder/xla.db"))
    assert (answer.status_code, answer.json) == (503, {"status": "the database does not answer"})
