"""A mail's links lead to a page whose button stores one answer; opening any of them stores nothing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import asked
import make
from xla import clock, database
from xla.core.invitation import State
from xla.models import Invitation, OptOut, Rating, RatingPoint, Response
from xla.services.invitation_letters import letter

DUE = make.NOW + timedelta(days=1)


@pytest.fixture
def mail(store: Engine, app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all links of a mail that was sent, the faces' first, in the order of their scores."""
    app.config["WTF_CSRF_ENABLED"] = True
    monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(hours=1))
    with database.transaction(store) as session:
        asked.invited(session, asked.plan(session, make.contract(session)))
        (sent,) = asked.send(session, DUE)
        written = letter(sent, provider="Nordfast", base_url="http://127.0.0.1:8000")
    return re.findall(r'href="http://127.0.0.1:8000([^"]+)"', written.html)


def stored(store: Engine) -> list[tuple[int, str, str]]:
    with database.reading(store) as session:
        rows = session.execute(
            select(Rating.score, Response.channel, Response.persona)
            .join(Response, Response.id == Rating.response_id)
            .where(Response.withdrawn_at.is_(None))
        )
        return [tuple(row) for row in rows]


def test_opening_every_link_of_a_mail_stores_nothing(
    store: Engine, browser: FlaskClient, mail: list[str]
) -> None:
    with database.reading(store) as session:
        before = make.contents(session)
    for link in mail:
        for method in ("GET", "HEAD"):
            answer = browser.open(link, method=method)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Referrer-Policy"] == "no-referrer"
    with database.reading(store) as session:
        assert make.contents(session) == before
    assert len(mail) == 6


def test_the_face_tapped_in_the_mail_is_chosen_and_one_button_stores_it(
    store: Engine, browser: FlaskClient, mail: list[str]
) -> None:
    page = browser.get(mail[3]).text
    assert re.findall(r'value="(\d)" required( checked)?', page) == [
        ("1", ""), ("2", ""), ("3", ""), ("4", " checked"), ("5", "")
    ]  # fmt: skip
    path = mail[3].partition("?")[0]
    answer = browser.post(path, data={"score": "4"})
    assert answer.status_code == 303
    assert "via=mail" in answer.location
    assert "Your rating is saved." in browser.get(answer.location).text
    assert browser.post(path, data={"score": "4"}).location == answer.location
    assert browser.get(mail[0]).location == answer.location
    assert stored(store) == [(4, "mail", "visitor")]
    with database.reading(store) as session:
        assert session.scalars(select(Invitation.state)).one() == State.ANSWERED


def test_an_answer_is_changed_as_any_other_and_stays_the_personas(
    store: Engine, browser: FlaskClient, mail: list[str]
) -> None:
    saved = browser.post(mail[0].partition("?")[0], data={"score": "1"}).location
    change = browser.get(saved.replace("?", "/change?", 1))
    form = dict(re.findall(r'name="(key|question)" value="([^"]+)"', change.text))
    action = re.search(r'action="([^"]+)"', change.text)
    assert action
    browser.post(action[1].replace("&amp;", "&"), data=form | {"score": "5"})
    assert stored(store) == [(5, "mail", "visitor")]


@pytest.mark.parametrize("score", ["", "0", "6", "four", "4\x00", "4" * 5000])
def test_what_is_no_answer_is_refused(
    store: Engine, browser: FlaskClient, mail: list[str], score: str
) -> None:
    path = mail[0].partition("?")[0]
    assert browser.get(path, query_string={"score": score}).status_code == 200
    assert browser.post(path, data={"score": score}).status_code == 422
    assert stored(store) == []


def test_a_link_we_did_not_make_is_not_there(browser: FlaskClient, mail: list[str]) -> None:
    for token in ("nothing", mail[0].partition("?")[0][3:-1] + "!", "1-" + "a" * 22):
        assert browser.get(f"/i/{token}").status_code == 404
        assert browser.post(f"/i/{token}", data={"score": "4"}).status_code == 404
        assert browser.post(f"/i/{token}/stop").status_code == 404


def test_a_link_that_has_ended_says_so(
    store: Engine, browser: FlaskClient, mail: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(days=10))
    assert browser.get(mail[0]).status_code == 410
    assert browser.post(mail[0].partition("?")[0], data={"score": "4"}).status_code == 410
    assert stored(store) == []


def test_an_answer_kept_no_more_is_thanked_for(store: Engine, browser: FlaskClient, mail: list[str]) -> None:
    with database.transaction(store) as session:
        session.scalars(select(Invitation)).one().state = State.ANSWERED
    assert "Thank you" in browser.get(mail[0]).text
    assert "Thank you" in browser.post(mail[0].partition("?")[0], data={"score": "4"}).text
    assert stored(store) == []


def test_to_stop_is_asked_first_and_a_mail_programs_one_click_is_enough(
    store: Engine, browser: FlaskClient, mail: list[str]
) -> None:
    path = mail[-1]
    assert path.endswith("/stop")
    assert "no more mails" in browser.get(path).text
    one_click = browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert "whichever of its clients" in one_click.text
    assert "You will not be asked again" in browser.get(path).text
    assert browser.post(path).status_code == 200
    with database.reading(store) as session:
        assert len(session.scalars(select(OptOut.person_key)).all()) == 1


def test_a_place_closed_meanwhile_takes_no_answer(
    store: Engine, browser: FlaskClient, mail: list[str]
) -> None:
    with database.transaction(store) as session:
        session.scalars(select(RatingPoint)).one().closed_at = DUE
    assert browser.get(mail[0]).status_code == 410


def test_another_language_may_be_chosen(browser: FlaskClient, mail: list[str]) -> None:
    page = browser.get(mail[0], headers={"Accept-Language": "sv"}).text
    assert '<html lang="en">' in page
