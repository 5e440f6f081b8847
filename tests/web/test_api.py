"""The API: keys, problems, once-only writes, pages of lists."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from web.conftest import KeyOf
from xla import clock, database
from xla.models import ApiKey, Rating, Response, Tally
from xla.services import keys
from xla.web.api.pace import PACE, Pace

FELT = "2026-04-20T10:00:00+02:00"
ONE = {"rated_at": FELT, "site": "a", "ratings": [{"question": "clean", "score": 4}]}

pytestmark = pytest.mark.usefixtures("harbour")


def post(
    browser: FlaskClient, headers: dict[str, str], *responses: Any, contract: str = "harbour", **more: str
) -> TestResponse:
    return browser.post(
        "/api/v1/responses",
        json={"contract": contract, "responses": list(responses)},
        headers={**headers, **more},
    )


def raw(browser: FlaskClient, headers: dict[str, str], body: bytes) -> TestResponse:
    return browser.post("/api/v1/responses", data=body, headers=headers, content_type="application/json")


def count(store: Engine, what: Any = Rating.score) -> int:
    with database.reading(store) as session:
        return session.scalar(select(func.count(what))) or 0


def test_responses_are_stored_with_all_they_tell(browser: FlaskClient, key_of: KeyOf, store: Engine) -> None:
    told = {
        "rated_at": FELT,
        "site": "a-1",
        "touchpoint": "lunch",
        "persona": "visitor",
        "channel": "kiosk",
        "respondent": "r-1",
        "external_id": "e-1",
        "ratings": [{"question": "clean", "score": 2}, {"question": "food", "score": 5.0}],
        "reasons": ["smell", "paper"],
        "comment": "Ærlig talt\nnot clean",
    }
    answer = post(browser, key_of("ratings:write"), told, {"date": "2026-04-20", "ratings": told["ratings"]})
    assert (answer.status_code, answer.json) == (201, {"accepted": 2, "duplicates": 0})
    with database.reading(store) as session:
        first, second = session.scalars(
            select(Response).where(Response.source == "api").order_by(Response.id)
        )
    assert (first.channel, first.respondent, first.persona) == ("kiosk", "r-1", "visitor")
    assert (first.reasons, first.comment) == ("smell;paper", told["comment"])
    assert second.rated_at is None


def test_an_external_id_counts_once_in_its_contract(
    browser: FlaskClient, key_of: KeyOf, store: Engine
) -> None:
    own = {**ONE, "external_id": "e-1"}
    before = count(store)
    answers = [post(browser, key_of("ratings:write"), own, own).json for _ in range(2)]
    assert answers == [{"accepted": 1, "duplicates": 1}, {"accepted": 0, "duplicates": 2}]
    assert count(store) == before + 1


def test_without_any_id_what_is_sent_twice_counts_twice(
    browser: FlaskClient, key_of: KeyOf, store: Engine
) -> None:
    before = count(store)
    for _ in range(2):
        assert post(browser, key_of("ratings:write"), ONE).status_code == 201
    assert count(store) == before + 2


def test_one_flaw_keeps_all_out_and_each_flaw_names_its_field(
    browser: FlaskClient, key_of: KeyOf, store: Engine
) -> None:
    before = count(store), count(store, Tally.n)
    wrong = {
        "rated_at": "2999-01-01T00:00:00Z",
        "site": "z",
        "ratings": [
            {"question": "clean", "score": 9},
            {"question": "rain", "score": 1},
            {"question": "food", "score": 1},
            {"question": "food", "score": 2},
        ],
        "reasons": ["noise"],
    }
    answer = post(browser, key_of("ratings:write"), ONE, wrong, {"ratings": ONE["ratings"]})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    found = {error["path"]: (error["found"], error["problem"]) for error in answer.json["errors"]}
    assert found == {
        "responses.1.ratings.0.score": ("9", "off the scale; it goes from 1 to 5"),
        "responses.1.ratings.1.question": (
            "rain",
            "the contract knows no such question; it knows clean, expected, food, ideal, recommend",
        ),
        "responses.1.ratings.3.question": ("food", "this response answers the question twice"),
        "responses.1.rated_at": ("2999-01-01T00:00:00Z", "lies in the future"),
        "responses.1.site": ("z", "the contract knows no such site; it knows a, a-1, b"),
        "responses.1.reasons.0": ("noise", "not a reason of this question; it has none"),
        "responses.2.rated_at": (None, "missing; a response needs rated_at or date"),
    }
    assert (count(store), count(store, Tally.n)) == before


def test_one_response_is_sent_to_its_contract(browser: FlaskClient, key_of: KeyOf) -> None:
    headers, address = key_of("ratings:write", contract="harbour"), "/api/v1/contracts/harbour/responses"
    assert browser.post(address, json=ONE, headers=headers).status_code == 201
    answer = browser.post(address, json={**ONE, "site": "z", "date": "2026-04-20"}, headers=headers)
    assert [error["path"] for error in answer.json["errors"]] == ["date", "site"]


NO_JSON = [
    (b"", "", "not JSON"),
    (b"{", "", "not JSON"),
    (b"\xff", "", "not UTF-8"),
    (b'{"contract": NaN}', "", "no number"),
    (b'{"contract": -Infinity}', "", "no number"),
    (b'{"contract": 1e99999}', "", "too far from 0"),
    (b'{"contract": 0.' + b"1" * 5_000 + b"}", "", "too long"),
    (b'{"contract": ' + b"9" * 5_000 + b"}", "", "more than 40 characters"),
    (b'{"a": {"contract": 1, "contract": 1}}', "contract", "twice"),
    (b"[" * 200_000, "", "too deep"),
]


def test_what_is_no_json_or_means_two_things_is_refused(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write")
    for body, path, problem in NO_JSON:
        answer = raw(browser, headers, body)
        assert answer.status_code == 400
        (error,) = answer.json["errors"]
        assert error["path"] == path
        assert problem in error["problem"]


NOT_FITTING = [
    ({"ratings": []}, "responses.0.ratings"),
    ({"ratings": [{"question": "clean", "score": "4"}]}, "responses.0.ratings.0.score"),
    ({"ratings": [{"question": "clean", "score": True}]}, "responses.0.ratings.0.score"),
    ({"ratings": [{"question": "clean", "score": 4.5}]}, "responses.0.ratings.0.score"),
    ({"ratings": [{"question": "clean"}]}, "responses.0.ratings.0.score"),
    ({"mood": 1}, "responses.0.mood"),
    ({"comment": "a\x00b"}, "responses.0.comment"),
    ({"comment": "\ud800"}, "responses.0.comment"),
    ({"comment": "x" * 5_001}, "responses.0.comment"),
    ({"respondent": "x" * 201}, "responses.0.respondent"),
    ({"\ud800": 1}, "responses.0"),
]


def test_a_field_that_does_not_fit_is_named(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write")
    for change, path in NOT_FITTING:
        answer = post(browser, headers, {**ONE, **change})
        assert answer.status_code == 422
        assert [error["path"] for error in answer.json["errors"]] == [path]


def test_at_most_a_thousand_at_once(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write")
    assert post(browser, headers, *[ONE] * 1_000).json == {"accepted": 1_000, "duplicates": 0}
    assert post(browser, headers, *[ONE] * 1_001).status_code == 422
    assert raw(browser, headers, b" " * (4 << 20) + b"1").status_code == 413


def test_only_plain_json_is_read(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write")
    for content_type, more, path in (
        ("text/plain", {}, "Content-Type"),
        (None, {}, "Content-Type"),
        ("application/json", {"Content-Encoding": "gzip"}, "Content-Encoding"),
    ):
        answer = browser.post(
            "/api/v1/responses", data=b"{}", content_type=content_type, headers={**headers, **more}
        )
        assert answer.status_code == 415
        assert answer.json["errors"][0]["path"] == path


# --- keys ---------------------------------------------------------------------------------------------------


def test_without_a_live_key_nothing_is_told(browser: FlaskClient, key_of: KeyOf, store: Engine) -> None:
    revoked = key_of("read")
    with database.transaction(store) as session:
        keys.revoke(session, session.scalars(select(ApiKey.id)).one(), clock.now())
        _key, expired = keys.create(
            session,
            "Old",
            scopes=["read"],
            expires_at=clock.now() - timedelta(days=1),
            now=clock.now() - timedelta(days=9),
        )
    for told in ("", "Bearer", "Basic eDp5", "Bearer xla_none", "Bearer \xff", f"Bearer {expired}"):
        answer = browser.get("/api/v1/contracts", headers={"Authorization": told})
        assert answer.status_code == 401, told
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json["errors"][0]["path"] == "Authorization"
    assert browser.get("/api/v1/contracts", headers=revoked).status_code == 401


def test_who_accepts_something_else_is_told_what_there_is(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("read")
    for accept, status in (("text/html", 406), ("text/html, */*;q=0.1", 200), ("application/json", 200)):
        answer = browser.get("/api/v1/contracts", headers={**headers, "Accept": accept})
        assert answer.status_code == status, accept
    pdf = browser.get("/api/v1/contracts/harbour/reports/1.pdf", headers={**headers, "Accept": "text/html"})
    assert pdf.json["errors"] == [
        {"path": "Accept", "found": "text/html", "problem": "here is application/pdf alone"}
    ]


def test_a_body_may_not_name_a_contract_the_key_does_not_open(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write", contract="harbour")
    answers = [post(browser, headers, ONE, contract=key) for key in ("quay", "no-such-contract")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert answers[0].json["errors"][0]["path"] == "contract"


def test_a_keys_use_is_noted_at_most_once_a_minute(
    browser: FlaskClient, key_of: KeyOf, store: Engine
) -> None:
    headers = key_of("read")
    used = []
    for _ in range(2):
        browser.get("/api/v1/contracts", headers=headers)
        with database.reading(store) as session:
            used.append(session.scalars(select(ApiKey.used_at)).one())
    assert used[0] is not None
    assert used[0] == used[1]


def test_a_key_in_a_hurry_is_told_when_to_come_back(app: Flask, browser: FlaskClient, key_of: KeyOf) -> None:
    app.extensions[PACE] = Pace(per_minute=0)
    answer = browser.get("/api/v1/contracts", headers=key_of("read"))
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


# --- once ---------------------------------------------------------------------------------------------------


def test_the_same_request_under_a_key_is_done_once_and_answered_the_same(
    browser: FlaskClient, key_of: KeyOf, store: Engine
) -> None:
    headers, before = key_of("ratings:write"), count(store)
    answers = [post(browser, headers, ONE, **{"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert count(store) == before + 1
    other = post(browser, headers, ONE, ONE, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409
    assert other.json["errors"][0]["path"] == "Idempotency-Key"
    assert post(browser, key_of("ratings:write"), ONE, **{"Idempotency-Key": "k-1"}).status_code == 201


def test_a_refusal_is_answered_the_same_too(browser: FlaskClient, key_of: KeyOf, store: Engine) -> None:
    headers, before = key_of("ratings:write"), count(store)
    answers = [
        post(browser, headers, ONE, {**ONE, "site": "z"}, **{"Idempotency-Key": "k-1"}) for _ in range(2)
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(422, answers[0].data)}
    assert {answer.mimetype for answer in answers} == {"application/problem+json"}
    assert count(store) == before


def test_an_idempotency_key_is_visible_text(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("ratings:write")
    for key in ("", "a b", "ä", "x" * 256):
        assert post(browser, headers, ONE, **{"Idempotency-Key": key}).status_code == 400, key


@pytest.mark.parametrize("by", ["Idempotency-Key", "external_id"])
def test_sent_eight_times_at_once_it_is_done_once(app: Flask, key_of: KeyOf, store: Engine, by: str) -> None:
    headers, before, answers = key_of("ratings:write"), count(store), []
    more = {by: "k-1"} if by == "Idempotency-Key" else {}
    own = [{**ONE, "external_id": each} if by == "external_id" else ONE for each in ("e-1", "e-2")]

    def send() -> None:
        answer = post(app.test_client(), headers, *own, **more)
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [201] * 8
    assert len(set(answers)) == (1 if more else 2)
    assert count(store) == before + 2


# --- reading ------------------------------------------------------------------------------------------------


def test_a_list_is_read_page_by_page(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("read")
    first = browser.get("/api/v1/contracts?limit=1", headers=headers).json
    second = browser.get(f"/api/v1/contracts?limit=1&cursor={first['next']}", headers=headers).json
    assert [item["key"] for item in first["items"] + second["items"]] == ["harbour", "quay"]
    assert second["next"] is None
    own = browser.get("/api/v1/contracts", headers=key_of("read", contract="quay")).json
    assert [item["key"] for item in own["items"]] == ["quay"]


QUERIES = [
    ("limit=0", "limit"),
    ("limit=201", "limit"),
    ("limit=+5", "limit"),
    ("limit=5.0", "limit"),
    ("limit=1&limit=2", "limit"),
    ("cursor=x", "cursor"),
    ("cursor=MQ==", "cursor"),
    ("cursor=IgBcdTAwMDAi", "cursor"),
    ("page=2", "page"),
]


def test_a_query_that_does_not_fit_is_refused(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("read")
    for query, path in QUERIES:
        answer = browser.get(f"/api/v1/contracts?{query}", headers=headers)
        assert answer.status_code == 422
        assert [error["path"] for error in answer.json["errors"]] == [path]


def test_a_contract_tells_its_questions_and_its_agreement(browser: FlaskClient, key_of: KeyOf) -> None:
    headers = key_of("read")
    contract = browser.get("/api/v1/contracts/harbour", headers=headers).json
    assert (contract["client"], contract["version"]) == ("Aurland Port", 1)
    assert contract["questions"][0]["highest"] == 5
    agreement = browser.get("/api/v1/contracts/harbour/agreement", headers=headers).json
    assert agreement["format"] == "xla-agreement/1"
    assert agreement["kpis"][0]["target"] == 80
    assert agreement["contract"]["monthly_fee"] == "100000.00"


def test_what_is_not_there_is_a_problem_too(browser: FlaskClient, key_of: KeyOf) -> None:
    missing = browser.get("/api/v1/no-such-thing")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    wrong = browser.delete("/api/v1/responses")
    assert wrong.status_code == 405
    assert set(wrong.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    assert wrong.json["errors"] == [
        {
            "path": "method",
            "found": "DELETE",
            "problem": "not a method of this address; the header Allow names those there are",
        }
    ]
    assert browser.get("/api/v1/contracts/a%00b", headers=key_of("read")).status_code == 404
