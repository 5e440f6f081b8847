"""The second step at the door and on the account page: codes count once, and nobody is in before."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.conftest import BrowserOf
from xla import clock, database
from xla.models import AuditEntry, Person, SignIn
from xla.services import people, second_step
from xla.web import sign_in

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
EMAIL = world.email("manager")
FORM = {"email": EMAIL, "password": world.PASSWORD}

pytestmark = pytest.mark.usefixtures("everybody")


@pytest.fixture
def recovery(store: Engine) -> list[str]:
    """The manager's recovery codes; their second step is on."""
    before = clock.now() - timedelta(minutes=5)
    with database.transaction(store) as session:
        codes = second_step.turn_on(session, manager(session), SECRET, code(before), before)
    assert codes
    return codes


def manager(session: Any) -> Person:
    found = people.by_email(session, EMAIL)
    assert found
    return found


def code(at: Any = None) -> str:
    return pyotp.TOTP(SECRET).at(at or clock.now())


def signed_in(store: Engine) -> int:
    with database.reading(store) as session:
        return len(session.scalars(select(SignIn)).all())


def test_the_password_alone_signs_nobody_in(browser: FlaskClient, store: Engine, recovery: list[str]) -> None:
    answer = browser.post("/sign-in?next=/account", data=FORM)
    assert answer.location == "/sign-in/code?next=/account"
    assert browser.get("/account").location.startswith("/sign-in?")
    assert signed_in(store) == 0


def test_the_code_signs_in_and_leads_on(browser: FlaskClient, store: Engine, recovery: list[str]) -> None:
    onward = browser.post("/sign-in?next=/account", data=FORM).location
    assert "six digits" in browser.get(onward).text
    answer = browser.post(onward, data={"code": code()})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.get("/account").status_code == 200
    assert signed_in(store) == 1


def test_a_code_counts_once(app: Flask, browser: FlaskClient, recovery: list[str]) -> None:
    used = code()
    browser.post("/sign-in", data=FORM)
    assert browser.post("/sign-in/code", data={"code": used}).status_code == 303
    other = app.test_client()
    other.post("/sign-in", data=FORM)
    answer = other.post("/sign-in/code", data={"code": used})
    assert answer.status_code == 422
    assert "wrong or was used already" in answer.text


def test_a_recovery_code_lets_in_once(app: Flask, browser: FlaskClient, recovery: list[str]) -> None:
    browser.post("/sign-in", data=FORM)
    assert browser.post("/sign-in/code", data={"code": recovery[3]}).status_code == 303
    other = app.test_client()
    other.post("/sign-in", data=FORM)
    assert other.post("/sign-in/code", data={"code": recovery[3]}).status_code == 422


def test_without_the_password_there_is_no_code_to_give(browser: FlaskClient, recovery: list[str]) -> None:
    assert browser.get("/sign-in/code").location == "/sign-in"
    assert browser.post("/sign-in/code", data={"code": code()}).location == "/sign-in"


def test_the_first_step_runs_out(
    browser: FlaskClient, recovery: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/sign-in", data=FORM)
    monkeypatch.setattr(sign_in, "PENDING_LASTS", timedelta(0))
    assert browser.post("/sign-in/code", data={"code": code()}).location == "/sign-in"


@pytest.mark.parametrize("change", ["password_hash", "disabled_at", "totp_secret"])
def test_a_change_meanwhile_ends_the_first_step(
    browser: FlaskClient, store: Engine, recovery: list[str], change: str
) -> None:
    browser.post("/sign-in", data=FORM)
    with database.transaction(store) as session:
        setattr(manager(session), change, clock.now() if change == "disabled_at" else None)
    assert browser.post("/sign-in/code", data={"code": code()}).location == "/sign-in"
    assert signed_in(store) == 0


def test_guessing_codes_is_slowed_down_and_written_down(
    browser: FlaskClient, store: Engine, recovery: list[str]
) -> None:
    browser.post("/sign-in", data=FORM)
    for _ in range(10):
        assert browser.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    answer = browser.post("/sign-in/code", data={"code": code()})
    assert "Try again in a quarter of an hour" in answer.text
    with database.reading(store) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in.fail")).all()
    assert {(entry.subject, entry.detail) for entry in entries} == {(EMAIL, '{"step": "code"}')}


def test_an_empty_code_is_told(browser: FlaskClient, recovery: list[str]) -> None:
    browser.post("/sign-in", data=FORM)
    answer = browser.post("/sign-in/code", data={})
    assert answer.status_code == 422
    assert "Write the code." in answer.text


# --- on the account page ------------------------------------------------------------------------------------


def secret_of(page: str) -> str:
    found = re.search(r'<code class="shown-once">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def test_it_is_turned_on_with_a_code_of_the_shown_secret(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    page = browser.get("/account/second-step").text
    assert "<svg" in page
    assert 'style="' not in page
    answer = browser.post("/account/second-step", data={"code": pyotp.TOTP(secret_of(page)).at(clock.now())})
    assert answer.status_code == 200
    assert len(re.findall(r"<li><code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}</code></li>", answer.text)) == 10
    assert "recovery codes are left" in browser.get("/account").text
    with database.reading(store) as session:
        assert manager(session).totp_secret == secret_of(page)


def test_a_wrong_code_turns_nothing_on_and_keeps_the_secret(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    secret = secret_of(browser.get("/account/second-step").text)
    for wrong in ({"code": "000000"}, {}):
        answer = browser.post("/account/second-step", data=wrong)
        assert answer.status_code == 422
        assert secret_of(answer.text) == secret
    with database.reading(store) as session:
        assert manager(session).totp_secret is None


def test_nothing_is_turned_on_without_a_secret_that_was_shown(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    assert browser.post("/account/second-step", data={"code": "1"}).location == "/account/second-step"


def test_it_is_turned_off_only_with_a_code(browser_of: BrowserOf, store: Engine, recovery: list[str]) -> None:
    browser = browser_of("manager")
    assert "The second step is on" in browser.get("/account/second-step").text
    for wrong in ({"code": "000000"}, {}):
        assert browser.post("/account/second-step/off", data=wrong).status_code == 422
    assert browser.post("/account/second-step/off", data={"code": recovery[0]}).status_code == 303
    with database.reading(store) as session:
        assert manager(session).totp_secret is None
    assert browser.post("/account/second-step/off", data={"code": "1"}).location == "/account/second-step"


def test_new_recovery_codes_take_a_code_and_void_the_older(
    browser_of: BrowserOf, recovery: list[str]
) -> None:
    browser = browser_of("manager")
    assert browser.post("/account/second-step/codes", data={"code": "000000"}).status_code == 422
    answer = browser.post("/account/second-step/codes", data={"code": code()})
    assert answer.status_code == 200
    assert recovery[0] not in answer.text
    assert browser.post("/account/second-step/off", data={"code": recovery[0]}).status_code == 422


def test_guessing_in_a_browser_left_open_is_slowed_down(browser_of: BrowserOf, recovery: list[str]) -> None:
    browser = browser_of("manager")
    for _ in range(10):
        browser.post("/account/second-step/off", data={"code": "000000"})
    answer = browser.post("/account/second-step/off", data={"code": code()})
    assert "It was wrong too often" in answer.text
