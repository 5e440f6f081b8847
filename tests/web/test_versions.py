"""A contract's versions, what changed between them, and its rating points."""

from datetime import date

import pytest
from sqlalchemy import Engine

import make
from web import world
from web.conftest import BrowserOf
from xla import database
from xla.services import agreements
from xla.services.agreement_files import parse

pytestmark = pytest.mark.usefixtures("harbour")
HARBOUR = "/contracts/harbour"


def add_version(store: Engine) -> None:
    """A second version with a higher floor, and why."""
    kpis = [{**world.KPIS[0], "floor": 75}, *world.KPIS[1:]]
    terms = make.agreement(
        kpis=kpis, contract={"key": "harbour", "title": "Harbour house"}, note="Raised <b>floor</b>."
    )
    with database.transaction(store) as session:
        agreements.apply(session, terms.model_copy(update={"effective_from": date(2026, 6, 1)}), make.NOW)


def test_one_version_alone_has_no_changes(browser_of: BrowserOf) -> None:
    page = browser_of("client").get(f"{HARBOUR}/versions").text
    assert "There is one version so far" in page


def test_two_versions_are_compared_in_plain_sentences(browser_of: BrowserOf, store: Engine) -> None:
    add_version(store)
    browser = browser_of("client")
    page = browser.get(f"{HARBOUR}/versions").text
    assert "Raised &lt;b&gt;floor&lt;/b&gt;." in page
    assert "kpis[clean].floor" in page
    assert "What changed from version 1 to version 2" in page
    assert "What changed from version 1 to version 2" in browser.get(f"{HARBOUR}/versions?old=2&new=1").text
    assert "They say the same." in browser.get(f"{HARBOUR}/versions?old=2&new=2").text


def test_a_version_is_its_file(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("auditor")
    answer = browser.get(f"{HARBOUR}/versions/1.yaml")
    assert parse(answer.data) == world.terms()
    assert "harbour-1.yaml" in answer.headers["Content-Disposition"]
    assert browser.get(f"{HARBOUR}/versions/2.yaml").status_code == 404


def test_rating_points_are_listed_by_name(browser_of: BrowserOf) -> None:
    page = browser_of("client").get(f"{HARBOUR}/points?page=9").text
    assert "House A" in page
    assert "Arrive" in page
    assert "Not told" in page


def test_a_contract_without_ratings_has_no_points(browser_of: BrowserOf, store: Engine) -> None:
    with database.transaction(store) as session:
        make.contract(session, world.terms("empty", "Empty house"))
    assert "No rating point yet" in browser_of("admin").get("/contracts/empty/points").text
