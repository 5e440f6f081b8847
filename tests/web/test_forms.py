"""Forms are ours alone: each carries its token, and no other site can send one."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import world
from web.conftest import BrowserOf

FORM = {"email": "manager@nordfast.example", "password": world.PASSWORD}


@pytest.fixture(autouse=True)
def with_tokens(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/sign-in").text)
    assert found
    return found[1]


@pytest.mark.usefixtures("everybody")
def test_a_form_with_its_token_is_taken(browser: FlaskClient) -> None:
    assert browser.post("/sign-in", data={**FORM, "csrf_token": token(browser)}).status_code == 303


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("wrong", [{}, {"csrf_token": "guess"}])
def test_a_form_without_its_token_is_refused(browser: FlaskClient, wrong: dict[str, str]) -> None:
    answer = browser.post("/sign-in", data={**FORM, **wrong})
    assert answer.status_code == 400
    assert "This form had grown old" in answer.text


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_another_site_sends_is_refused_whatever_its_token(
    browser: FlaskClient, headers: dict[str, str]
) -> None:
    answer = browser.post("/sign-in", data={**FORM, "csrf_token": token(browser)}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.usefixtures("everybody")
def test_a_form_our_own_page_sends_is_taken(browser: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    data = {**FORM, "csrf_token": token(browser)}
    assert browser.post("/sign-in", data=data, headers=headers).status_code == 303


def test_what_is_not_offered_is_refused_in_our_words(app: Flask, browser_of: BrowserOf) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"email": "new@nordfast.example", "name": "New", "role": "king", "language": "en"}
    answer = browser_of("admin").post("/people/new", data=form)
    assert answer.status_code == 422
    assert "Choose one of what is offered." in answer.text
    assert "Not a valid choice" not in answer.text
