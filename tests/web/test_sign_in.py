"""Signing in and out: sessions are rows, found by a token, ended by deleting the row."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.conftest import BrowserOf
from xla import database
from xla.models import AuditEntry, SignIn

FORM = {"email": "Manager@Nordfast.example ", "password": world.PASSWORD}


def rows(store: Engine) -> list[SignIn]:
    with database.reading(store) as session:
        return list(session.scalars(select(SignIn)))


@pytest.mark.usefixtures("everybody")
def test_address_and_password_sign_in_and_lead_on(browser: FlaskClient, store: Engine) -> None:
    answer = browser.post("/sign-in?next=/?page=2", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/?page=2")
    assert browser.get("/").status_code == 200
    assert len(rows(store)) == 1
    with database.reading(store) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("sign_in", "Maja Lindqvist")


@pytest.mark.usefixtures("everybody")
def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: FlaskClient) -> None:
    cookie = browser.post("/sign-in", data=FORM).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_signing_in_never_leads_elsewhere(browser: FlaskClient, elsewhere: str) -> None:
    answer = browser.post("/sign-in", query_string={"next": elsewhere}, data=FORM)
    assert answer.location == "/"


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("email", ["manager@nordfast.example", "nobody@nordfast.example"])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser: FlaskClient, email: str) -> None:
    answer = browser.post("/sign-in", data={"email": email, "password": "wrong"})
    assert answer.status_code == 422
    assert "Address and password do not belong together." in answer.text
    assert f'value="{email}"' in answer.text


def test_an_empty_form_says_what_is_missing_beside_the_field(browser: FlaskClient) -> None:
    answer = browser.post("/sign-in", data={})
    assert answer.status_code == 422
    assert answer.text.count("Write your e-mail address.") == 2
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.usefixtures("everybody")
def test_who_guesses_is_slowed_down_even_with_the_right_password(browser: FlaskClient) -> None:
    for _ in range(10):
        browser.post("/sign-in", data={**FORM, "password": "guess"})
    answer = browser.post("/sign-in", data=FORM)
    assert answer.status_code == 422
    assert "Try again in a quarter of an hour" in answer.text


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("email", "subject"),
    [("manager@nordfast.example", "manager@nordfast.example"), ("my secret password", "?")],
)
def test_a_failure_is_written_down_without_what_was_typed(
    browser: FlaskClient, store: Engine, email: str, subject: str
) -> None:
    browser.post("/sign-in", data={"email": email, "password": "a wrong password"})
    with database.reading(store) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.person_id) == ("sign_in.fail", subject, None)
    assert "wrong password" not in entry.detail


@pytest.mark.usefixtures("everybody")
def test_a_browser_is_one_sign_in_whoever_signs_in(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("client")
    browser.post("/sign-in", data=FORM)
    assert len(rows(store)) == 1
    assert "Maja Lindqvist" in browser.get("/account").text


@pytest.mark.usefixtures("everybody")
def test_signing_out_ends_the_row(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    assert browser.post("/sign-out").status_code == 303
    assert rows(store) == []
    assert browser.get("/").status_code == 303


@pytest.mark.usefixtures("everybody")
def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    token = browser.get_cookie(app.config["TOKEN_COOKIE"])
    assert token
    browser.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie(app.config["TOKEN_COOKIE"], token.value)
    assert thief.get("/").status_code == 303


@pytest.mark.usefixtures("everybody")
def test_a_browser_in_use_is_noted_as_seen(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    with database.transaction(store) as session:
        sign_in = session.scalars(select(SignIn)).one()
        sign_in.seen_at -= timedelta(hours=1)
        before = sign_in.seen_at
    browser.get("/")
    assert rows(store)[0].seen_at > before
