"""A period's page: the client decides, the provider answers, both agree on what is left out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from web import world
from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database
from xla.core.window import parse_period
from xla.models import AuditEntry, Decision, Exclusion, Period, Person, Response
from xla.services import decisions, people, periods
from xla.services.agreements import contract_of

PAGE = "/contracts/harbour/periods/2026-03"
HOSTILE = "</textarea><script>alert(1)</script>{{7*7}} =cmd \u202eevil"
SOON = world.CLOSED_AT + timedelta(days=1)
"""The client may respond until 15 April."""


@pytest.fixture(autouse=True)
def in_time(harbour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after March was proposed."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture
def client(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("client")


@pytest.fixture
def manager(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


def kinds(store: Engine) -> list[tuple[str, str]]:
    with database.reading(store) as session:
        return [(row.kpi_key, row.kind) for row in session.scalars(select(Decision).order_by(Decision.id))]


def seen(browser: FlaskClient) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(PAGE).text)
    assert found
    return found[1]


def decide(browser: FlaskClient, **chosen: str) -> str:
    data = {"seen": seen(browser), **{name.replace("_", "-"): value for name, value in chosen.items()}}
    return browser.post(f"{PAGE}/decisions", data=data, follow_redirects=True).text


def dispute(browser: FlaskClient) -> str:
    return decide(browser, decision_clean="dispute", wrong_clean="missing", text_clean="Nights are missing.")


def test_the_page_says_what_is_left_and_until_when(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert "March\u00a02026: 3 KPIs left to decide" in page
    assert "Please decide by 15\u00a0April\u00a02026" in page
    assert 'name="decision-clean" value="accept"' in page
    assert "Breached" in page
    assert "2 % of the monthly fee" in page


def test_decisions_are_sent_together_and_end_the_period(client: FlaskClient, store: Engine) -> None:
    page = decide(client, decision_clean="accept", decision_food="accept")
    assert "2 decisions are sent." in page
    assert "1 KPI left to decide" in page
    assert "Nothing is left to decide: the period is final." in decide(client, decision_recommend="accept")
    assert "March\u00a02026 is final" in client.get(PAGE).text
    with database.reading(store) as session:
        assert session.scalars(select(Period.final_at).where(Period.final_at.is_not(None))).all() == [SOON]
        who = session.scalars(
            select(Person.name).join(AuditEntry).where(AuditEntry.action == "period.accept")
        )
        assert set(who) == {"Elin Sandvik"}


def test_a_dispute_needs_its_words_and_keeps_what_was_typed(client: FlaskClient, store: Engine) -> None:
    data = {"decision-clean": "dispute", "text-clean": HOSTILE, "decision-food": "accept"}
    answer = client.post(f"{PAGE}/decisions", data=data)
    assert answer.status_code == 422
    assert "Choose what is wrong." in answer.text
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}} =cmd \u202eevil" in answer.text
    assert "<script>alert(1)" not in answer.text
    assert 'name="decision-food" value="accept" checked' in answer.text
    assert kinds(store) == []


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        ({}, "Nothing was chosen"),
        ({"decision-clean": "answer"}, "Nothing was chosen"),
        ({"decision-clean": "dispute", "wrong-clean": "missing"}, "Write what you know"),
        ({"decision-clean": "dispute", "wrong-clean": "x", "text-clean": "x" * 4001}, "This is too long"),
        ({"decision-clean": "accept", "seen": "many"}, None),
        ({"decision-clean": "accept", "seen": "9" * 30}, None),
    ],
)
def test_a_form_is_taken_or_told_its_flaw(
    client: FlaskClient, data: dict[str, str], flaw: str | None
) -> None:
    answer = client.post(f"{PAGE}/decisions", data=data)
    assert answer.status_code == (422 if flaw else 303)
    assert flaw is None or flaw in answer.text


def test_the_provider_answers_and_the_client_decides_again(
    client: FlaskClient, manager: FlaskClient, store: Engine
) -> None:
    assert "1 decision is sent." in dispute(client)
    page = manager.get(PAGE).text
    assert "Nights are missing." in page
    assert "Your answer to Aurland Port" in page
    data = {"seen": seen(manager), "text-clean": HOSTILE}
    assert manager.post(f"{PAGE}/answers", data=data).status_code == 303
    page = client.get(PAGE).text
    assert "&lt;script&gt;alert(1)" in page
    assert "Dispute again" in page
    decide(client, decision_clean="accept")
    assert kinds(store) == [("clean", "dispute"), ("clean", "answer"), ("clean", "accept")]


def test_an_answer_that_is_too_long_is_told(client: FlaskClient, manager: FlaskClient) -> None:
    dispute(client)
    answer = manager.post(f"{PAGE}/answers", data={"text-clean": "x" * 4001})
    assert answer.status_code == 422
    assert "write at most 4000 characters" in answer.text
    assert manager.post(f"{PAGE}/answers", data={}).status_code == 422


def test_a_dispute_is_taken_back(client: FlaskClient, store: Engine) -> None:
    dispute(client)
    decide(client, decision_clean="withdraw")
    assert kinds(store) == [("clean", "dispute"), ("clean", "withdraw")]


def test_two_people_at_once_are_told_it_changed(client: FlaskClient, store: Engine) -> None:
    old = seen(client)
    decide(client, decision_clean="accept")
    data = {"seen": old, "decision-clean": "dispute", "wrong-clean": "other", "text-clean": "No."}
    answer = client.post(f"{PAGE}/decisions", data={**data, "decision-food": "accept"})
    assert answer.status_code == 409
    assert "This changed meanwhile" in answer.text
    assert 'name="decision-food" value="accept" checked' in answer.text
    assert kinds(store) == [("clean", "accept")]


def test_others_read_and_have_nothing_to_press(browser_of: BrowserOf) -> None:
    page = browser_of("auditor").get(PAGE).text
    assert "Left for the client to decide" in page
    for gone in ('type="radio"', "<textarea", "Send decisions", "Propose to leave", "Issue the report"):
        assert gone not in page


def test_a_running_period_has_figures_and_no_decisions(client: FlaskClient, store: Engine) -> None:
    page = client.get("/contracts/harbour/periods/2026-04").text
    assert "April\u00a02026 is running" in page
    assert "Send decisions" not in page
    answer = client.post("/contracts/harbour/periods/2026-04/decisions", data={"decision-clean": "accept"})
    assert answer.status_code == 303
    assert kinds(store) == []


@pytest.mark.parametrize("name", ["2026-05", "2026-Q1", "2026", "2025-12", "nonsense", "9999-12", "2026-3"])
def test_a_period_the_contract_does_not_have_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/contracts/harbour/periods/{name}").status_code == 404


# --- what is left out ---------------------------------------------------------------------------------------

LEFT = {"site": "a", "first_on": "2026-03-10", "last_on": "2026-03-11", "reason": "Closed by the police"}


def exclusions(store: Engine) -> list[tuple[bool, bool, bool]]:
    with database.reading(store) as session:
        return [
            (
                row.provider_agreed_at is not None,
                row.client_agreed_at is not None,
                row.withdrawn_at is not None,
            )
            for row in session.scalars(select(Exclusion).order_by(Exclusion.id))
        ]


def test_one_party_proposes_and_the_other_agrees(
    client: FlaskClient, manager: FlaskClient, store: Engine
) -> None:
    assert client.post(f"{PAGE}/exclusions", data=LEFT).status_code == 303
    page = manager.get(PAGE).text
    assert "Closed by the police" in page
    assert "With everything above left out" in page
    with database.reading(store) as session:
        number = session.scalar(select(Exclusion.id))
    refused = client.post(f"{PAGE}/exclusions/{number}/agree", follow_redirects=True).text
    assert "This is for the other party to do." in refused
    agreed = manager.post(f"{PAGE}/exclusions/{number}/agree", follow_redirects=True).text
    assert "After the period was closed: it changes no figure here." in agreed
    assert exclusions(store) == [(True, True, False)]
    again = client.post(f"{PAGE}/exclusions/{number}/withdraw", follow_redirects=True).text
    assert "This changed meanwhile" in again


def test_who_proposed_takes_it_back(manager: FlaskClient, store: Engine) -> None:
    manager.post(f"{PAGE}/exclusions", data=LEFT)
    with database.reading(store) as session:
        number = session.scalar(select(Exclusion.id))
    assert "Taken back." in manager.post(f"{PAGE}/exclusions/{number}/withdraw", follow_redirects=True).text
    assert exclusions(store) == [(True, False, True)]


@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        ({"site": "nowhere"}, "Choose one of what is offered"),
        ({"site": ""}, "Choose a site."),
        ({"first_on": "soon"}, "first_on-flaw"),
        ({"last_on": "2026-03-09"}, "The last day lies before the first."),
        ({"last_on": "2027-04-01"}, "Leave out a year at most."),
        ({"first_on": "0001-01-01", "last_on": "9999-12-31"}, "This day lies too far away."),
        ({"reason": " "}, "Write why these days should not count."),
        ({"reason": "x" * 1001}, "This is too long."),
    ],
)
def test_a_flawed_proposal_keeps_what_was_typed(
    client: FlaskClient, store: Engine, wrong: dict[str, str], flaw: str
) -> None:
    answer = client.post(f"{PAGE}/exclusions", data={**LEFT, "reason": HOSTILE, **wrong})
    assert answer.status_code == 422
    assert flaw in answer.text
    assert "<script>alert(1)" not in answer.text
    assert exclusions(store) == []


def test_too_many_proposals_are_refused_in_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xla.services.exclusions.MOST_OPEN", 0)
    answer = client.post(f"{PAGE}/exclusions", data=LEFT)
    assert answer.status_code == 422
    assert "too many proposals wait already" in answer.text


def test_anothers_exclusion_is_not_there(client: FlaskClient) -> None:
    for number in (999, 99999999999999999999):
        assert client.post(f"{PAGE}/exclusions/{number}/agree").status_code == 404


# --- the inbox ----------------------------------------------------------------------------------------------


def test_the_inbox_says_what_is_not_final(client: FlaskClient) -> None:
    page = client.get("/periods").text
    assert "1 period is not final yet" in page
    assert "15\u00a0April\u00a02026" in page
    assert "Quay offices" not in page
    assert "No closed period fits these choices." in client.get("/periods?which=final").text
    assert client.get("/periods?which=x&year=x&page=x&contract=%00").status_code in {200, 404}


def test_queries_of_the_inbox_do_not_grow(client: FlaskClient, store: Engine) -> None:
    client.get("/periods")
    counts = [asked(store, client, "/periods")]
    for name in ("2026-01", "2026-02"):
        with database.transaction(store) as session:
            contract = contract_of(session, "harbour")
            closed = periods.close(
                session, contract, parse_period(name), known_at=world.CLOSED_AT, now=world.CLOSED_AT
            )
            by = people.by_email(session, world.email("client"))
            assert by
            said = [decisions.Said("clean", decisions.Step.ACCEPT)]
            decisions.decide(session, closed.period, said, by=by, seen=0, now=SOON)
        counts.append(asked(store, client, "/periods"))
    assert counts[0] == counts[1] == counts[2]


def test_after_the_date_what_is_left_counts_as_accepted(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 4, 16, 8, tzinfo=UTC))
    page = browser_of("client").get(PAGE).text
    assert "March\u00a02026 is final" in page
    assert "Accepted by the date" in page


def test_everybody_reads_how_the_ratings_came_in(browser_of: BrowserOf, store: Engine) -> None:
    with database.transaction(store) as session:
        session.execute(update(Response).where(Response.id <= 20).values(flags="burst", channel="<b>x</b>"))
    for role in ("manager", "client", "auditor"):
        page = browser_of(role).get(PAGE).text
        assert (
            "100 responses count: 80\u00a0% by a way not told and 20\u00a0% by &lt;b&gt;x&lt;/b&gt;." in page
        )
        assert "20 of 100 look unusual (20\u00a0%) and count all the same." in page
        assert "30 of 31 days brought none." in page
        assert "One device gave over 3 more at one rating point within 10 minutes" in page
