"""A rating in one tap on the public page: stored at once, once, and by nobody we know."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

import make
import tapping
from xla import clock, database
from xla.models import ContactWish, DeviceUse, Notice, Rating, RatingPoint, Response

PAGE = f"/r/{tapping.TOKEN}"
KEY = "k" * 22
BYTES = 20 * 1024


@pytest.fixture
def point(store: Engine, app: Flask) -> None:
    """An open point at Harbour house, whose pages take no form token."""
    app.config["WTF_CSRF_ENABLED"] = True
    opened(store)


def opened(store: Engine, contract: dict[str, Any] | None = None, **given: Any) -> None:
    questions = [
        question | {"text": question["text"] | {"sv": f"{question['key']}, på svenska?"}}
        for question in make.HARBOUR["questions"]
    ]
    questions[0] = questions[0] | {
        "labels": {"1": {"en": "Not clean <at all>"}, "5": {"en": "Very clean", "sv": "Mycket rent"}},
        "reasons": [
            {"key": "smell", "text": {"en": "Smell", "sv": "Lukt"}, "given_with": "poor"},
            {"key": "paper", "text": {"en": "No paper"}},
            {"key": "fresh", "text": {"en": "Fresh air"}, "given_with": "good"},
        ],
    }
    terms = make.agreement(questions=questions, contract=contract or {})
    with database.transaction(store) as session:
        tapping.point(session, make.contract(session, terms), **given)


def tap(browser: FlaskClient, score: object, key: str = KEY, **more: Any) -> TestResponse:
    return browser.post(PAGE, data={"key": key, "question": "clean", "score": score}, **more)


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([\w-]+)"', page)
    assert found
    return found[1]


def stored(store: Engine) -> list[tuple[int, str, str | None]]:
    """Score, channel and reasons of what counts."""
    with database.reading(store) as session:
        rows = session.execute(
            select(Rating.score, Response.channel, Response.reasons)
            .join(Response, Response.id == Rating.response_id)
            .where(Response.withdrawn_at.is_(None))
            .order_by(Response.id, Rating.question_id)
        )
        return [tuple(row) for row in rows]


@pytest.mark.usefixtures("point")
def test_one_tap_is_a_stored_rating_and_looking_is_none(store: Engine, browser: FlaskClient) -> None:
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert stored(store) == []
    done = tap(browser, 2, key_in(page.text))
    assert done.status_code == 303
    assert done.location.startswith(PAGE)
    assert stored(store) == [(2, "qr", None)]
    saved = browser.get(done.location)
    assert "Your rating is saved." in saved.text
    assert "What was it about?" in saved.text


@pytest.mark.usefixtures("point")
def test_each_page_has_a_key_of_its_own_and_one_key_counts_once(store: Engine, browser: FlaskClient) -> None:
    keys = {key_in(browser.get(PAGE).text) for _ in range(3)}
    assert len(keys) == 3
    assert [tap(browser, 4).status_code for _ in range(3)] == [303] * 3
    assert stored(store) == [(4, "qr", None)]


@pytest.mark.usefixtures("point")
def test_another_tap_with_the_same_key_takes_the_first_ones_place(
    store: Engine, browser: FlaskClient
) -> None:
    tap(browser, 2)
    page = browser.get(f"{PAGE}/{KEY}/change")
    assert key_in(page.text) == KEY
    tap(browser, 5)
    assert stored(store) == [(5, "qr", None)]


@pytest.mark.usefixtures("point")
def test_reasons_other_answers_and_a_comment_join_the_rating(store: Engine, browser: FlaskClient) -> None:
    tap(browser, 2)
    told = {
        "reason": ["smell", "fresh", "made-up"],
        "score-recommend": "9",
        "score-ideal": "11",
        "comment": " Wet\x00 ",
    }
    done = browser.post(f"{PAGE}/{KEY}", data=told)
    assert done.status_code == 303
    assert stored(store) == [(2, "qr", "smell"), (9, "qr", "smell")]
    with database.reading(store) as session:
        assert session.scalar(select(Response.comment)) == "Wet"
    assert "Thank you." in browser.get(done.location).text


@pytest.mark.usefixtures("point")
def test_good_and_poor_answers_are_asked_other_reasons(browser: FlaskClient) -> None:
    tap(browser, 2)
    poor = browser.get(f"{PAGE}/{KEY}").text
    tap(browser, 5, "good" * 6)
    good = browser.get(f"{PAGE}/{'good' * 6}").text
    assert ("Smell" in poor, "Fresh air" in poor) == (True, False)
    assert ("Smell" in good, "Fresh air" in good) == (False, True)
    assert "No paper" in poor
    assert "No paper" in good


@pytest.mark.usefixtures("point")
def test_who_wants_to_be_contacted_says_how_and_a_poor_rating_is_told(
    store: Engine, browser: FlaskClient
) -> None:
    tap(browser, 2)
    wrong = browser.post(f"{PAGE}/{KEY}", data={"contact": "call <me>", "comment": "Please"})
    assert wrong.status_code == 422
    assert "call &lt;me&gt;" in wrong.text
    assert ">Please</textarea>" in wrong.text
    for contact in ("me@example.org", "+46 70-123 45 67"):
        assert browser.post(f"{PAGE}/{KEY}", data={"contact": contact}).status_code == 303
    with database.reading(store) as session:
        assert session.scalars(select(ContactWish.contact)).all() == ["+46 70-123 45 67"]
        notice = session.scalars(select(Notice)).one()
    assert notice.kind == "poor_rating"
    assert "123" not in notice.document


@pytest.mark.usefixtures("point")
@pytest.mark.parametrize(
    "told",
    [
        {"score": "6"},
        {"score": "٣"},
        {"score": ""},
        {"score": "1.0"},
        {"question": "nobody"},
        {"key": "short"},
        {"key": "<script>alert(1)</script>"},
        {"key": "\x00" * 22},
    ],
)
def test_what_is_off_its_scale_or_none_of_ours_is_not_stored(
    store: Engine, browser: FlaskClient, told: dict[str, str]
) -> None:
    answer = browser.post(PAGE, data={"key": KEY, "question": "clean", "score": "3"} | told)
    assert answer.status_code == 422
    assert "was not saved" in answer.text
    assert stored(store) == []


@pytest.mark.usefixtures("point")
def test_nothing_of_who_rates_is_kept(store: Engine, browser: FlaskClient) -> None:
    browser.set_cookie("xla", "a-session-of-somebody")
    pages = [browser.get(PAGE), tap(browser, 2), browser.get(f"{PAGE}/{KEY}"), browser.get("/r/nowhere")]
    assert all("Set-Cookie" not in page.headers for page in pages)
    assert {page.headers["Referrer-Policy"] for page in pages} == {"no-referrer"}
    with database.reading(store) as session:
        kept = repr([make.contents(session)[name] for name in ("response", "rating", "device_use")])
    assert "127.0.0.1" not in kept
    assert "werkzeug" not in kept.lower()


@pytest.mark.usefixtures("point")
def test_the_whole_page_is_small(app: Flask, browser: FlaskClient) -> None:
    tap(browser, 2)
    for address in (PAGE, f"{PAGE}/{KEY}"):
        page = browser.get(address).text
        linked = re.findall(r'(?:href|src)="/static/([^"?]+)', page)
        whole = len(page.encode()) + sum(
            (Path(str(app.static_folder)) / each).stat().st_size for each in linked
        )
        assert whole < BYTES, address
        assert "<script" not in page
        assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page)


@pytest.mark.usefixtures("point")
def test_the_page_speaks_the_phones_language_and_keeps_the_one_chosen(browser: FlaskClient) -> None:
    finnish = browser.get(PAGE, headers={"Accept-Language": "fi, sv;q=0.8"}).text
    assert '<html lang="sv">' in finnish
    assert '<span lang="en">Not clean &lt;at all&gt;</span>' in finnish
    assert "<span>Mycket rent</span>" in finnish
    chosen = browser.get(f"{PAGE}?lang=en&via=poster", headers={"Accept-Language": "sv"}).text
    assert '<html lang="en">' in chosen
    assert f'action="{PAGE}?via=poster&amp;lang=en"' in chosen
    assert f'href="{PAGE}?lang=sv&amp;via=poster"' in chosen
    assert '<html lang="en">' in browser.get(f"{PAGE}?lang=xx", headers={"Accept-Language": "fi"}).text


@pytest.mark.usefixtures("point")
def test_how_the_link_was_met_is_kept_where_it_is_a_short_word(store: Engine, browser: FlaskClient) -> None:
    for at, via in enumerate(("poster", "mail-signature", "A", "x" * 40, "<b>")):
        browser.post(f"{PAGE}?via={via}", data={"key": f"{at}" * 20, "question": "clean", "score": "3"})
    assert [channel for _, channel, _ in stored(store)] == ["poster", "mail-signature", "qr", "qr", "qr"]


@pytest.mark.parametrize(
    ("given", "contract", "code", "sentence"),
    [
        ({"closed_at": make.NOW}, {}, 410, "closed for ratings"),
        ({"token": "another1"}, {}, 404, "may be mistyped"),
        ({}, {"starts_on": "2199-01-01"}, 409, "not taken here yet"),
        ({}, {"ends_on": "2026-02-01"}, 410, "is over"),
    ],
)
def test_where_no_ratings_are_taken_that_is_said(
    store: Engine,
    browser: FlaskClient,
    given: dict[str, Any],
    contract: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    opened(store, contract, **given)
    for answer in (browser.get(PAGE), tap(browser, 3)):
        assert answer.status_code == code
        assert sentence in answer.text
    assert stored(store) == []


@pytest.mark.usefixtures("point")
def test_after_half_an_hour_a_rating_stays_as_it_is(store: Engine, browser: FlaskClient) -> None:
    tap(browser, 2)
    with database.transaction(store) as session:
        session.scalars(select(Response)).one().received_at = clock.now() - timedelta(minutes=31)
    for late in (tap(browser, 5), browser.post(f"{PAGE}/{KEY}", data={"reason": "smell"})):
        assert late.status_code == 409
        assert "stays as it is" in late.text
    assert stored(store) == [(2, "qr", None)]


@pytest.mark.usefixtures("point")
def test_too_many_from_one_place_are_refused_and_told(store: Engine, browser: FlaskClient) -> None:
    tap(browser, 2)
    with database.transaction(store) as session:
        for use in session.scalars(select(DeviceUse)):
            use.n = 10_000
    refused = tap(browser, 4, "another" * 3)
    assert refused.status_code == 429
    assert "was not saved" in refused.text
    assert refused.headers["Retry-After"] == "600"
    assert stored(store) == [(2, "qr", None)]


@pytest.mark.usefixtures("point")
def test_a_database_that_is_away_is_no_thanks(
    store: Engine, app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = database.connect("postgresql://nobody@127.0.0.1:9/nothing")
    monkeypatch.setitem(app.extensions, "xla.engine", away)
    assert browser.get(PAGE).status_code == 503
    refused = tap(browser, 2)
    assert refused.status_code == 503
    assert "could not save" in refused.text
    assert f'name="key" value="{KEY}"' in refused.text
    monkeypatch.setitem(app.extensions, "xla.engine", store)
    assert stored(store) == []


@pytest.mark.usefixtures("point")
def test_what_other_sites_send_is_refused_and_a_page_that_hides_where_it_is_is_not(
    store: Engine, browser: FlaskClient
) -> None:
    foreign = tap(browser, 2, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "Set-Cookie" not in foreign.headers
    assert tap(browser, 2, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert len(stored(store)) == 1


@pytest.mark.usefixtures("point")
def test_an_answer_is_shown_at_its_own_place_only(store: Engine, browser: FlaskClient) -> None:
    tap(browser, 2)
    with database.transaction(store) as session:
        first = session.scalars(select(RatingPoint)).one()
        session.add(
            RatingPoint(contract_id=first.contract_id, site_key="b", touchpoint_key="", token="elsewhere")
        )
    assert browser.get(f"/r/elsewhere/{KEY}").status_code == 404
    assert browser.get(f"{PAGE}/{'n' * 22}").status_code == 404


@pytest.mark.usefixtures("point")
@pytest.mark.usefixtures("point")
def test_how_answers_are_used_is_told_at_every_place(browser: FlaskClient) -> None:
    page = browser.get(f"{PAGE}/answers").text
    assert "How answers are used" in page
    assert "Aurland Port and Nordfast &lt;Service&gt; AB" in page


@pytest.mark.usefixtures("point")
def test_every_tap_of_many_is_counted(store: Engine, browser: FlaskClient) -> None:
    for at in range(7):
        tap(browser, 1 + at % 5, f"{at}" * 16)
    with database.reading(store) as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 7
        assert session.scalar(select(func.count()).where(Response.flags == "burst")) == 4
