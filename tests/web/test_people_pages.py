"""The people page: admins invite, change and shut out; links are mailed, or shown once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database
from xla.models import AuditEntry, Contract, Person
from xla.outside.mail import Letter, ListMailbox, Sender, Undelivered
from xla.services import memberships, people, second_step, sign_ins, tickets
from xla.web import create_app
from xla.web.database import SETTINGS

HOSTILE = "</script><b>{{7*7}}</b>"
NEW = {"email": "Nils@Aurland.example", "name": "Nils Berg", "role": "client", "language": "nb"}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/(?:invitation|new-password)/[\w-]+)")

pytestmark = pytest.mark.usefixtures("harbour")


class BrokenMailbox:
    """A mail server that takes nothing."""

    def send(self, _letter: Letter, _sender: Sender, _now: object) -> None:
        raise Undelivered("the server says 554 no")


@pytest.fixture
def browser(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("admin")


def mailing(app: Flask, store: Engine, mailbox: object) -> FlaskClient:
    """A browser of the admin's with an application that has a mail server."""
    other = create_app(app.extensions[SETTINGS], store, mailbox)  # type: ignore[arg-type]  # either of two fakes
    other.config["WTF_CSRF_ENABLED"] = False
    client = other.test_client()
    client.set_cookie(other.config["TOKEN_COOKIE"], token(store))
    return client


def token(store: Engine) -> str:
    with database.transaction(store) as session:
        admin = people.by_email(session, world.email("admin"))
        assert admin
        return sign_ins.begin(session, admin, "test", clock.now())


def person(store: Engine, email: str) -> Person:
    with database.reading(store) as session:
        found = people.by_email(session, email)
    assert found
    return found


def contract_id(store: Engine, key: str = "harbour") -> int:
    with database.reading(store) as session:
        return session.scalars(select(Contract.id).where(Contract.key == key)).one()


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


def form(store: Engine, browser: FlaskClient, whose: str = "manager", **changes: object) -> dict[str, object]:
    """The person's form as the page shows it, with changes."""
    known = person(store, world.email(whose))
    page = browser.get(f"/people/{known.id}").text
    return {
        "name": known.name,
        "role": known.role,
        "contracts": [contract_id(store)],
        "seen": seen(page),
        **changes,
    }


def test_everybody_is_listed_with_what_they_may_see(browser: FlaskClient) -> None:
    page = browser.get("/people").text
    for name in world.NAMES.values():
        assert name in page
    assert "4 people may sign in." in page
    assert "Harbour house" in page


def test_queries_do_not_grow_with_people(browser: FlaskClient, store: Engine) -> None:
    browser.get("/people")
    counts = []
    for number in range(3):
        counts.append(asked(store, browser, "/people"))
        with database.transaction(store) as session:
            added = people.add(session, f"p{number}@x.example", name="P", role="client", now=clock.now())
            memberships.add_member(session, added.id, contract_id(store))
    assert counts[0] == counts[1] == counts[2]


def test_without_a_mail_server_the_invitation_is_a_link_to_hand_over(
    app: Flask, browser: FlaskClient, store: Engine
) -> None:
    assert "This installation sends no mail" in browser.get("/people/new").text
    answer = browser.post("/people/new", data={**NEW, "contracts": [contract_id(store)]})
    assert answer.status_code == 200
    address = LINK.search(answer.text)
    assert address
    nils = person(store, "nils@aurland.example")
    assert (nils.role, nils.language, nils.password_hash) == ("client", "nb", None)
    theirs = app.test_client()
    theirs.post(address[1], data={"password": "long enough for us", "again": "long enough for us"})
    assert "Nils Berg" in theirs.get("/account").text
    assert theirs.get("/contracts/harbour").status_code == 200
    assert theirs.get("/contracts/quay").status_code == 404


