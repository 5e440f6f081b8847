"""The receipt's page: its code on the thanks page, what it says to its holder, and nothing to who guesses."""

import json
from datetime import UTC, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update

from web.test_rate import PAGE, key_in, opened, tap
from xla import clock, database
from xla.models import DaySeal, Rating, Response, SealSecret
from xla.services import seals
from xla.web.attempts import MOST

UNKNOWN = "0000-0000-0000-0000-0000"


@pytest.fixture
def code(store: Engine, browser: FlaskClient) -> str:
    """The receipt code of a tap just made, as the thanks page shows it."""
    opened(store)
    saved = tap(browser, 2, key_in(browser.get(PAGE).text)).location
    page = browser.get(f"{saved}/thanks").text
    return page.partition("/receipt?code=")[2].partition("&")[0]


def seal(store: Engine) -> None:
    """As when tomorrow has come: all up to today is sealed."""
    today = clock.now().astimezone(UTC).date()
    with database.transaction(store) as session:
        assert seals.keep(session, seals.seal(session, today, clock.now() + timedelta(days=1)))


def test_thanks_show_the_code_and_where_to_check_it(browser: FlaskClient, code: str) -> None:
    page = browser.get(f"/receipt?code={code}")
    assert page.status_code == 200
    assert "Your answer is stored" in page.text
    assert "It will be sealed on" in page.text
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_thanks_page_with_its_code_stays_small(store: Engine, browser: FlaskClient) -> None:
    opened(store)
    saved = tap(browser, 2, key_in(browser.get(PAGE).text)).location
    page = browser.get(f"{saved}/thanks")
    assert "receipt code" in page.text
    assert len(page.data) < 3_000
    assert "Set-Cookie" not in page.headers
    assert page.text == browser.get(f"{saved}/thanks").text


def test_once_its_day_is_sealed_the_receipt_shows_the_path_to_the_root(
    store: Engine, browser: FlaskClient, code: str
) -> None:
    seal(store)
    page = browser.get("/receipt", query_string={"code": code.lower().replace("-", " ")}).text
    assert "Your answer is in the seal" in page
    assert "Leaf 1 of" in page
    assert "The path from your answer leads to it." in page
    file = browser.get(f"/receipt/{code}.json")
    assert file.headers["Content-Disposition"] == f"attachment; filename=receipt-{code}.json"
    assert json.loads(file.data)["response"]["sealed"]["index"] == 0


def test_an_answer_that_was_changed_says_it_was_taken_back(
    store: Engine, browser: FlaskClient, code: str
) -> None:
    with database.transaction(store) as session:
        session.scalars(select(Response)).one().withdrawn_at = clock.now()
    page = browser.get(f"/receipt?code={code}").text
    assert "This answer was taken back" in page
    seal(store)
    assert "sealed with the day" in browser.get(f"/receipt?code={code}").text


def test_a_row_that_was_bent_since_is_said(store: Engine, browser: FlaskClient, code: str) -> None:
    seal(store)
    with database.transaction(store) as session:
        session.scalars(select(Response)).one().point_id += 1
    page = browser.get(f"/receipt?code={code}").text
    assert "This is not what was sealed" in page
    assert "does not lead to it" in page


def test_a_receipt_whose_seal_was_damaged_says_so_calmly(
    store: Engine, browser: FlaskClient, code: str
) -> None:
    seal(store)
    with database.transaction(store) as session:
        session.execute(update(DaySeal).values(covers="{"))
    for _ in range(MOST + 1):
        page = browser.get(f"/receipt?code={code}&lang=en")
        assert page.status_code == 409
        assert "The seal of its day was damaged here." in page.text
    assert browser.get(f"/receipt/{code}.json").status_code == 409


def test_thanks_are_said_though_the_secret_of_the_seals_was_damaged(
    store: Engine, browser: FlaskClient
) -> None:
    opened(store)
    saved = tap(browser, 2, key_in(browser.get(PAGE).text)).location
    with database.transaction(store) as session:
        seals.make_secret(session)
        session.execute(update(SealSecret).values(secret="no hex"))
    page = browser.get(f"{saved}/thanks")
    assert page.status_code == 200
    assert "receipt code" not in page.text


@pytest.mark.parametrize(("asked", "contract"), [("?lang=sv", "en"), ("", "sv")])
def test_the_receipt_speaks_the_language_of_the_thanks(
    store: Engine, browser: FlaskClient, asked: str, contract: str
) -> None:
    finnish = {"Accept-Language": "fi"}  # which the place does not ask in
    opened(store, {"language": contract})
    saved = tap(browser, 2, key_in(browser.get(PAGE).text)).location
    thanks = browser.get(f"{saved}/thanks{asked}", headers=finnish).text
    assert '<html lang="sv"' in thanks
    href = thanks.partition('class="receipt"><a href="')[2].partition('"')[0].replace("&amp;", "&")
    page = browser.get(href, headers=finnish)
    assert '<html lang="sv"' in page.text
    assert "Set-Cookie" not in page.headers


def test_an_answer_that_was_removed_is_not_called_mistyped(
    store: Engine, browser: FlaskClient, code: str
) -> None:
    with database.transaction(store) as session:
        session.execute(delete(Rating))
        session.execute(delete(Response))
    for _ in range(MOST + 1):
        page = browser.get(f"/receipt?code={code}")
        assert page.status_code == 410
        assert "its answer is not stored any more" in page.text
    assert browser.get(f"/receipt/{code}.json").status_code == 410


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Check your receipt"), ("sv", 'lang="sv"'), ("fi", 'lang="fi"')]
)
def test_the_page_asks_for_a_code_in_each_language(browser: FlaskClient, language: str, word: str) -> None:
    page = browser.get(f"/receipt?lang={language}")
    assert page.status_code == 200
    assert word in page.text


def test_who_guesses_is_not_answered_for_a_while(browser: FlaskClient, code: str) -> None:
    for _ in range(MOST):
        assert browser.get(f"/receipt?code={UNKNOWN}").status_code == 404
    assert browser.get(f"/receipt?code={code}").status_code == 429
    assert browser.get(f"/receipt/{code}.json").status_code == 429


def test_an_unknown_code_is_said_beside_its_field(browser: FlaskClient) -> None:
    page = browser.get(f"/receipt?code={UNKNOWN}")
    assert page.status_code == 404
    assert 'aria-invalid="true"' in page.text
    assert browser.get(f"/receipt/{UNKNOWN}.json").status_code == 404
