"""Reports: issued from the page, kept in the archive, and recognised by anybody byte for byte."""

import hashlib
from datetime import UTC, timedelta
from io import BytesIO

import pytest
from asn1crypto import tsp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

import stamped
from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database, rendering
from xla.documents import time_stamp
from xla.documents.pdf import RenderFailed
from xla.documents.printer import PANGO_MISSING
from xla.documents.report_data import ReportData
from xla.models import AuditEntry, Notice, Report, ReportStamp
from xla.services import seals
from xla.settings import Settings
from xla.web.database import SETTINGS

PAGE = "/contracts/harbour/periods/2026-03"
PDF = b"%PDF-1.7 the bytes"


@pytest.fixture(autouse=True)
def printer(harbour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set; its bytes tell the language and the number."""

    def printed(data: ReportData) -> bytes:
        return PDF + f" {data.contract_key} {data.language} {data.issue}".encode()

    monkeypatch.setattr(rendering, "render_in_process", printed)


@pytest.fixture
def manager(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("manager")


def issue(browser: FlaskClient, language: str = "en", page: str = PAGE) -> str:
    return browser.post(f"{page}/reports", data={"language": language}, follow_redirects=True).text


def upload(browser: FlaskClient, content: bytes) -> str:
    return browser.post("/verify", data={"file": (BytesIO(content), "report.pdf")}).text


def test_the_archive_names_each_time_stamp_and_who_waits_for_one(
    manager: FlaskClient, store: Engine, app: Flask
) -> None:
    address = "/contracts/harbour/reports/1.tsr"
    issue(manager)
    assert "ime stamp" not in manager.get("/reports").text
    assert manager.get(address).status_code == 404
    app.extensions[SETTINGS] = Settings(timestamp_url="https://time.example")
    assert "Time stamp awaited" in manager.get("/reports").text
    with database.transaction(store) as session:
        report = session.scalars(select(Report)).one()
        stamped.keep(session, report, report.issued_at.replace(hour=8, minute=14, second=0, microsecond=0))
        digest = report.sha256
    page = manager.get("/reports").text
    assert "Time stamp awaited" not in page
    assert "by Trusted Time Ltd</a>" in page
    assert f'href="{address}"' in page
    answer = manager.get(address)
    assert answer.mimetype == "application/timestamp-reply"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="harbour-1.tsr"'
    token = tsp.TimeStampResp.load(answer.data)["time_stamp_token"].dump()
    assert time_stamp.checked(token, digest).authority == "Trusted Time Ltd"
    assert manager.get("/contracts/harbour/reports/2.tsr").status_code == 404
    with database.transaction(store) as session:
        session.execute(update(ReportStamp).values(token=b"spoiled"))
    assert manager.get(address).status_code == 404


def test_a_report_is_issued_once_a_language(manager: FlaskClient, store: Engine) -> None:
    assert "The report is issued (issue 1)." in issue(manager)
    assert "The report is issued (issue 1)." in issue(manager)
    page = issue(manager, "sv")
    assert "The report is issued (issue 2)." in page
    assert 'lang="sv">Svenska</span>' in page
    with database.reading(store) as session:
        assert session.scalars(select(Report.language).order_by(Report.issue)).all() == ["en", "sv"]
        logged = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "report.issue")).all()
        assert len(logged) == 2
        told = session.scalars(select(Notice.key).where(Notice.kind == "report_issued")).all()
        assert told == ["harbour/1"]  # of the agreement's own language


def test_the_client_downloads_what_was_issued(browser_of: BrowserOf, manager: FlaskClient) -> None:
    issue(manager)
    client = browser_of("client")
    assert "Download PDF" in client.get(PAGE).text
    answer = client.get("/contracts/harbour/reports/1.pdf")
    assert answer.data == PDF + b" harbour en 1"
    assert answer.headers["ETag"].strip('"') == hashlib.sha256(answer.data).hexdigest()


def test_a_running_period_is_previewed_and_not_issued(manager: FlaskClient, store: Engine) -> None:
    april = "/contracts/harbour/periods/2026-04"
    answer = manager.get(f"{april}/draft.pdf?language=sv")
    assert answer.data == PDF + b" harbour sv None"
    assert "is issued once it is closed" in issue(manager, page=april)
    assert manager.get(f"{PAGE}/draft.pdf").status_code == 404
    with database.reading(store) as session:
        assert session.scalars(select(Report.id)).all() == []


@pytest.mark.parametrize(
    ("reason", "said"),
    [(f"{PANGO_MISSING} (dlopen)", "the server lacks Pango"), ("The process died.", "drawing it failed")],
)
def test_a_report_that_cannot_be_drawn_is_told(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch, reason: str, said: str
) -> None:
    def fail(_data: ReportData) -> bytes:
        raise RenderFailed(reason)

    monkeypatch.setattr(rendering, "render_in_process", fail)
    assert said in issue(manager)
    draft = manager.get("/contracts/harbour/periods/2026-04/draft.pdf", follow_redirects=True)
    assert said in draft.text
    assert "dlopen" not in draft.text


# --- the archive --------------------------------------------------------------------------------------------


def test_the_archive_is_narrowed_by_its_address(manager: FlaskClient, browser_of: BrowserOf) -> None:
    issue(manager)
    issue(manager, "sv")
    page = manager.get("/reports").text
    assert page.count("/contracts/harbour/reports/") == 2
    assert manager.get("/reports?language=sv&year=2026").text.count("/contracts/harbour/reports/") == 1
    for nothing in ("year=2020", "contract=quay", "contract=%00"):
        assert "Nothing was issued that fits" in manager.get(f"/reports?{nothing}").text, nothing
    assert manager.get("/reports?year=x&language=xx&page=-9").status_code == 200


def test_an_empty_archive_says_when_reports_come(manager: FlaskClient) -> None:
    assert "It then stays here for good." in manager.get("/reports").text


def test_queries_of_the_archive_do_not_grow(manager: FlaskClient, store: Engine) -> None:
    counts = []
    for language in ("en", "sv", "da"):
        issue(manager, language)
        counts.append(asked(store, manager, "/reports"))
    assert counts[0] == counts[1] == counts[2]


# --- is it ours ---------------------------------------------------------------------------------------------


def test_anybody_learns_whether_a_file_is_ours_and_nothing_of_the_contract(
    manager: FlaskClient, browser: FlaskClient
) -> None:
    issue(manager)
    page = upload(browser, PDF + b" harbour en 1")
    assert "Yes, this is ours" in page
    assert "It is issue 1, issued on" in page
    for told in ("Harbour", "harbour", "Aurland", "March"):
        assert told not in page
    assert "No, this is not a report of ours" in upload(browser, PDF + b" harbour en 1 ")


def test_a_member_is_led_to_the_period_and_a_stranger_is_not(
    manager: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    issue(manager)
    assert f'href="{PAGE}"' in upload(manager, PDF + b" harbour en 1")
    issue(browser_of("admin"), page="/contracts/quay/periods/2026-03")
    page = upload(manager, PDF + b" quay en 1")
    assert "Yes, this is ours" in page
    assert "Quay" not in page
    assert "quay" not in page


def test_a_fingerprint_may_be_typed_with_spaces(manager: FlaskClient, browser: FlaskClient) -> None:
    issue(manager)
    sha256 = hashlib.sha256(PDF + b" harbour en 1").hexdigest().upper()
    spaced = " ".join(sha256[at : at + 4] for at in range(0, 64, 4))
    assert "Yes, this is ours" in browser.post("/verify", data={"sha256": spaced}).text
    assert "No, this is not" in browser.post("/verify", data={"sha256": "0" * 64}).text


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        ({}, "Choose a PDF, or write its fingerprint below."),
        ({"sha256": "</script>{{7*7}}"}, "A fingerprint has 64 characters"),
        ({"sha256": "0" * 10_000}, "A fingerprint has 64 characters"),
    ],
)
def test_what_is_no_file_and_no_fingerprint_is_told(
    browser: FlaskClient, data: dict[str, str], flaw: str
) -> None:
    answer = browser.post("/verify", data=data)
    assert answer.status_code == 422
    assert flaw in answer.text
    assert "</script>{{7*7}}" not in answer.text


def test_a_file_too_large_is_refused_unread(browser: FlaskClient) -> None:
    answer = browser.post("/verify", data=bytes(5 << 20), content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


def test_the_form_is_asked_for(browser: FlaskClient) -> None:
    assert "Is this report ours?" in browser.get("/verify").text


@pytest.mark.parametrize("address", ["never?chained=" + "0" * 64, "2026-03-01", "2026-03-01?chained=no"])
def test_a_seal_that_is_none_is_not_found(browser: FlaskClient, address: str) -> None:
    assert browser.get(f"/verify/seals/{address}").status_code == 404


def test_anybody_may_ask_whether_a_day_seal_is_ours(browser: FlaskClient, store: Engine) -> None:
    today = clock.now().astimezone(UTC).date()
    with database.transaction(store) as session:
        seals.make_secret(session)
        sealed = seals.seal(session, today, clock.now() + timedelta(days=1))
        assert seals.keep(session, sealed)
        address = f"/verify/seals/{sealed[-1].day}?chained="
        chained = sealed[-1].chained
    assert "Yes, this is ours" in browser.get(address + chained).text
    assert "No, that day has another seal here" in browser.get(address + "0" * 64).text
    assert "No, that day has no seal here" in browser.get("/verify/seals/1999-01-01?chained=" + chained).text
