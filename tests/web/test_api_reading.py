"""What the API tells: periods, breaches, reports, each as far as nobody can be told apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

import make
from rated import rate
from web import world
from web.conftest import BrowserOf, KeyOf
from web.counting import asked
from xla import clock, database
from xla.core.outcome_document import document_of
from xla.models import Observation, Period, Report, Response
from xla.services import evaluations, periods
from xla.services.agreements import contract_of

Get = Callable[[str], Any]
HARBOUR = "/api/v1/contracts/harbour"

pytestmark = pytest.mark.usefixtures("harbour")


@pytest.fixture
def get(browser: FlaskClient, key_of: KeyOf) -> Get:
    headers = key_of("read", contract="harbour")

    def read(path: str) -> Any:
        answer = browser.get(HARBOUR + path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    return read


def test_a_period_is_the_document_of_xla_evaluate(get: Get, store: Engine) -> None:
    with database.reading(store) as session:
        contract = contract_of(session, "harbour")
        expected = document_of(evaluations.evaluate(session, contract, world.MARCH, now=clock.now()))
    assert get("/periods/2026-03") == expected | {"addenda": []}
    assert expected["kpis"][0]["verdict"] == "breached"


def test_few_answers_are_not_told(get: Get, store: Engine) -> None:
    at = datetime(2026, 4, 6, tzinfo=UTC)
    with database.transaction(store) as session:
        contract = contract_of(session, "harbour")
        rate(session, contract, "food", {1: 4}, on="2026-04-03", at=at)
        rate(session, contract, "recommend", {0: 5}, on="2026-04-03", at=at)
        evaluations.keep(
            session, contract, evaluations.measured(session, contract, world.APRIL, now=clock.now())
        )
    (listed,) = [each for each in get("/periods")["items"] if each["period"] == "2026-04"]
    for document in (get("/periods/2026-04"), listed):
        clean, food, recommend = document["kpis"]
        assert (clean["n"], clean["counts"]["5"]) == (12, 12)
        assert (food["n"], food["value"], food["low"], food["counts"]) == (4, None, None, {})
        assert (food["value_exact"], food["chance_below_floor"]) == (None, None)
        assert (recommend["n"], recommend["value"], recommend["counts"]) == (5, -100.0, {})


def test_periods_are_read_newest_first_page_by_page(get: Get, store: Engine) -> None:
    with database.transaction(store) as session:
        contract = contract_of(session, "harbour")
        for month in ("2026-02", "2026-01"):
            period = world.parse_period(month)
            periods.close(session, contract, period, known_at=world.CLOSED_AT, now=world.CLOSED_AT)
    seen, cursor = [], ""
    while cursor is not None:
        page = get(f"/periods?limit=2{cursor}")
        seen += [(each["period"], each["state"]) for each in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert [name for name, _ in seen] == ["2026-04", "2026-03", "2026-02", "2026-01"]
    assert [state for _, state in seen] == ["open", "final", "final", "final"]


def test_a_breach_tells_its_steps(get: Get) -> None:
    (breach,) = get("/breaches?state=live")["items"]
    assert (breach["kpi"], breach["period"], breach["state"]) == ("clean", "2026-03", "open")
    (step,) = breach["steps"]
    assert (step["kind"], step["evidence"]["n"], step["by"]) == ("breached", 60, None)
    assert get(f"/breaches/{breach['id']}") == breach
    assert get("/breaches?state=ended") == {"items": [], "next": None}


def test_reports_are_listed_and_read_as_they_were_issued(
    get: Get,
    browser: FlaskClient,
    key_of: KeyOf,
    store: Engine,
) -> None:
    with database.transaction(store) as session:
        period = session.scalars(select(Period).order_by(Period.id)).first()
        for issue, language in enumerate(("en", "sv"), 1):
            session.add(
                Report(
                    contract_id=period.contract_id,
                    period_id=period.id,
                    issue=issue,
                    language=language,
                    issued_at=make.NOW,
                    sha256="ab" * 32,
                    pdf=b"%PDF",
                )
            )
    page = get("/reports?limit=1")
    (newest,) = page["items"]
    assert (newest["issue"], newest["language"], newest["period"], newest["size"]) == (2, "sv", "2026-03", 4)
    (oldest,) = get(f"/reports?cursor={page['next']}")["items"]
    assert oldest["issue"] == 1
    answer = browser.get(newest["href"], headers=key_of("read"))
    assert (answer.data, answer.mimetype) == (b"%PDF", "application/pdf")
    foreign = newest["href"].replace("harbour", "quay")
    assert browser.get(foreign, headers=key_of("read")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/periods/2025-12", "/periods/2199-01", "/periods/March", "/breaches/99", "/reports/99.pdf"]
)
def test_what_a_contract_does_not_have_is_not_there(browser: FlaskClient, key_of: KeyOf, path: str) -> None:
    answer = browser.get(HARBOUR + path, headers=key_of("read"))
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_cookie_opens_nothing(browser_of: BrowserOf) -> None:
    assert browser_of("admin").get("/api/v1/contracts").status_code == 401


def test_observations_are_sent_exactly_and_once(browser: FlaskClient, key_of: KeyOf, store: Engine) -> None:
    headers = key_of("ratings:write")
    with database.transaction(store) as session:
        make.contract(session, make.agreement(contract={"key": "tower"}))
    body = {
        "contract": "tower",
        "observations": [
            {"observation": "tenants", "date": "2026-04-01", "numerator": 0.1, "denominator": 40},
            {"observation": "minutes", "date": "2026-04-01", "amount": -1.5, "count": 4, "external_id": "e"},
        ],
    }
    for expected in ({"accepted": 2, "duplicates": 0}, {"accepted": 1, "duplicates": 1}):
        assert browser.post("/api/v1/observations", json=body, headers=headers).json == expected
    with database.reading(store) as session:
        assert [str(row.amount) for row in session.scalars(select(Observation))] == ["0.1", "-1.5", "0.1"]
    body["observations"][0]["site"] = "z"
    body["observations"][1]["count"] = 1.5
    answer = browser.post("/api/v1/observations", json=body, headers=headers)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json["errors"]] == [
        "observations.0.site",
        "observations.1.count",
    ]


@pytest.mark.parametrize("path", ["/periods", "/breaches", "/reports"])
def test_questions_to_the_database_do_not_grow_with_rows(
    browser: FlaskClient, key_of: KeyOf, store: Engine, path: str
) -> None:
    browser.environ_base["HTTP_AUTHORIZATION"] = key_of("read")["Authorization"]
    counts = []
    for month in ("2026-02", "2026-01"):
        browser.get(HARBOUR + path)
        counts.append(asked(store, browser, HARBOUR + path))
        with database.transaction(store) as session:
            contract = contract_of(session, "harbour")
            at = world.CLOSED_AT
            period = world.parse_period(month)
            closed = periods.close(session, contract, period, known_at=at, now=at)
            session.add(
                Report(
                    contract_id=contract.id,
                    period_id=closed.period.id,
                    issue=closed.period.id,
                    language="en",
                    issued_at=at,
                    sha256="ab" * 32,
                    pdf=b"%PDF",
                )
            )
    assert len(set(counts)) == 1


def test_how_a_period_s_responses_came_in(get: Get, store: Engine) -> None:
    with database.transaction(store) as session:
        session.execute(update(Response).where(Response.id <= 20).values(channel="qr", flags="burst"))
        session.execute(update(Response).where(Response.id == 21).values(channel="kiosk"))
    march, april = get("/periods/2026-03/sampling"), get("/periods/2026-04/sampling")
    assert march["channels"] == [{"channels": [""], "n": 79}, {"channels": ["qr", "kiosk"], "n": 21}]
    assert (march["n"], march["flagged"], march["flags"]) == (100, 20, {"burst": 20})
    assert march["sites"] == {"covered": 2, "of": 3, "silent": ["a-1"]}
    assert (march["days"], march["days_without"]) == (31, 30)
    assert march["weekdays"][1] == {"weekday": 2, "n": 100, "even": pytest.approx(500 / 31)}
    assert (april["n"], april["late"], april["invitations_delivered"]) == (12, 0, 0)


@pytest.mark.parametrize("period", ["2020-01", "never"])
def test_a_period_there_is_not_has_no_sampling_note(browser: FlaskClient, key_of: KeyOf, period: str) -> None:
    answer = browser.get(f"{HARBOUR}/periods/{period}/sampling", headers=key_of("read", contract="harbour"))
    assert answer.status_code == 404
