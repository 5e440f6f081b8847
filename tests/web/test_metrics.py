"""Metrics: true figures for who may read them, without anybody's name, and cheap to ask for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError
from sqlalchemy import Engine, event

import make
import rated
from xla import clock, database
from xla.core.work import Kind, Queue
from xla.models import DaySeal
from xla.services import heartbeats, work
from xla.services.work import Wanted
from xla.settings import Settings
from xla.web import create_app
from xla.web.import_work import WORKS
from xla.web.metrics import METRICS, Kept
from xla.web.post import POST

TOKEN = "a-long-random-word"


@pytest.fixture
def guarded(store: Engine, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser of an installation whose figures need a token."""
    app = create_app(Settings(instance=tmp_path, metrics_token=TOKEN), store)
    yield app.test_client()
    app.extensions[WORKS].executor.shutdown()
    app.extensions[POST].executor.shutdown()


def figures(browser: FlaskClient) -> dict[str, float]:
    """Every sample, as `name{label}`."""
    browser.application.extensions[METRICS] = Kept()
    answer = browser.get("/metrics")
    assert answer.status_code == 200
    return {
        f"{sample.name}{'/'.join(['', *sample.labels.values()])}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_an_empty_installation_has_its_figures(browser: FlaskClient) -> None:
    found = figures(browser)
    assert {found[f"xla_backlog_items/{queue}"] for queue in Queue} == {0}
    assert {found[f"xla_backlog_oldest_seconds/{queue}"] for queue in Queue} == {0}
    assert found["xla_processes/scheduler"] == 0
    assert "xla_heartbeat_age_seconds/scheduler" not in found
    assert any(name.startswith("xla_build_info/") for name in found)


def test_the_figures_are_the_databases(browser: FlaskClient, store: Engine, monkeypatch: Any) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    with database.transaction(store) as session:
        heartbeats.beat(session, "scheduler", "scheduler a 1", now - timedelta(seconds=30))
        rated.respond(session, make.contract(session), {"clean": 4}, times=3)
        wanted = [Wanted(Kind.CLOSE, f"{number}", now - timedelta(minutes=5)) for number in range(4)]
        work.put(session, [*wanted, Wanted(Kind.RENDER, "r", now)], now)
        first, second = (work.take(session, [Queue.CLOSE], now) for _ in range(2))
        third = work.take(session, [Queue.RENDER], now)
        assert first
        assert second
        assert third
        work.finish(session, first, now)
        work.fail(session, second, "no room", now)
        work.park(session, third, "too large", now)
        session.add(
            DaySeal(
                day=date(2026, 4, 9), leaf_count=0, root="", previous="", chained="",
                sealed_at=now, scheme="1", covers="{}", marks=b"",
            )
        )  # fmt: skip
    found = figures(browser)
    told = {
        "xla_backlog_items/close": 2,
        "xla_backlog_oldest_seconds/close": 300,
        "xla_backlog_oldest_seconds/render": 0,
        "xla_parked_items/render": 1,
        "xla_work_done_last_hour/close": 1,
        "xla_work_retrying/close": 1,
        "xla_work_parked/render": 1,
        "xla_contracts": 1,
        "xla_late_evaluations": 1,
        "xla_heartbeat_age_seconds/scheduler": 30,
        "xla_processes/scheduler": 1,
        "xla_sealed_until_timestamp_seconds": datetime(2026, 4, 10, tzinfo=UTC).timestamp(),
    }
    assert {name: found[name] for name in told} == told
    assert found["xla_responses_total"] >= 3


@pytest.mark.usefixtures("harbour")
def test_no_figure_names_a_contract_or_a_client(browser: FlaskClient) -> None:
    told = browser.get("/metrics").text.lower()
    assert not [word for word in ("harbour", "quay", "aurland") if word in told]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "xla.example.com"},
        {"Host": "10.0.0.7:8000"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
    ],
)
def test_without_a_token_only_this_machine_reads_them(browser: FlaskClient, headers: dict[str, str]) -> None:
    assert browser.get("/metrics", headers=headers).status_code == 403


def test_without_a_token_another_machine_reads_nothing(browser: FlaskClient) -> None:
    answer = browser.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert (answer.status_code, "XLA_METRICS_TOKEN" in answer.text) == (403, True)


def test_with_a_token_its_bearer_reads_them_from_anywhere(guarded: FlaskClient) -> None:
    def ask(authorization: str) -> int:
        headers = {"Authorization": authorization, "Host": "10.0.0.7:8000"}
        return guarded.get(
            "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}
        ).status_code

    assert ask(f"Bearer {TOKEN}") == 200
    assert [ask(wrong) for wrong in ("", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer å")] == [
        401
    ] * 5
    assert guarded.get("/metrics").status_code == 401


@pytest.mark.parametrize("token", ["short", "with a space in it", "fifteen-letters"])
def test_a_token_is_long_and_fits_into_a_header(token: str) -> None:
    with pytest.raises(ValidationError):
        Settings(metrics_token=token)


def test_who_asks_again_within_five_seconds_asks_no_database(browser: FlaskClient, store: Engine) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(store, "before_cursor_execute", note)
    answers = {browser.get("/metrics").text for _ in range(5)}
    event.remove(store, "before_cursor_execute", note)
    assert len(answers) == 1
    assert len([each for each in seen if "FROM work_item" in each]) <= 6


def test_a_database_that_is_away_is_a_503(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/xla.db"))
    assert app.test_client().get("/metrics").status_code == 503
