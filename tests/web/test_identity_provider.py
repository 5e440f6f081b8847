"""Signing in with one's organisation: only who was invited, on an answer that holds in every part."""

import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.provider import CLIENT, ISSUER, SHARED, FakeProvider, key
from xla import clock, database
from xla.models import AuditEntry, Person, SignIn
from xla.outside.oidc import Provider
from xla.services import people
from xla.settings import Settings
from xla.web import create_app
from xla.web.identity_provider import PROVIDER

LEAVE, BACK = "/sign-in/organisation", "/sign-in/organisation/back"

pytestmark = pytest.mark.usefixtures("everybody")


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def app(store: Engine, provider: FakeProvider) -> Flask:
    settings = Settings(oidc_issuer=ISSUER, oidc_client_id=CLIENT, oidc_client_secret="secret")
    app = create_app(settings, store)
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions[PROVIDER] = Provider(ISSUER, CLIENT, "secret", adapter=provider)
    return app


def there_and_back(browser: FlaskClient, provider: FakeProvider, onward: str = "/account") -> Any:
    address = browser.get(LEAVE, query_string={"next": onward}).location
    return browser.get(f"{BACK}?{provider.visited(address)}")


def manager(store: Engine) -> Person:
    with database.reading(store) as session:
        found = people.by_email(session, world.email("manager"))
    assert found
    return found


def test_who_was_invited_is_signed_in_and_linked(
    browser: FlaskClient, provider: FakeProvider, store: Engine
) -> None:
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    answer = there_and_back(browser, provider)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Maja Lindqvist" in browser.get("/account").text
    linked = manager(store)
    assert (linked.oidc_issuer, linked.oidc_subject) == (ISSUER, "sub-1")


def test_the_browser_is_sent_there_with_what_the_protocol_asks_for(
    browser: FlaskClient, provider: FakeProvider
) -> None:
    address = browser.get(LEAVE).location
    assert address.startswith(f"{ISSUER}/authorize?")
    for part in ("response_type=code", f"client_id={CLIENT}", "scope=openid+email+profile", "nonce="):
        assert part in address
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fsign-in%2Forganisation%2Fback" in address


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "stranger@nordfast.example"}, "Nobody was invited with the address"),
        ({"email_verified": False}, "does not say that the address"),
        ({"email_verified": "true"}, "does not say that the address"),
        ({"email_verified": None}, "does not say that the address"),
    ],
)
def test_who_may_not_in_is_told_clearly(
    browser: FlaskClient, provider: FakeProvider, store: Engine, claims: dict[str, Any], sentence: str
) -> None:
    provider.claims = claims
    answer = there_and_back(browser, provider)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert manager(store).oidc_subject is None
    with database.reading(store) as session:
        assert session.scalars(select(SignIn)).all() == []
        assert session.scalars(select(AuditEntry.action)).all() == ["sign_in.fail"]


def test_another_account_with_the_same_address_is_not_let_in(
    browser: FlaskClient, provider: FakeProvider
) -> None:
    there_and_back(browser, provider)
    browser.post("/sign-out")
    provider.claims = {"sub": "sub-2"}
    assert "signs in with another account" in there_and_back(browser, provider).text


def test_who_is_switched_off_is_not_let_in(
    browser: FlaskClient, provider: FakeProvider, store: Engine
) -> None:
    with database.transaction(store) as session:
        session.get_one(Person, manager(store).id).disabled_at = clock.now()
    assert "switched off" in there_and_back(browser, provider).text


def test_the_second_step_is_asked_for_here_too(
    browser: FlaskClient, provider: FakeProvider, store: Engine
) -> None:
    with database.transaction(store) as session:
        session.get_one(Person, manager(store).id).totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    answer = there_and_back(browser, provider)
    assert answer.location == "/sign-in/code?next=/account"
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["another-client", CLIENT]},
        {"exp": int(time.time()) - 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"iat": int(time.time()) + 3600},
    ],
)
def test_an_identity_that_does_not_hold_is_refused(
    browser: FlaskClient, provider: FakeProvider, store: Engine, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    answer = there_and_back(browser, provider)
    assert answer.status_code == 403
    assert "does not work at the moment" in answer.text
    assert manager(store).oidc_subject is None


@pytest.mark.parametrize(
    ("signed_with", "header", "unsigned"),
    [
        (key("another"), {}, ""),
        (SHARED, {"alg": "HS256"}, ""),
        (SHARED, {}, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdWItMSJ9."),
    ],
    ids=["another's key", "a shared secret", "unsigned"],
)
def test_an_identity_signed_otherwise_is_refused(
    browser: FlaskClient, provider: FakeProvider, signed_with: Any, header: dict[str, Any], unsigned: str
) -> None:
    provider.signed_with, provider.header, provider.unsigned = signed_with, header, unsigned
    answer = there_and_back(browser, provider)
    assert answer.status_code == 403
    assert browser.get("/account").status_code == 303


def test_an_answer_nobody_waits_for_is_refused(browser: FlaskClient, provider: FakeProvider) -> None:
    returned = provider.visited(browser.get(LEAVE).location)
    for query in ("", "code=a-code&state=another", "state=x", "error=access_denied&state=x"):
        assert browser.get(f"{BACK}?{query}").status_code == 403
    assert browser.get(f"{BACK}?{returned}").status_code == 403, "the first answer ended the attempt"
    assert provider.asked == ["/tenant/.well-known/openid-configuration"]


def test_an_answer_counts_once(browser: FlaskClient, provider: FakeProvider) -> None:
    returned = provider.visited(browser.get(LEAVE).location)
    assert browser.get(f"{BACK}?{returned}").status_code == 303
    assert browser.get(f"{BACK}?{returned}").status_code == 403


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://login.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_is_another_or_not_encrypted_is_not_used(
    browser: FlaskClient, provider: FakeProvider, document: dict[str, Any]
) -> None:
    provider.document = document
    answer = browser.get(LEAVE)
    assert answer.status_code == 403
    assert "does not work at the moment" in answer.text


def test_a_provider_that_is_down_is_told(browser: FlaskClient, provider: FakeProvider) -> None:
    provider.status = 500
    assert "does not work at the moment" in browser.get(LEAVE).text


def test_without_a_provider_there_is_no_such_way(store: Engine) -> None:
    browser = create_app(Settings(), store).test_client()
    assert "organisation" not in browser.get("/sign-in").text
    assert browser.get(LEAVE).status_code == 404
    assert browser.get(BACK).status_code == 404
