"""Coming in by a link: the first admin, an invitation, a new password."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.conftest import BrowserOf
from xla import clock, database
from xla.models import Person, SignIn, Ticket
from xla.outside.mail import ListMailbox
from xla.services import passwords, people, tickets, welcome
from xla.web import create_app
from xla.web.database import SETTINGS
from xla.web.post import POST, Post

PASSWORD = "a new and long password"
CHOSEN = {"password": PASSWORD, "again": PASSWORD}
FIRST = {"name": "Astrid Berg", "email": "Astrid@Nordfast.example", "language": "sv", **CHOSEN}


@pytest.fixture
def mailbox() -> ListMailbox:
    return ListMailbox()


@pytest.fixture
def mailing(app: Flask, store: Engine, mailbox: ListMailbox) -> Iterator[Flask]:
    """The application with a mail server."""
    other = create_app(app.extensions[SETTINGS], store, mailbox)
    other.config["WTF_CSRF_ENABLED"] = False
    yield other
    finish(other)


def link(store: Engine, kind: tickets.Kind, email: str | None = None) -> str:
    """A new link, as an address within the site."""
    with database.transaction(store) as session:
        person = people.by_email(session, email) if email else None
        issued = tickets.issue(session, kind, person.id if person else None, now=clock.now())
    return tickets.address("", kind, issued.token)


def person(store: Engine, email: str) -> Person:
    with database.reading(store) as session:
        found = people.by_email(session, email)
    assert found
    return found


def finish(app: Flask) -> None:
    """Wait for what is done after answers."""
    writer: Post = app.extensions[POST]
    writer.executor.shutdown(wait=True)


# --- the first admin ----------------------------------------------------------------------------------------


def test_the_set_up_link_makes_an_admin_and_signs_them_in(browser: FlaskClient, store: Engine) -> None:
    address = link(store, "setup")
    assert "You become the first admin" in browser.get(address).text
    assert browser.post(address, data=FIRST).location == "/"
    assert '<html lang="sv">' in browser.get("/account").text
    admin = person(store, "astrid@nordfast.example")
    assert (admin.role, admin.name) == ("admin", "Astrid Berg")


def test_the_set_up_link_counts_once(browser: FlaskClient, store: Engine) -> None:
    address = link(store, "setup")
    browser.post(address, data=FIRST)
    for answer in (browser.get(address), browser.post(address, data={**FIRST, "email": "b@c.example"})):
        assert answer.status_code == 404
        assert "Länken gäller inte längre" in answer.text


def test_a_link_made_before_counts_no_more_once_there_is_an_admin(
    browser: FlaskClient, store: Engine, everybody: None
) -> None:
    assert browser.post(link(store, "setup"), data=FIRST).status_code == 404


def test_each_start_voids_the_link_before(browser: FlaskClient, store: Engine) -> None:
    old = link(store, "setup")
    with database.transaction(store) as session:
        assert welcome.set_up_link(session, clock.now())
    assert browser.get(old).status_code == 404


def test_a_link_too_old_counts_no_more(browser: FlaskClient, store: Engine) -> None:
    address = link(store, "setup")
    with database.transaction(store) as session:
        session.scalars(select(Ticket)).one().expires_at = clock.now() - timedelta(seconds=1)
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write your name."),
        ({"email": "astrid"}, "Write one e-mail address"),
        ({"password": "short", "again": "short"}, "Use 12 to 200 characters"),
        ({"password": "Astrid@Nordfast.example", "again": "Astrid@Nordfast.example"}, "not just your name"),
        ({"again": "another password"}, "The two are not the same."),
        ({"name": "x" * 121}, "At most 120 characters"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    browser: FlaskClient, store: Engine, wrong: dict[str, str], sentence: str
) -> None:
    address = link(store, "setup")
    answer = browser.post(address, data={**FIRST, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert browser.post(address, data=FIRST).status_code == 303


def test_an_address_that_is_taken_is_told(browser: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        people.add(session, "astrid@nordfast.example", name="A", role="manager", now=clock.now())
    answer = browser.post(link(store, "setup"), data=FIRST)
    assert answer.status_code == 422
    assert "There is somebody with this address already." in answer.text


# --- an invitation, a new password --------------------------------------------------------------------------


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("kind", "said"), [("invitation", "Welcome, Elin Sandvik"), ("reset", "Every browser")]
)
def test_a_link_sets_the_password_once_and_signs_in(
    browser: FlaskClient, store: Engine, kind: tickets.Kind, said: str
) -> None:
    address = link(store, kind, world.email("client"))
    assert said in browser.get(address).text
    assert browser.post(address, data=CHOSEN).location == "/"
    assert passwords.fits(person(store, world.email("client")), PASSWORD)
    assert "Elin Sandvik" in browser.get("/account").text
    assert browser.post(address, data=CHOSEN).status_code == 404


@pytest.mark.usefixtures("everybody")
def test_looking_at_a_link_takes_nothing(browser: FlaskClient, store: Engine) -> None:
    address = link(store, "reset", world.email("client"))
    for _ in range(3):
        assert browser.get(address).status_code == 200
    assert browser.post(address, data=CHOSEN).status_code == 303


@pytest.mark.usefixtures("everybody")
def test_a_new_password_signs_every_other_browser_out(
    browser: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    thief = browser_of("client")
    assert thief.get("/account").status_code == 200
    browser.post(link(store, "reset", world.email("client")), data=CHOSEN)
    assert thief.get("/account").status_code == 303
    with database.reading(store) as session:
        assert len(session.scalars(select(SignIn)).all()) == 1


@pytest.mark.usefixtures("everybody")
def test_a_weak_password_is_refused_with_the_link_unused(browser: FlaskClient, store: Engine) -> None:
    address = link(store, "reset", world.email("client"))
    answer = browser.post(address, data={"password": "Elin Sandvik", "again": "Elin Sandvik"})
    assert answer.status_code == 422
    assert "Use 12 to 200 characters" in answer.text
    assert browser.get(address).status_code == 200


@pytest.mark.usefixtures("everybody")
def test_a_new_password_does_not_go_around_the_second_step(browser: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        found = people.by_email(session, world.email("client"))
        assert found
        found.totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    answer = browser.post(link(store, "reset", world.email("client")), data=CHOSEN)
    assert answer.location == "/sign-in/code"
    assert browser.get("/account").location.startswith("/sign-in?")


# --- forgotten ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("everybody")
def test_who_forgot_gets_a_mail_and_the_answer_is_the_same_for_nobody(
    mailing: Flask, mailbox: ListMailbox, store: Engine
) -> None:
    browser = mailing.test_client()
    told = []
    for email in (world.email("client"), "nobody@nordfast.example"):
        page = browser.post("/forgotten", data={"email": email}).text
        told.append(page[page.index("<main") : page.index("</main>")].replace(email, "?"))
    finish(mailing)
    assert told[0] == told[1]
    (sent,) = mailbox
    assert sent["To"] == world.email("client")
    text = sent.get_body(("plain",))
    assert text
    address = next(line for line in text.get_content().splitlines() if "/new-password/" in line)
    assert address.startswith("http://127.0.0.1:8000/new-password/")
    assert browser.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200


@pytest.mark.usefixtures("everybody")
def test_what_the_answer_takes_does_not_depend_on_the_address(mailing: Flask) -> None:
    """All that differs is done after the answer: while it is answered nothing but the form is handed on."""
    waiting: list[object] = []
    mailing.extensions[POST].later = waiting.append
    browser = mailing.test_client()
    for email in (world.email("client"), "nobody@nordfast.example"):
        browser.post("/forgotten", data={"email": email})
    assert len(waiting) == 2


def test_without_a_mail_server_the_page_says_whom_to_ask(browser: FlaskClient) -> None:
    page = browser.get("/forgotten").text
    assert "An admin can make you a link" in page
    assert "<input" not in page.split("</main>")[0].split("<main")[1]
    assert browser.post("/forgotten", data={"email": "a@b.example"}).status_code == 422


def test_an_empty_address_is_told(mailing: Flask) -> None:
    answer = mailing.test_client().post("/forgotten", data={})
    assert answer.status_code == 422
    assert "Write your e-mail address." in answer.text


@pytest.mark.usefixtures("everybody")
def test_a_flood_of_forms_is_dropped(mailing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    writer: Post = mailing.extensions[POST]
    writer.executor.submit = lambda *_told: None  # type: ignore[method-assign]  # nothing is ever done
    for _ in range(51):
        writer.later(lambda: None)
    assert "one piece was dropped" in caplog.text


def test_what_fails_after_an_answer_is_logged(mailing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("no database")

    mailing.extensions[POST].later(fail)
    finish(mailing)
    assert "What was to be done after an answer failed" in caplog.text
