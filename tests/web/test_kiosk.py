"""The kiosk: pairing by a code, what a tablet and we tell each other, and the page of a contract's kiosks."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database
from xla.models import Action, AuditEntry, Breach, Contract, Kiosk, RatingPoint, Response
from xla.services import kiosks

HOSTILE = "</script><b>{{7*7}}</b>"
SENT = 1_700_000_000_000
TAP = {"id": "tap-00000001", "question": "clean", "score": 2, "felt": SENT - 60_000, "reasons": ["smell"]}
Tablet = Callable[..., TestResponse]
pytestmark = pytest.mark.usefixtures("harbour")


@pytest.fixture
def point(store: Engine, harbour: None) -> int:
    """The id of the open rating point in House A."""
    with database.transaction(store) as session:
        row = session.scalars(
            select(RatingPoint)
            .join(Contract, Contract.id == RatingPoint.contract_id)
            .where(Contract.key == "harbour", RatingPoint.site_key == "a", RatingPoint.touchpoint_key != "")
        ).one()
        row.token, row.opened_at = "token-a", clock.now()
        return row.id


@pytest.fixture
def manager(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


@pytest.fixture
def code(manager: FlaskClient, point: int) -> str:
    answer = manager.post("/contracts/harbour/kiosks", data={"point": point, "name": "Left of the door"})
    assert answer.status_code == 201
    return shown(answer)


@pytest.fixture
def secret(browser: FlaskClient, code: str) -> str:
    return str(browser.post("/kiosk/pair", json={"code": code}).json["secret"])


@pytest.fixture
def tablet(browser: FlaskClient, secret: str) -> Tablet:
    """Ask as the paired tablet."""

    def ask(path: str, told: Any = None, method: str = "POST") -> TestResponse:
        headers = {"Authorization": f"Bearer {secret}"}
        return browser.open(f"/kiosk/{path}", method=method, json=told, headers=headers)

    return ask


def shown(answer: TestResponse) -> str:
    found = re.search(r"<code>(\d{4} \d{4})</code>", answer.text)
    assert found
    return found[1]


def kiosk(store: Engine) -> Kiosk:
    with database.reading(store) as session:
        return session.scalars(select(Kiosk)).one()


def test_a_code_is_shown_once_and_pairs_one_tablet(
    browser: FlaskClient, manager: FlaskClient, store: Engine, code: str
) -> None:
    assert code not in manager.get("/contracts/harbour/kiosks").text
    answer = browser.post("/kiosk/pair", json={"code": code.replace(" ", "")})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["kiosk"] == kiosk(store).id
    again = browser.post("/kiosk/pair", json={"code": code})
    assert (again.status_code, again.json) == (422, {"problem": "code"})
    with database.reading(store) as session:
        noted = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert noted[-2:] == ["kiosk.create", "kiosk.pair"]


@pytest.mark.parametrize(
    "wrong", ["00000000", "", "1" * 13, "\uff11" * 8, None, 12345678, ["x"], "\udc00" * 8]
)
def test_a_wrong_code_is_refused(browser: FlaskClient, wrong: Any) -> None:
    assert browser.post("/kiosk/pair", json={"code": wrong}).status_code == 422


def test_ten_wrong_codes_are_enough_for_a_quarter_of_an_hour(
    browser: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = ({"REMOTE_ADDR": f"2001:db8:{net}::1"} for net in ("1", "2"))
    for tail in range(10):
        address = {"REMOTE_ADDR": f"2001:db8:1::{tail:x}"}
        assert browser.post("/kiosk/pair", json={"code": "x"}, environ_base=address).status_code == 422
    assert browser.post("/kiosk/pair", json={"code": code}, environ_base=near).status_code == 429
    assert browser.post("/kiosk/pair", json={"code": "x"}, environ_base=far).status_code == 422
    later = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: later - timedelta(seconds=2))
    assert browser.post("/kiosk/pair", json={"code": code}, environ_base=near).status_code == 429
    monkeypatch.setattr(clock, "now", lambda: later + timedelta(minutes=1))
    assert browser.post("/kiosk/pair", json={"code": code}, environ_base=near).status_code == 422, "expired"


def test_the_set_up_has_all_a_tablet_shows(tablet: Tablet, store: Engine) -> None:
    told = tablet("set-up", method="GET").json
    assert (told["state"], told["org"], told["languages"]) == ("open", "Aurland Port", ["en"])
    assert told["kiosk"] == {"id": kiosk(store).id, "name": "Left of the door"}
    assert told["words"][0]["place"] == "House A"
    assert told["question"]["texts"] == ["Is it clean?"]
    answers = told["question"]["answers"]
    assert [(each["score"], each["face"], each["words"]) for each in answers][::4] == [
        (1, 1, ["Very poor"]),
        (5, 5, ["Very good"]),
    ]
    assert [each["key"] for each in answers[0]["reasons"]] == ["smell", "paper"]
    assert [each["poor"] for each in answers] == [True, True, True, False, False]


def test_a_tablet_hears_of_another_set_up_with_its_next_report(tablet: Tablet, store: Engine) -> None:
    before = tablet("set-up", method="GET").json["version"]
    assert tablet("alive", {"waiting": 3, "refused": 1}).json == {"version": before}
    assert (kiosk(store).waiting, kiosk(store).refused) == (3, 1)
    with database.transaction(store) as session:
        session.scalars(select(RatingPoint).where(RatingPoint.token.is_not(None))).one().title = "North door"
    assert tablet("alive", {"waiting": "many"}).json["version"] != before
    assert kiosk(store).waiting == 0
    assert tablet("set-up", method="GET").json["words"][0]["place"] == "North door"


def test_what_was_done_is_told_to_who_rated(tablet: Tablet, store: Engine) -> None:
    assert tablet("set-up", method="GET").json["done"] is None
    with database.transaction(store) as session:
        breach = session.scalars(
            select(Breach).join(Contract, Contract.id == Breach.contract_id).where(Contract.key == "harbour")
        ).first()
        assert breach
        action = Action(
            breach_id=breach.id,
            title="A second round at night",
            owner="Amina",
            due_on=date(2026, 4, 20),
            reason_key="smell",
            created_at=clock.now(),
            done_on=date(2026, 4, 9),
        )
        session.add(action)
    assert tablet("set-up", method="GET").json["done"] == {
        "said": "You said: Smell",
        "did": "A second round at night",
        "on": "Done on 9\N{NO-BREAK SPACE}April\N{NO-BREAK SPACE}2026",
    }


def test_ratings_are_stored_once_and_each_has_its_answer(tablet: Tablet, store: Engine) -> None:
    batch = {"sent": SENT, "ratings": [TAP, {**TAP, "score": 9}, "x"], "waiting": 2}
    for first in ("accepted", "duplicate"):
        results = tablet("ratings", batch).json["results"]
        assert [(each["result"], each["reason"]) for each in results] == [
            (first, None),
            ("refused", "score"),
            ("refused", "shape"),
        ]
    with database.reading(store) as session:
        row = session.scalars(select(Response).where(Response.channel == "kiosk")).one()
    assert timedelta(minutes=1) <= row.received_at - row.rated_at < timedelta(minutes=2)
    assert row.reasons == "smell"
    assert kiosk(store).waiting == 2


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"1" * 5_000,
        b'{"sent": 1}',
        b'{"sent": true, "ratings": []}',
        b'{"sent": 1e999, "ratings": []}',
        b'{"sent": 1, "ratings": {}}',
        b'{"sent": 1, "ratings": [' + b"1," * 100 + b"1]}",
        b"\xff\xfe",
    ],
)
def test_what_is_no_batch_is_refused(browser: FlaskClient, secret: str, told: bytes) -> None:
    answer = browser.post("/kiosk/ratings", data=told, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 400
    assert "problem" in answer.json


def test_a_batch_that_is_too_long_is_refused(browser: FlaskClient, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    assert browser.post("/kiosk/ratings", data=b" " * 200_000, headers=headers).status_code == 413


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic wrong", "Bearer \xe5"])
def test_nobody_else_speaks_for_a_tablet(browser: FlaskClient, secret: str, header: str) -> None:
    told = {"sent": SENT, "ratings": [TAP]}
    for header_sent in (header, header.replace("wrong", secret) if header.startswith("Basic") else header):
        answer = browser.post("/kiosk/ratings", json=told, headers={"Authorization": header_sent})
        assert (answer.status_code, answer.json) == (401, {"problem": "unknown"})


def test_a_revoked_kiosk_is_told_so(tablet: Tablet, manager: FlaskClient, store: Engine) -> None:
    address = f"/contracts/harbour/kiosks/{kiosk(store).id}"
    for _ in range(2):
        assert manager.post(f"{address}/revoke").status_code == 303
    for answer in (
        tablet("alive", {}),
        tablet("set-up", method="GET"),
        tablet("ratings", {"sent": 1, "ratings": []}),
    ):
        assert (answer.status_code, answer.json) == (401, {"problem": "revoked"})
    assert manager.post(f"{address}/code").status_code == 303
    page = manager.get("/contracts/harbour/kiosks").text
    assert "This kiosk was revoked" in page
    assert page.count("Revoked") == 1
    with database.reading(store) as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "kiosk.revoke")) == 1


def test_a_new_code_lets_another_tablet_take_over(
    tablet: Tablet, browser: FlaskClient, manager: FlaskClient, store: Engine
) -> None:
    answer = manager.post(f"/contracts/harbour/kiosks/{kiosk(store).id}/code")
    assert answer.status_code == 201
    assert tablet("alive", {}).status_code == 200
    assert browser.post("/kiosk/pair", json={"code": shown(answer)}).status_code == 200
    assert tablet("alive", {}).json == {"problem": "unknown"}


def test_the_page_says_how_each_kiosk_does(tablet: Tablet, manager: FlaskClient, store: Engine) -> None:
    tablet("alive", {"waiting": 12, "refused": 0})
    page = manager.get("/contracts/harbour/kiosks").text
    assert "Left of the door" in page
    assert "Reporting" in page
    assert '<td class="n">12</td>' in page
    with database.transaction(store) as session:
        session.scalars(select(Kiosk)).one().seen_at = clock.now() - timedelta(minutes=31)
    assert "Silent" in manager.get("/contracts/harbour/kiosks").text


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"point": ""}, "Choose where it stands."),
        ({"point": "999"}, "Choose one of what is offered"),
        ({"name": " "}, "Write what people call it."),
        ({"name": "x" * 101}, "At most 100 characters"),
    ],
)
def test_what_makes_no_kiosk_is_said(
    manager: FlaskClient, store: Engine, point: int, changed: dict[str, str], flaw: str
) -> None:
    answer = manager.post("/contracts/harbour/kiosks", data={"point": point, "name": "Left", **changed})
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2
    with database.reading(store) as session:
        assert session.scalars(select(Kiosk)).all() == []


def test_a_strangers_rating_point_and_kiosk_are_not_there(
    browser_of: BrowserOf, manager: FlaskClient, store: Engine, code: str
) -> None:
    with database.transaction(store) as session:
        foreign = session.scalars(
            select(RatingPoint)
            .join(Contract, Contract.id == RatingPoint.contract_id)
            .where(Contract.key == "quay")
        ).first()
        assert foreign
        foreign.token, foreign.opened_at = "token-q", clock.now()
        there = kiosks.add(session, foreign, "Quay", None, clock.now()).id
        foreign_id = foreign.id
    answer = manager.post("/contracts/harbour/kiosks", data={"point": foreign_id, "name": "Mine"})
    assert answer.status_code == 422
    for done in ("code", "revoke"):
        assert manager.post(f"/contracts/harbour/kiosks/{there}/{done}").status_code == 404


def test_a_rating_points_page_leads_to_its_kiosks(manager: FlaskClient, code: str, point: int) -> None:
    address = f"/contracts/harbour/kiosks?point={point}"
    assert address in manager.get(f"/contracts/harbour/points/{point}").text
    assert f'<option selected value="{point}">' in manager.get(address).text
    assert manager.get("/contracts/harbour/kiosks?point=x").status_code == 200


def test_a_contract_without_an_open_point_says_what_comes_first(manager: FlaskClient) -> None:
    assert "Open one first" in manager.get("/contracts/harbour/kiosks").text


def test_hostile_names_are_shown_as_text(manager: FlaskClient, point: int) -> None:
    told = {"point": point, "name": HOSTILE}
    for page in (
        manager.post("/contracts/harbour/kiosks", data=told).text,
        manager.get("/contracts/harbour/kiosks").text,
    ):
        assert HOSTILE not in page
        assert HOSTILE in html.unescape(page)


def test_queries_do_not_grow_with_kiosks(manager: FlaskClient, store: Engine, point: int) -> None:
    counts = []
    for number in range(3):
        manager.post("/contracts/harbour/kiosks", data={"point": point, "name": f"Kiosk {number}"})
        counts.append(asked(store, manager, "/contracts/harbour/kiosks"))
    assert len(set(counts)) == 1


def test_the_page_starts_offline_from_what_the_worker_keeps(app: Flask, browser: FlaskClient) -> None:
    page = browser.get("/kiosk")
    assert "Set-Cookie" not in page.headers
    assert "<style" not in page.text
    assert 'style="' not in page.text
    worker = browser.get("/kiosk/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/kiosk"
    assert worker.mimetype == "text/javascript"
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        assert address in worker.text
        with browser.get(address) as file:
            assert file.status_code == 200
    assert browser.get("/kiosk/manifest.json").json["start_url"] == "/kiosk"
