"""The account page: everybody's own name, language, password, browsers and notices."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import make
from web import world
from web.conftest import BrowserOf
from xla import clock, database
from xla.core.notice import Event
from xla.core.role import Role
from xla.models import Notice, Person, SignIn, WorkItem
from xla.services import memberships, notice_choices, notices, passwords, people, tellings
from xla.web.browser_names import browser_name

NEW = "a new and long password"
HOSTILE = "</script><b>{{7*7}}</b>\u202e" + "x" * 40
NOTICES = {
    "digest": "at_once", "timezone": "Europe/Stockholm", "quiet_from": "20", "quiet_until": "7",
}  # fmt: skip
CHANGE = {"old": world.PASSWORD, "password": NEW, "again": NEW}

pytestmark = pytest.mark.usefixtures("everybody")


def person(store: Engine, role: str = "manager") -> Person:
    with database.reading(store) as session:
        found = people.by_email(session, world.email(role))
    assert found
    return found


def browsers(store: Engine) -> list[SignIn]:
    with database.reading(store) as session:
        return list(session.scalars(select(SignIn).order_by(SignIn.id)))


@pytest.fixture
def browser(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


def test_the_avatar_leads_to_ones_account(browser: FlaskClient) -> None:
    assert 'class="me" href="/account"' in browser.get("/").text
    page = browser.get("/account").text
    assert "Maja Lindqvist" in page
    assert 'action="/sign-out"' in page


def test_name_language_and_shortcuts_are_ones_own(browser: FlaskClient, store: Engine) -> None:
    answer = browser.post("/account", data={"name": f" {HOSTILE} ", "language": "nb"})
    assert answer.status_code == 303
    page = browser.get("/account").text
    assert '<html lang="nb">' in page
    assert "&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in page
    assert "data-shortcuts" not in page
    assert person(store).shortcuts is False


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 9_999}, {"name": "a\0b"}, {"language": "tlh"}]
)
def test_what_is_wrong_is_told_and_kept(browser: FlaskClient, wrong: dict[str, str]) -> None:
    answer = browser.post("/account", data={"name": "Maja", "language": "sv", **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_new_password_takes_the_old_one_and_signs_the_others_out(
    browser: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    other = browser_of("manager")
    assert browser.post("/account/password", data=CHANGE).status_code == 303
    assert passwords.fits(person(store), NEW)
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"old": "guess"}, "This is not your password."),
        ({"old": ""}, "This is not your password."),
        ({"password": "short", "again": "short"}, "Use 12 to 200 characters"),
        ({"again": "something else"}, "The two are not the same."),
    ],
)
def test_a_password_that_can_not_be_taken_is_told(
    browser: FlaskClient, store: Engine, wrong: dict[str, str], sentence: str
) -> None:
    answer = browser.post("/account/password", data={**CHANGE, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert passwords.fits(person(store), world.PASSWORD)


def test_guessing_the_old_password_is_slowed_down(browser: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        for _ in range(10):
            people.note_failure(session, world.email("manager"), clock.now())
    answer = browser.post("/account/password", data=CHANGE)
    assert "It was wrong too often" in answer.text


def test_who_has_no_password_sets_one_without_an_old_one(browser: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        session.get_one(Person, person(store).id).password_hash = None
    assert "The password until now" not in browser.get("/account").text
    assert browser.post("/account/password", data={**CHANGE, "old": ""}).status_code == 303


def test_one_browser_is_signed_out_and_no_stranger_s(
    browser: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    other, stranger = browser_of("manager"), browser_of("client")
    mine, others, hers = browsers(store)
    assert browser.post(f"/account/browsers/{others.id}/end").status_code == 303
    assert other.get("/account").status_code == 303
    assert browser.post(f"/account/browsers/{hers.id}/end").status_code == 404
    assert browser.post("/account/browsers/99999999999999999999/end").status_code == 404
    assert stranger.get("/account").status_code == 200
    assert mine.id in {row.id for row in browsers(store)}


def test_all_other_browsers_are_signed_out(browser: FlaskClient, browser_of: BrowserOf) -> None:
    others = [browser_of("manager") for _ in range(2)]
    assert browser.post("/account/browsers/end").status_code == 303
    assert [other.get("/account").status_code for other in others] == [303, 303]
    assert browser.get("/account").status_code == 200


def test_notices_are_chosen(browser: FlaskClient, store: Engine) -> None:
    chosen = {**NOTICES, "events": ["breach_opened", "import_failed"], "digest": "weekly"}
    assert browser.post("/account/notices", data=chosen).status_code == 303
    with database.reading(store) as session:
        wanted = notice_choices.wanted(session, person(store))
    assert {event for event, is_wanted in wanted.items() if is_wanted} == {
        Event.BREACH_OPENED,
        Event.IMPORT_FAILED,
    }
    assert person(store).digest == "weekly"
    page = browser.get("/account").text
    assert page.count("checked") == 4, "two events, one rhythm, the shortcuts"


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "never"},
        {"events": ["nonsense"]},
        {"digest": ""},
        {"timezone": "Europe/Atlantis"},
        {"timezone": ""},
        {"quiet_from": "24"},
        {"quiet_from": "night"},
        {"quiet": "y", "quiet_until": "20"},
    ],
)
def test_a_notice_there_is_not_is_refused(browser: FlaskClient, store: Engine, wrong: dict[str, Any]) -> None:
    assert browser.post("/account/notices", data={**NOTICES, **wrong}).status_code == 422
    assert person(store).digest == "at_once"


def test_time_zone_and_quiet_hours_are_chosen_and_taken_back(browser: FlaskClient, store: Engine) -> None:
    night = {**NOTICES, "timezone": "Europe/Helsinki", "quiet": "y", "quiet_from": "21", "quiet_until": "6"}
    assert browser.post("/account/notices", data=night).status_code == 303
    found = person(store)
    assert (found.timezone, found.quiet_from, found.quiet_until) == ("Europe/Helsinki", 21, 6)
    page = browser.get("/account").text
    assert '<option selected value="Europe/Helsinki">' in page
    assert '<option selected value="21">21:00</option>' in page
    browser.post("/account/notices", data=NOTICES)
    assert person(store).quiet_from is None


def test_who_changes_from_a_digest_to_at_once_gets_what_waits(browser: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        contract = make.contract(session)
        event = ("breach_closed", "a key")
        notices.write(session, contract.id, event=event, document={}, now=make.NOW)
        notice = session.scalars(select(Notice)).one()
        reader = session.get_one(Person, person(store).id)
        memberships.add_member(session, reader.id, contract.id)
        reader.digest = "daily"
        tellings.fan_out(session, notice, make.NOW)
    assert browser.post("/account/notices", data={**NOTICES, "digest": "at_once"}).status_code == 303
    with database.reading(store) as session:
        sending = session.scalars(select(WorkItem).where(WorkItem.kind == "send")).one()
        assert sending.key.startswith("telling/1/")


def test_a_client_is_not_offered_the_providers_own_notices(browser_of: BrowserOf) -> None:
    page = browser_of(Role.CLIENT).get("/account").text
    assert "A breach is opened" in page
    assert "heading for a breach" not in page


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Werkzeug/3.1", "Werkzeug"),
        ("", "?"),
        ("<b>" * 100, ("<b>" * 100)[:60]),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
