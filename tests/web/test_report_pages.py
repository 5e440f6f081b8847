"""A report in the browser: the paper's pages, for whoever may see what they say."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from web.counting import asked
from xla import database, rendering
from xla.documents.paper import Paper, RenderFailed
from xla.documents.report_data import ReportData
from xla.models import AuditEntry, Notice, Report
from xla.web import report_pages

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


# --- as known at --------------------------------------------------------------------------------------------


def test_a_period_is_shown_as_known_at_a_day(manager: FlaskClient) -> None:
    page = manager.get(f"{MARCH}/report?as_known_at=2026-04-20").text
    assert "As known at 20\u00a0April\u00a02026, 23:59, not an issue" in page
    assert "Show what stands now" in page
    assert 'value="2026-04-20"' in page
    after = manager.get(f"{MARCH}/report?as_known_at=2026-04-20T07:30").text
    assert "As known at 20\u00a0April\u00a02026, 07:30" in after


def test_two_instants_of_a_day_before_the_close_are_the_same_pages(manager: FlaskClient) -> None:
    """What came between them may be one person's."""
    for told in ("2026-03-20T10:00", "2026-03-20T10:05", "2026-03-19"):
        page = manager.get(f"{MARCH}/report?as_known_at={told}").text
        assert "As known at 19\u00a0March\u00a02026, 23:59, not an issue" in page


def test_an_issue_shown_as_known_at_is_no_issue(manager: FlaskClient) -> None:
    manager.post(f"{MARCH}/reports", data={"language": "en"})
    page = manager.get(f"{MARCH}/report?as_known_at=2026-04-20").text
    assert "The pages of issue 1" not in page
    assert "not an issue" in page


def test_before_the_close_is_for_those_who_saw_the_drafts(browser_of: BrowserOf) -> None:
    before, after = f"{MARCH}/report?as_known_at=2026-04-02", f"{MARCH}/report?as_known_at=2026-04-20"
    assert browser_of("manager").get(before).status_code == 200
    for role in ("client", "auditor"):
        assert browser_of(role).get(after).status_code == 200, role
        answer = browser_of(role).get(before)
        assert answer.status_code == 422, role
        assert "The period still ran then." in answer.text
        assert "As known at 2\u00a0April" not in answer.text


@pytest.mark.parametrize("told", ["soon", "2026-02-30", "9999-01-01", "%00", "<b>{{7*7}}"])
def test_a_flawed_day_is_told_beside_the_field(manager: FlaskClient, told: str) -> None:
    answer = manager.get(f"{MARCH}/report", query_string={"as_known_at": told})
    assert answer.status_code == 422
    assert "Write a day such as 2026-10-05" in answer.text
    assert "<b>{{" not in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_the_periods_page_asks_for_a_day(browser_of: BrowserOf) -> None:
    assert 'name="as_known_at"' in browser_of("client").get(MARCH).text
    assert 'name="as_known_at"' not in browser_of("client").get(APRIL).text


# --- all contracts in one -----------------------------------------------------------------------------------


def test_a_portfolio_is_made_of_the_contracts_one_may_see(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = []

    def printed(paper: Paper, **_limits: float) -> bytes:
        papers.append(paper)
        return b"%PDF all"

    monkeypatch.setattr(rendering, "print_in_process", printed)
    answer = manager.get("/portfolio.pdf?period=2026-03&language=fi")
    assert (answer.data, answer.mimetype) == (b"%PDF all", "application/pdf")
    assert 'filename="portfolio-2026-03.pdf"' in answer.headers["Content-Disposition"]
    assert "Harbour house" in papers[0].html
    assert "Quay offices" not in papers[0].html
    assert '<html lang="fi">' in papers[0].html


def test_a_portfolio_without_a_period_or_a_printer_says_so(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Write the period as" in manager.get("/portfolio.pdf?period=soon", follow_redirects=True).text
    other = manager.get("/portfolio.pdf?period=2190-01", follow_redirects=True).text
    assert "No contract has this period." in other

    def fail(_paper: Paper, **_limits: float) -> bytes:
        raise RenderFailed("The process died.")

    monkeypatch.setattr(rendering, "print_in_process", fail)
    assert "drawing it failed" in manager.get("/portfolio.pdf?period=2026-03", follow_redirects=True).text


def test_a_portfolio_of_very_many_contracts_is_left_to_the_command(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_pages, "MOST_CONTRACTS", 0)
    said = manager.get("/portfolio.pdf?period=2026-03", follow_redirects=True).text
    assert "1 contract takes longer than a page may." in said


def test_the_archive_offers_the_portfolio_to_the_provider_only(browser_of: BrowserOf) -> None:
    assert "All contracts in one report" in browser_of("manager").get("/reports").text
    assert "All contracts in one report" not in browser_of("client").get("/reports").text


# --- the tables ---------------------------------------------------------------------------------------------


def test_the_tables_are_for_whoever_may_read_the_pages(browser_of: BrowserOf) -> None:
    answer = browser_of("client").get(f"{MARCH}/report.xlsx?language=sv")
    assert answer.data.startswith(b"PK")
    assert 'filename="harbour-2026-03.xlsx"' in answer.headers["Content-Disposition"]
    assert browser_of("manager").get(f"{APRIL}/report.xlsx").status_code == 200
    assert browser_of("client").get(f"{APRIL}/report.xlsx").status_code == 404
    assert browser_of("client").get(f"{MARCH}/report.xlsx?as_known_at=2026-04-02").status_code == 404
    assert browser_of("client").get(f"{MARCH}/report.xlsx?as_known_at=2026-04-20").status_code == 200


@pytest.mark.parametrize("period", ["2026-04%0a", "%202026-04", "2026-04%0d%0a"])
def test_space_around_a_period_is_in_no_header(manager: FlaskClient, period: str) -> None:
    for file in ("report.xlsx", "draft.pdf"):
        answer = manager.get(f"/contracts/harbour/periods/{period}/{file}")
        assert answer.status_code == 200
        assert "harbour-2026-04" in answer.headers["Content-Disposition"]


# --- what was issued stays ----------------------------------------------------------------------------------


def test_an_issued_report_comes_back_byte_for_byte_whatever_the_templates_are_now(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.post(f"{MARCH}/reports", data={"language": "en"})
    stored = manager.get("/contracts/harbour/reports/1.pdf").data

    def changed(_data: ReportData) -> bytes:
        return b"%PDF of other templates"

    monkeypatch.setattr(rendering, "render_in_process", changed)
    again = manager.post(f"{MARCH}/reports", data={"language": "en"}, follow_redirects=True)
    assert "The report is issued (issue 1)." in again.text
    assert manager.get("/contracts/harbour/reports/1.pdf").data == stored
    manager.get(f"{MARCH}/report")
    assert manager.get("/contracts/harbour/reports/1.pdf").data == stored
