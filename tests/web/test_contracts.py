"""A contract's reports."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import agreement_samples
from web.conftest import BrowserOf
from xla import database
from xla.core.agreement import Agreement
from xla.core.window import parse_period
from xla.documents.figures import Figures
from xla.services import agreements, evaluations, imports, periods, reports
from xla.services.agreements import contract_of

APPLIED = datetime(2016, 1, 1, tzinfo=UTC)
CLOSED = datetime(2016, 6, 10, tzinfo=UTC)
MAY = parse_period("2016-05")


def renamed(agreement: Agreement, key: str, title: str) -> Agreement:
    contract = agreement.contract.model_copy(update={"key": key, "title": title})
    return agreement.model_copy(update={"contract": contract})


def store_contract(store: Engine, folder: Path, *, key: str = "airport", title: str = "Terminals") -> None:
    """One contract with forty poor ratings of its restrooms and three of its boarding areas, May closed."""
    ratings = folder / f"{key}.csv"
    rows = ["restrooms,2,2016-05-03,a"] * 40 + ["boarding,5,2016-05-03,a"] * 3
    ratings.write_text("question,score,date,site\n" + "\n".join(rows) + "\n")
    with database.transaction(store) as session:
        agreements.apply(session, renamed(agreement_samples.agreement("airport"), key, title), APPLIED)
        contract = contract_of(session, key)
        imports.import_ratings(session, contract, ratings, now=datetime(2016, 6, 1, tzinfo=UTC))
        periods.close(session, contract, MAY, known_at=CLOSED, now=CLOSED)
        running = evaluations.measured(session, contract, parse_period("2016-06"), now=CLOSED)
        evaluations.keep(session, contract, running)


@pytest.fixture
def browser(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("admin")


def test_an_issued_report_comes_back_byte_for_byte(
    browser: FlaskClient, store: Engine, tmp_path: Path
) -> None:
    store_contract(store, tmp_path)
    with database.transaction(store) as session:
        contract = contract_of(session, "airport")
        period = reports.closed_period(session, contract, MAY)
        assert period
        data = reports.gather(session, contract, MAY, provider="Nordfast", now=CLOSED)
        reports.issue(session, period, replace(data, as_of=CLOSED), b"%PDF-1.7 the bytes", CLOSED)
    answer = browser.get("/contracts/airport/reports/1.pdf")
    assert answer.data == b"%PDF-1.7 the bytes"
    assert answer.mimetype == "application/pdf"
    assert "airport-1.pdf" in answer.headers["Content-Disposition"]


def test_a_report_that_was_not_issued_is_not_there(
    browser: FlaskClient, store: Engine, tmp_path: Path
) -> None:
    store_contract(store, tmp_path)
    assert browser.get("/contracts/airport/reports/1.pdf").status_code == 404
    assert browser.get("/contracts/no-such/reports/1.pdf").status_code == 404


def test_a_quarter_and_a_year_have_names() -> None:
    assert Figures("en").period(date(2018, 4, 1), date(2018, 7, 1)) == "Q2\u00a02018"
    assert Figures("en").period(date(2018, 1, 1), date(2019, 1, 1)) == "2018"
    assert Figures("en").period(date(2018, 5, 1), date(2018, 6, 1)) == "May\u00a02018"


def test_an_address_no_database_could_hold_is_not_there(browser: FlaskClient) -> None:
    for page in ("/contracts/airport/reports/99999999999999999999.pdf", "/contracts/a%00b/reports/1.pdf"):
        assert browser.get(page).status_code == 404
