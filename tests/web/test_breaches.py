"""The inbox and a breach's page: who sees what, and that figures of few people stay hidden."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import make
from rated import rate
from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.core.role import Role
from xla.models import Breach, BreachWork, Contract
from xla.services import breach_list, memberships, people, periods

PAGE = "/contracts/harbour/breaches/1"
HOSTILE = "</script><b>{{7*7}}</b> \u202e=cmd" + "x" * 1900


@pytest.fixture
def manager(browser_of: BrowserOf, harbour: None) -> FlaskClient:
    return browser_of("manager")


def changed(store: Engine, change: Callable[[BreachWork], object]) -> None:
    with database.transaction(store) as session:
        change(session.get_one(BreachWork, 1))


def test_the_inbox_lists_the_live_breaches_of_ones_contracts(manager: FlaskClient) -> None:
    page = manager.get("/breaches").text
    assert "1 breach is under way" in page
    assert "Clean house, March\u00a02026" in page
    assert "Harbour house" in page
    assert "Quay offices" not in page


def test_an_admin_sees_every_contracts(browser_of: BrowserOf, harbour: None) -> None:
    page = browser_of("admin").get("/breaches").text
    assert "2 breaches are under way" in page
    assert "Quay offices" in page


def test_an_empty_inbox_says_when_something_comes(browser_of: BrowserOf) -> None:
    page = browser_of("manager").get("/breaches").text
    assert "No breach is under way" in page
    assert "Nothing here needs you" in page


def test_filters_stand_in_the_address_and_are_kept(manager: FlaskClient, store: Engine) -> None:
    changed(store, lambda work: setattr(work, "due_on", date(2026, 4, 1)))
    page = manager.get("/breaches?contract=harbour&mine=1&state=open").text
    assert "No breach fits" in page
    assert "contract=harbour&amp;mine=1" in page
    assert "Clean house" in manager.get("/breaches?overdue=1&contract=harbour").text
    assert "Clean house" not in manager.get("/breaches?state=ended").text
    assert "Clean house" not in manager.get("/breaches?owner=2").text


@pytest.mark.parametrize(
    "asked",
    [
        "state=no-such",
        "owner=abc",
        "owner=99999999999999",
        "page=0",
        "page=x",
        "_anchor=x",
        "endpoint=y",
        "contract=%00",
    ],
)
def test_a_made_up_filter_breaks_nothing(manager: FlaskClient, asked: str) -> None:
    assert manager.get(f"/breaches?{asked}").status_code == 200


def test_a_long_inbox_has_pages(manager: FlaskClient, store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breach_list, "AT_ONCE", 1)
    with database.transaction(store) as session:
        person = people.by_email(session, world.email(Role.MANAGER))
        quay = session.scalars(select(Contract).where(Contract.key == "quay")).one()
        assert person
        memberships.add_member(session, person.id, quay.id)
    assert "Page 1 of 2" in manager.get("/breaches").text
    assert "Page 2 of 2" in manager.get("/breaches?page=2").text


def test_queries_do_not_grow_with_breaches(manager: FlaskClient, store: Engine) -> None:
    counts: list[int] = []
    for key in ("first", "second", "third"):
        with database.transaction(store) as session:
            contract = make.contract(session, world.terms(key, f"The {key}"))
            world.live(session, contract)
            person = people.by_email(session, world.email(Role.MANAGER))
            assert person
            memberships.add_member(session, person.id, contract.id)
        manager.get("/breaches")
        counts.append(asked(store, manager, "/breaches"))
    assert counts[0] == counts[1] == counts[2]


def test_the_page_shows_the_frozen_evidence_and_why(manager: FlaskClient) -> None:
    page = manager.get(PAGE).text
    assert "Is it really a breach?" in page
    assert "33.3\u00a0%" in page
    assert "all of it worse than the floor" in page
    assert "March\u00a02026, day by day" in page
    assert "60 answers, 30 needed" in page
    assert "Credit for March\u00a02026" in page


def test_a_page_of_few_answers_shows_no_value(manager: FlaskClient, store: Engine) -> None:
    with database.transaction(store) as session:
        kpi = {**world.KPIS[0], "min_responses": 1}
        contract = make.contract(session, make.agreement(kpis=[kpi], contract={"key": "small"}))
        rate(session, contract, "clean", {1: 3}, at=world.CLOSED_AT)
        periods.close(session, contract, world.MARCH, known_at=world.CLOSED_AT, now=world.CLOSED_AT)
        person = people.by_email(session, world.email(Role.MANAGER))
        assert person
        memberships.add_member(session, person.id, contract.id)
        number = session.scalars(select(Breach.id).where(Breach.contract_id == contract.id)).one()
    page = manager.get(f"/contracts/small/breaches/{number}").text
    assert "5 hidden" in page
    assert "0.0\u00a0%" not in page


def test_a_client_sees_it_all_but_the_providers_controls(browser_of: BrowserOf, harbour: None) -> None:
    page = browser_of("client").get(PAGE).text
    assert "Is it really a breach?" in page
    assert "/comment" in page
    assert "/acceptance" in page
    for control in ("/acknowledge", "/details", "/plan", "/actions"):
        assert f"{PAGE}{control}" not in page
    assert "/acknowledge" not in browser_of("client").get("/breaches").text


def test_an_auditor_only_reads(browser_of: BrowserOf, harbour: None) -> None:
    page = browser_of("auditor").get(PAGE).text
    assert "Is it really a breach?" in page
    assert f'action="{PAGE}' not in page


def test_a_breach_of_another_contract_is_not_there(browser_of: BrowserOf, harbour: None) -> None:
    admin = browser_of("admin")
    for address in ("/contracts/harbour/breaches/2", "/contracts/harbour/breaches/99999999999999"):
        assert admin.get(address).status_code == 404
    assert admin.get("/contracts/quay/breaches/2").status_code == 200


def test_another_language_has_its_own_texts_of_the_agreement(browser_of: BrowserOf, harbour: None) -> None:
    browser = browser_of("client")
    browser.post("/language", data={"language": "sv"})
    assert "Rent hus" in browser.get(PAGE).text


def test_hostile_words_show_as_text(manager: FlaskClient) -> None:
    manager.post(f"{PAGE}/comment", data={"comment-text": HOSTILE})
    cause = {"details-cause": HOSTILE, "details-cause_kind": "other", "revision": "0"}
    assert manager.post(f"{PAGE}/details", data=cause).status_code == 303
    manager.post(f"{PAGE}/acknowledge", data={"revision": "1"})
    action = {"action-title": HOSTILE[:150], "action-owner": HOSTILE[:150], "action-due": "2026-12-01"}
    assert manager.post(f"{PAGE}/actions", data={**action, "revision": "2"}).status_code == 303
    page = manager.get(PAGE).text
    assert page.count("&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;") >= 4
    assert "<b>{{7*7}}" not in page
    assert "49</b>" not in page
