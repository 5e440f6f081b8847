"""The last link of a notice's mail: looking changes nothing, one click switches off just that."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web import world
from xla import clock, database
from xla.core.notice import Event
from xla.models import AuditEntry, NoticeChoice, Person
from xla.services import notice_choices, people, unsubscribing
from xla.services.installations import ensured

pytestmark = pytest.mark.usefixtures("everybody")


def link(store: Engine, event: str = "breach_opened", **values: object) -> str:
    with database.transaction(store) as session:
        person = people.by_email(session, world.email("manager"))
        assert person
        for name, value in values.items():
            setattr(person, name, value)
        return unsubscribing.link(ensured(session, clock.now()), person, event, "")


def wanted(store: Engine, role: str = "manager") -> set[Event]:
    with database.reading(store) as session:
        person = people.by_email(session, world.email(role))
        assert person
        return {event for event, is_on in notice_choices.wanted(session, person).items() if is_on}


def test_looking_changes_nothing_and_one_click_switches_this_event_off(
    browser: FlaskClient, store: Engine
) -> None:
    before, address = wanted(store), link(store)
    page = browser.get(address)
    assert "A breach is opened" in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert wanted(store) == before
    for _ in range(2):
        done = browser.post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "To switch it on again, sign in" in done.text
    assert wanted(store) == before - {Event.BREACH_OPENED}
    assert "You get no more of these mails" in browser.get(address).text
    with database.reading(store) as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["account.choose_notices"]


def test_a_digests_link_switches_everything_off_for_one_person(browser: FlaskClient, store: Engine) -> None:
    address = link(store, unsubscribing.ALL, language="sv")
    assert '<html lang="sv">' in browser.get(address).text
    assert browser.post(address).status_code == 200
    assert wanted(store) == set()
    assert wanted(store, "client")
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 400, "WzEsImFsbCJd.forged", "%00", "a" * 30 + "\u202e"])
def test_a_link_we_did_not_make_leads_nowhere(browser: FlaskClient, store: Engine, token: str) -> None:
    before = link(store)
    assert before
    for answer in (browser.get(f"/notices/stop/{token}"), browser.post(f"/notices/stop/{token}")):
        assert answer.status_code == 404
    with database.reading(store) as session:
        assert session.scalars(select(NoticeChoice)).all() == []


def test_a_link_of_somebody_who_is_out_leads_nowhere(browser: FlaskClient, store: Engine) -> None:
    assert browser.get(link(store, disabled_at=clock.now())).status_code == 404


def test_before_anything_was_set_up_no_link_leads_anywhere(browser: FlaskClient, store: Engine) -> None:
    with database.reading(store) as session:
        assert session.scalars(select(Person).limit(1)).one()
    assert browser.get("/notices/stop/anything").status_code == 404
