"""The start page: what needs one today, then every contract."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import make
import standing_samples
import tapping
from statements import sent
from web import world
from web.conftest import BrowserOf
from xla import clock, database
from xla.models import Breach, Decision, Kiosk, Period, Standing
from xla.services import people
from xla.services.agreements import contract_of

HOSTILE = "</script><b>{{7*7}}</b> =cmd \u202eevil"
NOW = datetime(2026, 4, 6, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(page: str) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
    return " ".join(unescape(plain).replace("\u00a0", " ").split())


def add_standing(store: Engine, **told: object) -> None:
    with database.transaction(store) as session:
        standing_samples.add(session, contract_of(session, "harbour"), **told)


def asked_by(store: Engine, browser: FlaskClient, address: str) -> int:
    """How many queries a page takes."""
    with sent(store) as statements:
        browser.get(address)
    return sum(statement.startswith("SELECT") for statement in statements)


@pytest.mark.parametrize(
    ("role", "told"),
    [("admin", "New contract"), ("manager", "Ask an administrator"), ("client", "who invited you")],
)
def test_without_a_contract_one_is_told_how_to_begin(browser_of: BrowserOf, role: str, told: str) -> None:
    page = text(browser_of(role).get("/").text)
    assert "No contracts yet" in page
    assert told in page


@pytest.mark.usefixtures("harbour")
def test_a_breach_to_acknowledge_stands_first_with_its_evidence_and_its_day(browser_of: BrowserOf) -> None:
    page = browser_of("manager").get("/").text
    assert "One thing needs you today" in text(page)
    assert "Clean house Harbour house, Aurland Port 33.3 % in March 2026, below the floor of 70 %." in text(
        page
    )
    assert "Tomorrow Acknowledge by" in text(page)
    assert 'class="glance glance-evidence"' in page


@pytest.mark.usefixtures("harbour")
def test_a_client_is_asked_to_answer_and_sees_an_overview(browser_of: BrowserOf) -> None:
    page = text(browser_of("client").get("/").text)
    assert "3 results wait for your answer; silence accepts them." in page
    assert "Wed 15 Apr Answer by" in page
    assert ">Overview</a>" in browser_of("client").get("/").text


@pytest.mark.usefixtures("harbour")
def test_an_auditor_has_nothing_to_do(browser_of: BrowserOf) -> None:
    assert "Nothing needs you today" in text(browser_of("auditor").get("/").text)


def test_when_nothing_is_due_the_next_deadline_is_told(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    with database.transaction(store) as session:
        for breach in session.scalars(select(Breach)):
            breach.closed_at = NOW
    page = text(browser_of("manager").get("/").text)
    assert "Nothing needs you today The next deadline is 15 April 2026." in page


def test_every_kind_of_task_is_told(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    silent = [{"site": "a", "touchpoint": "arrive", "last_on": "2026-04-01", "expected": 9.6}]
    silent += [{"site": "b", "touchpoint": "", "last_on": "2026-04-02", "expected": None}]
    warned = {"chance": 0.64, "chance_week_ago": 0.31, "left_share": 0.12, "runs_out_on": "2026-04-19"}
    add_standing(store, kpis={"clean": warned, "food": {"chance": 0.4, "left_share": None}}, silent=silent)
    with database.transaction(store) as session:
        dispute_and_finish(session)
    page = text(browser_of("manager").get("/").text)
    assert "64 % chance of a breach in April 2026. A week ago: 31 %." in page
    assert "12 % of the budget left even pace 60 %" in page
    assert "Elin Sandvik disputes “Good food”." in page
    assert "House A, Arrive and 1 more" in page
    assert "No ratings since 1 Apr." in page
    assert "Five things need you today" in page


def dispute_and_finish(session: Session) -> None:
    """A dispute of March."""
    harbour = contract_of(session, "harbour")
    march = session.scalars(select(Period).where(Period.contract_id == harbour.id)).one()
    person = people.by_email(session, world.email("client"))
    assert person
    session.add(
        Decision(
            period_id=march.id, kpi_key="food", kind="dispute", person_id=person.id, at=NOW, text=""
        )
    )  # fmt: skip


def test_a_final_period_without_a_report_is_told(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    with database.transaction(store) as session:
        for period in session.scalars(select(Period)):
            period.final_at = NOW
    assert "The result is final; its report is not issued." in text(browser_of("manager").get("/").text)


def test_a_late_close_is_told(browser_of: BrowserOf, harbour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=29))
    page = text(browser_of("manager").get("/").text)
    assert "this one is late" in page
    assert "Yesterday Was to be proposed" in page


def test_the_list_says_where_each_contract_stands(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    add_standing(store, kpis={"clean": {"chance": 0.09, "left_share": 0.49, "left_share_due": 0.51}})
    page = browser_of("admin").get("/").text
    told = text(page)
    assert "March 2026 April 2026 so far" in told
    assert "Harbour house Aurland Port 64.2 −4.8" in told
    assert "49 % Lasts 9 %" in told
    assert "Quay offices Aurland Port Nothing is measured yet." in told
    assert 'aria-label="Closed periods: Breached 1, At risk 1. The running one so far: Met."' in page


@pytest.mark.usefixtures("harbour")
def test_what_is_asked_for_stands_in_the_address(browser_of: BrowserOf) -> None:
    browser = browser_of("admin")
    page = browser.get("/?q=quay&show=breach&sort=client").text
    assert "Quay offices" in page
    assert "1 of 2 contracts" in text(page)
    assert 'href="/?q=quay&amp;sort=client"' in page
    assert '<input type="hidden" name="show" value="breach">' in page
    assert "No contract matches" in browser.get("/?q=nowhere").text


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize(
    "wrong", ["page=-1", "page=x", "page=99999999999999999999", "page=²", "show=x", "sort=%00", "q=%00"]
)
def test_an_address_that_says_nothing_sensible_is_as_usual(browser_of: BrowserOf, wrong: str) -> None:
    answer = browser_of("admin").get(f"/?{wrong}")
    assert answer.status_code == 200
    assert "Harbour house" in answer.text


def test_hostile_words_are_shown_as_text(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    with database.transaction(store) as session:
        contract = make.contract(session, world.terms("hostile", "</script><b>{{7*7}}</b> =cmd"))
        world.live(session, contract)
        standing_samples.add(session, contract, kpis={"clean": {"chance": 0.9}})
    browser = browser_of("admin")
    for address in ("/", "/?q=" + HOSTILE):
        page = browser.get(address).text
        assert "<b>{{7*7}}" not in page
        assert "&lt;b&gt;{{7*7}}" in page
    assert browser.get("/", query_string={"q": "x" * 10_000}).status_code == 200


def test_the_queries_do_not_grow_with_contracts(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    browser = browser_of("admin")
    counts = []
    for key in ("first", "second", "third"):
        with database.transaction(store) as session:
            contract = make.contract(session, world.terms(key, key))
            world.live(session, contract)
            standing_samples.add(session, contract, kpis={"clean": {"chance": 0.9}})
        browser.get("/")  # what was never read before is read now
        counts.append(asked_by(store, browser, "/"))
    assert counts[0] == counts[1] == counts[2]


def test_a_page_of_fifty_links_the_next(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    with database.transaction(store) as session:
        for number in range(51):
            make.contract(session, world.terms(f"c{number}", f"Contract {number}"))
    browser = browser_of("admin")
    page = browser.get("/").text
    assert "Page 1 of 2, 53 contracts" in text(page)
    assert 'href="/?page=2"' in page
    second = browser.get("/?page=2").text
    assert "Page 2 of 2" in text(second)
    with database.reading(store) as session:
        assert session.scalar(select(Standing.contract_id)) is None


# --- the search ---------------------------------------------------------------------------------------------


def test_the_search_finds_contracts_kpis_and_sites(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    add_standing(store)
    browser = browser_of("admin")
    page = browser.get("/search?q=house").text
    assert "1 contract holds “house”" in text(page)
    assert 'href="/contracts/harbour/kpis/clean"' in page
    assert "House A Harbour house, Aurland Port" in text(page)
    assert 'href="/?q=house#contracts"' in page
    assert "Nothing of yours holds “&lt;b&gt;”." in browser.get("/search?q=<b>").text
    assert "Write a client" in text(browser.get("/search").text)
    assert browser.get("/search", query_string={"q": "\0" + "x" * 10_000}).status_code == 200


@pytest.mark.usefixtures("harbour")
def test_the_search_stands_in_the_bar_of_who_sees_several_contracts(browser_of: BrowserOf) -> None:
    assert "data-search" in browser_of("admin").get("/").text
    assert "data-search" not in browser_of("client").get("/").text


def test_the_queries_of_a_search_do_not_grow(browser_of: BrowserOf, harbour: None, store: Engine) -> None:
    browser = browser_of("admin")
    browser.get("/search")  # the first page looks up the secret that signs forms
    counts = []
    for key in ("first", "second"):
        with database.transaction(store) as session:
            standing_samples.add(session, make.contract(session, world.terms(key, key)))
        counts.append(asked_by(store, browser, "/search?q=house"))
    assert counts[0] == counts[1]


# --- what stands around every page --------------------------------------------------------------------------


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize(
    ("role", "sections"),
    [
        ("admin", ["Portfolio", "Breaches 2", "Periods 2", "Reports", "People", "Settings"]),
        ("manager", ["Portfolio", "Breaches 1", "Periods 1", "Reports"]),
        ("client", ["Overview", "Breaches 1", "Periods 1", "Reports"]),
        ("auditor", ["Portfolio", "Breaches 1", "Periods 1", "Reports", "Audit log"]),
    ],
)
def test_the_navigation_holds_what_a_role_may_open(
    browser_of: BrowserOf, role: str, sections: list[str]
) -> None:
    page = browser_of(role).get("/").text
    nav = page[page.index('<nav class="nav"') : page.index("</nav>")]
    links = re.findall(r"<a [^>]*>(.*?)</a>", nav, re.DOTALL)
    assert [" ".join(re.sub(r"<[^>]+>", " ", link).split()) for link in links] == sections


def test_the_foot_says_when_the_figures_were_computed(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    add_standing(store)
    page = browser_of("client").get("/").text
    assert "Figures updated " in page
    assert '<time datetime="2026-04-10T07:12:00+00:00" data-local>07:12 UTC</time>' in page


@pytest.mark.usefixtures("harbour")
def test_an_empty_page_takes_two_queries(browser_of: BrowserOf, store: Engine) -> None:
    browser = browser_of("manager")
    browser.get("/help")
    assert asked_by(store, browser, "/help") == 2


def test_the_page_weighs_at_most_sixty_kilobytes_without_fonts(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    with database.transaction(store) as session:
        for number in range(50):
            contract = make.contract(session, world.terms(f"c{number}", f"Contract {number}"))
            strip = standing_samples.STRIP * 6
            standing_samples.add(session, contract, kpis={"clean": {"chance": 0.9}}, strip=strip)
    browser = browser_of("admin")
    page = browser.get("/")
    linked = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text)
    assert {each.partition("?")[0].rpartition("/")[2] for each in linked} >= {
        "xla.css",
        "app.js",
        "htmx.min.js",
    }
    bodies = [page.data]
    for address in sorted(set(linked)):
        with browser.get(address) as answer:
            bodies.append(answer.data)
    assert sum(len(gzip.compress(body)) for body in bodies) <= 60_000


def test_a_silent_kiosk_is_named_with_when_it_was_last_heard_of(
    browser_of: BrowserOf, harbour: None, store: Engine
) -> None:
    seen_at = NOW - timedelta(hours=2)
    with database.transaction(store) as session:
        point = tapping.point(session, contract_of(session, "harbour"), site_key="a-1")
        told = {"created_at": seen_at, "paired_at": seen_at, "seen_at": seen_at, "waiting": 3}
        session.add(Kiosk(point_id=point.id, name=HOSTILE, **told))
    page = browser_of("manager").get("/").text
    assert HOSTILE not in page
    assert "Not heard of since 6 April 2026, 09:00." in text(page)
    assert "3 ratings wait there" in text(page)
