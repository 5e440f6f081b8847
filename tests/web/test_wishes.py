"""Who rated and waits is listed for who may work on it; with one button how to reach them is gone."""

import pytest
from sqlalchemy import Engine, select

import tapping
from web.conftest import BrowserOf
from xla import clock, database
from xla.models import ContactWish, Response
from xla.services import contact_wishes, places
from xla.services.agreements import contract_of
from xla.services.contact_wishes import Wish
from xla.services.kept import Kept

PAGE = "/contracts/harbour/wishes"


def wished(store: Engine, contact: str) -> int:
    now = clock.now()
    with database.transaction(store) as session:
        point = tapping.point(session, contract_of(session, "harbour"), token=None, touchpoint_key="lunch")
        place = places.by_id(session, point.id, Kept(), now)
        assert place
        tapped = tapping.tap(session, place, "k" * 22, 2, now)
        return contact_wishes.note(
            session, place, Wish(tapped.response_id, contact, "sv", is_about_poor=True), now
        ).id


@pytest.mark.usefixtures("harbour")
def test_who_waits_is_shown_and_gone_when_it_is_done(store: Engine, browser_of: BrowserOf) -> None:
    wish = wished(store, "</b>{{7*7}}@example.org")
    manager = browser_of("manager")
    assert "1 person waits for an answer" in manager.get("/").text
    page = manager.get(PAGE).text
    assert "&lt;/b&gt;{{7*7}}@example.org" in page
    assert "2, Poor" in page
    assert "They rated in Swedish." in page
    done = manager.post(f"{PAGE}/{wish}/handled")
    assert done.status_code == 303
    after = manager.get(done.location).text
    assert "Nobody waits" in after
    assert "is deleted." in after
    with database.reading(store) as session:
        assert session.scalars(select(ContactWish.contact)).all() == [None]


@pytest.mark.usefixtures("harbour")
def test_a_wish_is_found_in_its_own_contract_only(store: Engine, browser_of: BrowserOf) -> None:
    wish = wished(store, "me@example.org")
    assert browser_of("admin").post(f"/contracts/quay/wishes/{wish}/handled").status_code == 404


@pytest.mark.usefixtures("harbour")
def test_reasons_are_told_in_the_words_of_what_was_answered(store: Engine, browser_of: BrowserOf) -> None:
    wished(store, "me@example.org")
    with database.transaction(store) as session:
        session.scalars(select(Response).where(Response.source == "web")).one().reasons = "smell;gone"
    assert "Reasons: Smell</p>" in browser_of("manager").get(PAGE).text
