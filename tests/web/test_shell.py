"""What every page has around it: headers, language, errors."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from web.conftest import BrowserOf
from xla.settings import Settings
from xla.web import create_app


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(browser: FlaskClient) -> None:
    for page in ("/", "/nothing", "/healthz", "/sign-in"):
        headers = browser.get(page).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; frame-ancestors 'none'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_said_calmly(browser: FlaskClient) -> None:
    answer = browser.get("/nothing")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "[::2]:8000"]
)
def test_a_foreign_name_that_points_here_is_not_answered(browser: FlaskClient, host: str) -> None:
    assert browser.get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_a_local_name_is_answered(browser: FlaskClient, host: str) -> None:
    assert browser.get("/sign-in", headers={"Host": host}).status_code == 200


def test_over_https_cookies_are_secure_and_bound_to_the_host(store: Engine) -> None:
    app = create_app(Settings(base_url="https://xla.example"), store)
    answer = app.test_client().get("/sign-in", base_url="https://xla.example")
    assert answer.status_code == 200
    assert "__Host-xla_form=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_secret_is_one_for_all_processes(app: Flask, store: Engine) -> None:
    other = create_app(Settings(), store)
    for each in (app, other):
        each.test_client().get("/sign-in")
    assert app.secret_key
    assert app.secret_key == other.secret_key


@pytest.mark.parametrize(
    ("accepted", "lang"), [("sv-SE,en;q=0.5", "sv"), ("no", "nb"), ("nn", "nb"), ("de", "en"), ("fi", "fi")]
)
def test_a_stranger_is_spoken_to_in_the_browsers_language(
    browser: FlaskClient, accepted: str, lang: str
) -> None:
    page = browser.get("/sign-in", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{lang}">' in page


def test_a_chosen_language_stays(browser: FlaskClient) -> None:
    answer = browser.post("/language", data={"language": "da", "next": "/sign-in"})
    assert answer.location == "/sign-in"
    assert '<html lang="da">' in browser.get("/sign-in").text


def test_an_unknown_language_changes_nothing(browser: FlaskClient) -> None:
    browser.post("/language", data={"language": "tlh"})
    assert '<html lang="en">' in browser.get("/sign-in").text


def test_a_person_keeps_their_language_in_another_browser(browser_of: BrowserOf) -> None:
    browser_of("client").post("/language", data={"language": "fi"})
    assert '<html lang="fi">' in browser_of("client").get("/").text
