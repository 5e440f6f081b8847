"""API keys: made, shown once, revoked."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database
from xla.models import ApiKey, AuditEntry, Contract
from xla.services import keys

FORM = {"name": "Till", "scopes": ["read", "ratings:write"], "contract": "", "expires_on": ""}
HOSTILE = "</script><b>{{7*7}}</b>"


@pytest.fixture
def admin(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("admin")


def rows(store: Engine) -> list[ApiKey]:
    with database.reading(store) as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def test_a_key_is_shown_on_its_answer_and_never_again(admin: FlaskClient, store: Engine) -> None:
    answer = admin.post("/settings/keys", data=FORM)
    assert answer.status_code == 201
    shown = re.search(r"<code>(xla_[\w-]+)</code></p>", answer.text)
    assert shown
    assert answer.headers["Cache-Control"] == "no-store"
    with database.reading(store) as session:
        assert keys.find(session, shown[1], clock.now())
        noted = session.scalars(select(AuditEntry)).one()
    assert (noted.action, noted.subject) == ("key.create", "Till")
    assert shown[1] not in noted.detail
    page = admin.get("/settings/keys").text
    assert shown[1] not in page
    assert shown[1][:10] in page
    assert "Made by Astrid Admin" in page


@pytest.mark.usefixtures("harbour")
def test_a_key_may_open_one_contract_up_to_a_day(admin: FlaskClient, store: Engine) -> None:
    day = clock.now().date() + timedelta(days=30)
    admin.post("/settings/keys", data={**FORM, "contract": "harbour", "expires_on": day.isoformat()})
    with database.reading(store) as session:
        contract_id = session.scalar(select(Contract.id).where(Contract.key == "harbour"))
    (key,) = rows(store)
    assert key.contract_id == contract_id
    assert key.expires_at == datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "value", "flaw"),
    [
        ("name", "", "Write what the key is for."),
        ("name", "x" * 10_000, "At most 100 characters"),
        ("name", "a\x00", "without control characters"),
        ("scopes", [], "Choose at least one thing it may do."),
        ("contract", "none", "Choose one of what is offered"),
        ("expires_on", "2020-01-01", "Choose a day in the future."),
        ("expires_on", "9999-12-31", "Choose a day in the future."),
    ],
)
def test_what_makes_no_key_is_said_and_stays_typed(
    admin: FlaskClient, store: Engine, field: str, value: object, flaw: str
) -> None:
    answer = admin.post("/settings/keys", data={**FORM, field: value})
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2
    assert rows(store) == []
    if isinstance(value, str) and field == "name" and "\x00" not in value:
        assert value in html.unescape(answer.text)


def test_a_revoked_key_stays_in_the_list_and_is_revoked_once(admin: FlaskClient, store: Engine) -> None:
    admin.post("/settings/keys", data=FORM)
    (key,) = rows(store)
    for _ in range(2):
        assert admin.post(f"/settings/keys/{key.id}/revoke").status_code == 303
    assert "Revoked" in admin.get("/settings/keys").text
    with database.reading(store) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["key.create", "key.revoke"]


def test_a_key_there_is_not_cannot_be_revoked(admin: FlaskClient) -> None:
    assert admin.post("/settings/keys/999/revoke").status_code == 404
    assert admin.post("/settings/keys/99999999999999999999/revoke").status_code == 404


def test_hostile_words_are_shown_as_text(admin: FlaskClient) -> None:
    for page in (
        admin.post("/settings/keys", data={**FORM, "name": HOSTILE}).text,
        admin.get("/settings/keys").text,
    ):
        assert "&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in page
        assert HOSTILE not in page


def test_queries_do_not_grow_with_keys(admin: FlaskClient, store: Engine) -> None:
    admin.get("/settings/keys")
    counts = []
    for _ in range(3):
        admin.post("/settings/keys", data=FORM)
        counts.append(asked(store, admin, "/settings/keys"))
    assert len(set(counts)) == 1
