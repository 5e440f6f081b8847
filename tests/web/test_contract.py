"""A contract's page and a KPI's."""

import csv
from io import StringIO

import pytest
from sqlalchemy import Engine

import make
from rated import rate
from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.core.agreement import Agreement

pytestmark = pytest.mark.usefixtures("harbour")
HOSTILE = "</script><b>{{7*7}}</b>"


def test_a_contract_tells_promise_verdicts_and_period(browser_of: BrowserOf) -> None:
    page = browser_of("client").get("/contracts/harbour").text
    assert "A house you like to come to." in page
    assert "1 of 3 KPIs is worse than its floor." in page
    assert "Proposed on" in page
    assert "?period=2026-04" in page
    assert "Elin Sandvik" in page
    assert "of 30 needed" in page


def test_a_client_sees_the_figures_the_manager_sees(browser_of: BrowserOf) -> None:
    ours, theirs = (browser_of(role).get("/contracts/harbour/kpis.csv") for role in ("manager", "client"))
    assert ours.data == theirs.data


def test_an_unknown_period_or_kpi_is_not_there(browser_of: BrowserOf) -> None:
    browser = browser_of("manager")
    for path in (
        "?period=2019-01",
        "?period=%00",
        "/kpis/no-such",
        "/kpis/clean?period=x",
        "/kpis.csv?period=1",
    ):
        assert browser.get(f"/contracts/harbour{path}").status_code == 404, path


def test_the_table_is_a_file_too(browser_of: BrowserOf) -> None:
    answer = browser_of("auditor").get("/contracts/harbour/kpis.csv?period=2026-03")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [(row["kpi"], row["n"], row["verdict"]) for row in rows] == [
        ("clean", "60", "breached"),
        ("food", "40", "met"),
        ("recommend", "0", "no_data"),
    ]
    assert rows[0]["value"] == "33.3"
    assert "harbour-2026-03.csv" in answer.headers["Content-Disposition"]


def test_before_anything_is_measured_the_page_says_when(browser_of: BrowserOf, store: Engine) -> None:
    with database.transaction(store) as session:
        make.contract(session, world.terms("empty", "Empty house"))
    browser = browser_of("admin")
    assert "Nothing is measured yet" in browser.get("/contracts/empty").text
    assert browser.get("/contracts/empty/kpis.csv").status_code == 404


def test_a_kpis_page_says_how_it_is_computed(browser_of: BrowserOf) -> None:
    page = browser_of("client").get("/contracts/harbour/kpis/clean?period=2026-03").text
    assert "33.3" in page
    assert "Wilson score interval" in page
    assert "Version 1" in page


def test_hostile_words_are_shown_as_text(browser_of: BrowserOf, store: Engine) -> None:
    with database.transaction(store) as session:
        contract = make.contract(session, world.terms("hostile", HOSTILE, promise={"en": HOSTILE * 20}))
        world.live(session, contract)
    browser = browser_of("admin")
    for path in ("", "/kpis/clean"):
        page = browser.get(f"/contracts/hostile{path}").text
        assert HOSTILE not in page
        assert "{{7*7}}" in page


def test_queries_do_not_grow_with_kpis(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("admin")
    counts = set()
    for count in (1, 2, 9):
        key = f"with-{count}"
        with database.transaction(store) as session:
            world.live(session, make.contract(session, many(key, count)))
        browser.get(f"/contracts/{key}")
        counts.add(asked(store, browser, f"/contracts/{key}"))
    assert len(counts) == 1


def test_queries_of_a_kpis_page_and_of_points_do_not_grow_with_places(
    browser_of: BrowserOf, store: Engine
) -> None:
    browser = browser_of("admin")
    browser.get("/help")  # the first page looks up the secret that signs forms
    counts = set()
    for count in (1, 9):
        key = f"places-{count}"
        sites = [{"key": site, "title": site} for site in ("a", "b", *(f"s{each}" for each in range(count)))]
        with database.transaction(store) as session:
            terms = make.agreement(kpis=world.KPIS, sites=sites, contract={"key": key, "title": key})
            contract = make.contract(session, terms)
            for each in range(count):
                rate(session, contract, "clean", {5: 6}, site=f"s{each}", at=make.utc(2026, 4, 1))
            world.live(session, contract)
        paths = [f"/contracts/{key}{path}" for path in ("", "/kpis/clean", "/points", "/versions")]
        counts.add(tuple(asked(store, browser, path) for path in paths))
    assert len(counts) == 1


def many(key: str, count: int) -> Agreement:
    kpis = [{**world.KPIS[number % 3], "key": f"k{number}"} for number in range(count)]
    return make.agreement(kpis=kpis, contract={"key": key, "title": key})
