"""A report in the browser: the paper's pages, for whoever may see what they say."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from web.counting import asked
from xla import database, rendering
from xla.documents.report_data import ReportData
from xla.models import AuditEntry, Notice, Report

MARCH = "/contracts/harbour/periods/2026-03"
APRIL = "/contracts/harbour/periods/2026-04"


@pytest.fixture(autouse=True)
def printer(harbour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set."""

    def printed(data: ReportData) -> bytes:
        return f"%PDF {data.issue}".encode()

    monkeypatch.setattr(rendering, "render_in_process", printed)


@pytest.fixture
def manager(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


def test_a_proposed_period_is_read_by_both_parties_as_a_draft(browser_of: BrowserOf) -> None:
    for role in ("manager", "client", "auditor"):
        page = browser_of(role).get(f"{MARCH}/report").text
        assert "Draft, not an issue" in page, role
        assert "Clean house" in page, role
        assert 'class="paper"' in page, role


def test_an_issued_report_leads_to_its_pdf(manager: FlaskClient) -> None:
    manager.post(f"{MARCH}/reports", data={"language": "en"})
    page = manager.get(f"{MARCH}/report").text
    assert "The pages of issue 1" in page
    assert "/contracts/harbour/reports/1.pdf" in page
    assert "Draft, not an issue" not in page
    assert "Draft, not an issue" in manager.get(f"{MARCH}/report?language=sv").text


def test_a_running_period_is_a_draft_for_those_who_make_reports(browser_of: BrowserOf) -> None:
    assert "A draft: what the report would say now" in browser_of("manager").get(f"{APRIL}/report").text
    assert f"{APRIL}/report" in browser_of("manager").get(APRIL).text
    for role in ("client", "auditor"):
        assert browser_of(role).get(f"{APRIL}/report").status_code == 404
        assert f"{APRIL}/report" not in browser_of(role).get(APRIL).text


@pytest.mark.parametrize("language", ["sv", "da", "nb", "fi", "en"])
def test_it_speaks_the_language_that_was_chosen(manager: FlaskClient, language: str) -> None:
    page = manager.get(f"{MARCH}/report?language={language}").text
    assert f'<article class="paper" lang="{language}"' in page


def test_an_unknown_language_is_the_contracts(manager: FlaskClient) -> None:
    assert '<article class="paper" lang="en"' in manager.get(f"{MARCH}/report?language=%00x").text


def test_the_page_runs_and_loads_nothing_from_elsewhere(manager: FlaskClient) -> None:
    answer = manager.get(f"{MARCH}/report")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert "<style" not in answer.text


def test_looking_keeps_nothing_and_takes_no_number(manager: FlaskClient, store: Engine) -> None:
    manager.get(f"{MARCH}/report")
    with database.reading(store) as session:
        assert session.scalars(select(Report.id)).all() == []
        assert session.scalars(select(Notice.key).where(Notice.kind == "report_issued")).all() == []
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.action == "report.issue")).all() == []


def test_queries_of_the_page_do_not_grow_with_languages_issued(manager: FlaskClient, store: Engine) -> None:
    counts = []
    for language in ("en", "sv", "da"):
        manager.post(f"{MARCH}/reports", data={"language": language})
        counts.append(asked(store, manager, f"{MARCH}/report"))
    assert counts[0] == counts[1] == counts[2]


def test_browsers_keep_a_style_sheet_as_long_as_it_is_this_one(browser: FlaskClient) -> None:
    assert browser.get("/report.css").headers["Cache-Control"] == "no-cache"
    page = browser.get("/report.css?v=x")
    assert page.mimetype == "text/css"
    assert ".paper {" in page.text


def test_the_pages_address_of_the_style_sheet_is_kept_for_good(
    manager: FlaskClient, browser: FlaskClient
) -> None:
    page = manager.get(f"{MARCH}/report").text
    address = page.partition('href="/report.css')[2].partition('"')[0]
    assert "immutable" in browser.get(f"/report.css{address}").headers["Cache-Control"]