def test_an_invitation_is_mailed_in_the_recipients_language(app: Flask, store: Engine) -> None:
    box = ListMailbox()
    answer = mailing(app, store, box).post("/people/new", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/people")
    (sent,) = box
    assert sent["To"] == "nils@aurland.example"
    assert sent["From"] == '"Nordfast <Service> AB" <no-reply@localhost>'
    text = sent.get_body(("plain",))
    assert text
    assert LINK.search(text.get_content())


def test_a_mail_that_fails_shows_the_link_and_says_so(app: Flask, store: Engine) -> None:
    answer = mailing(app, store, BrokenMailbox()).post("/people/new", data=NEW)
    assert answer.status_code == 200
    assert "The mail could not be sent" in answer.text
    assert LINK.search(answer.text)
    assert person(store, "nils@aurland.example")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nils"}, "Write one e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Write one e-mail address"),
        ({"email": "MANAGER@nordfast.example"}, "There is somebody with this address already."),
        ({"name": ""}, "Write a name."),
        ({"role": "owner"}, "aria-invalid"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_invited(
    browser: FlaskClient, store: Engine, wrong: dict[str, str], sentence: str
) -> None:
    answer = browser.post("/people/new", data={**NEW, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    with database.reading(store) as session:
        assert len(session.scalars(select(Person)).all()) == 4


def test_a_contract_there_is_not_is_refused(browser: FlaskClient) -> None:
    assert browser.post("/people/new", data={**NEW, "contracts": [999_999]}).status_code == 422


def test_another_role_and_other_contracts_hold_at_once(
    browser: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    theirs = browser_of("manager")
    maja = person(store, world.email("manager"))
    changed = form(store, browser, name=HOSTILE, role="client", contracts=[contract_id(store, "quay")])
    assert browser.post(f"/people/{maja.id}", data=changed).status_code == 303
    assert "&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in browser.get("/people").text
    assert theirs.get("/account").status_code == 303, "another role signs out"
    again = browser_of("manager")
    assert again.get("/contracts/harbour").status_code == 404
    assert again.get("/contracts/quay").status_code == 200


def test_two_admins_at_once_do_not_overwrite_each_other(browser: FlaskClient, store: Engine) -> None:
    maja = person(store, world.email("manager"))
    first, second = form(store, browser, name="First"), form(store, browser, name="Second")
    browser.post(f"/people/{maja.id}", data=first)
    answer = browser.post(f"/people/{maja.id}", data=second)
    assert answer.status_code == 422
    assert "Somebody changed this person meanwhile" in answer.text
    assert person(store, world.email("manager")).name == "First"


def test_the_last_admin_stays_one(browser: FlaskClient, store: Engine) -> None:
    admin = person(store, world.email("admin"))
    answer = browser.post(f"/people/{admin.id}", data=form(store, browser, "admin", role="manager"))
    assert answer.status_code == 422
    assert "is the last admin" in answer.text
    browser.post(f"/people/{admin.id}/disable")
    assert "is the last admin" in browser.get("/people").text
    assert person(store, world.email("admin")).disabled_at is None


def test_who_is_shut_out_is_out_at_once_until_let_in_again(
    browser: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    theirs = browser_of("manager")
    maja = person(store, world.email("manager"))
    browser.post(f"/people/{maja.id}/disable")
    assert theirs.get("/account").status_code == 303
    assert "Switched off" in browser.get(f"/people/{maja.id}").text
    assert browser.post(f"/people/{maja.id}/link").status_code == 404
    browser.post(f"/people/{maja.id}/enable")
    assert browser_of("manager").get("/account").status_code == 200


def test_an_admin_makes_a_link_to_a_new_password(app: Flask, browser: FlaskClient, store: Engine) -> None:
    maja = person(store, world.email("manager"))
    answer = browser.post(f"/people/{maja.id}/link", data={"by": "hand"})
    address = LINK.search(answer.text)
    assert address
    assert address[1].startswith("/new-password/")
    assert app.test_client().get(address[1]).status_code == 200


def test_an_invitation_is_mailed_again_and_the_older_link_is_void(app: Flask, store: Engine) -> None:
    box = ListMailbox()
    browser = mailing(app, store, box)
    browser.post("/people/new", data=NEW)
    nils = person(store, "nils@aurland.example")
    assert browser.post(f"/people/{nils.id}/link", data={"by": "mail"}).status_code == 303
    first, second = (LINK.search(sent.get_body(("plain",)).get_content()) for sent in box)  # type: ignore[union-attr]  # each has one
    assert first
    assert second
    assert app.test_client().get(first[1]).status_code == 404
    assert app.test_client().get(second[1]).status_code == 200
    assert box[0]["Message-ID"] != box[1]["Message-ID"]


def test_an_invitation_that_ran_out_is_told(browser: FlaskClient, store: Engine) -> None:
    browser.post("/people/new", data=NEW)
    assert "Invited until" in browser.get("/people").text
    with database.transaction(store) as session:
        tickets.issue(
            session,
            "invitation",
            person(store, "nils@aurland.example").id,
            now=clock.now() - timedelta(days=8),
        )
    assert "Invitation ran out" in browser.get("/people").text


def test_the_second_step_of_who_lost_everything_is_switched_off(browser: FlaskClient, store: Engine) -> None:
    maja = person(store, world.email("manager"))
    with database.transaction(store) as session:
        found = session.get_one(Person, maja.id)
        found.totp_secret = second_step.new_secret()
        second_step.new_recovery_codes(session, found)
    assert "Switch off their second step" in browser.get(f"/people/{maja.id}").text
    browser.post(f"/people/{maja.id}/second-step/off")
    assert person(store, world.email("manager")).totp_secret is None


def test_who_did_what_to_whom_is_written_down(browser: FlaskClient, store: Engine) -> None:
    maja = person(store, world.email("manager"))
    browser.post("/people/new", data=NEW)
    browser.post(f"/people/{maja.id}", data=form(store, browser, name="Maja L"))
    browser.post(f"/people/{maja.id}/link")
    browser.post(f"/people/{maja.id}/disable")
    with database.reading(store) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("person.")).order_by(AuditEntry.id)
        ).all()
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("person.invite", "Nils Berg"),
        ("person.change", "Maja L"),
        ("person.link_reset", "Maja L"),
        ("person.disable", "Maja L"),
    ]
    assert len({entry.person_id for entry in entries}) == 1


@pytest.mark.parametrize("address", ["/people/999999", "/people/99999999999999999999", "/people/0"])
def test_somebody_there_is_not_is_not_there(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 404
