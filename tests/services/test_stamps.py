"""Stamps: which reports wait for one, and whether what is kept holds."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

import make
import raw
import stamped
from services.test_issued import CLOSED_AT, archive
from xla.core.work import Kind
from xla.models import Contract, Report, ReportStamp, WorkItem
from xla.services import stamps

URL = "https://time.example/tsa"
NOW = CLOSED_AT + timedelta(days=5)


@pytest.fixture
def contract(session: Session) -> Contract:
    contract = make.contract(session)
    archive(session, contract, "2026-03", "2026-04")
    for report in session.query(Report):
        report.sha256 = sha256(report.pdf).hexdigest()
    session.flush()
    return contract


def report_of(session: Session, issue: int) -> Report:
    return session.query(Report).filter_by(issue=issue).one()


def test_a_report_without_a_stamp_is_due_for_thirty_days(session: Session, contract: Contract) -> None:
    first, second = stamps.due(session, URL, NOW)
    assert (first.kind, first.key, first.lane) == (Kind.STAMP, "harbour/1", "web/time.example")
    assert first.document == {"report": report_of(session, 1).id}
    assert (first.contract_id, second.key) == (contract.id, "harbour/2")
    assert stamps.due(session, "", NOW) == []
    assert stamps.wanted(report_of(session, 1), "harbour", "", NOW) == []
    later = report_of(session, 1).issued_at + timedelta(days=30)
    assert [each.key for each in stamps.due(session, URL, later)] == ["harbour/2"]


def test_what_has_a_stamp_is_not_due(session: Session, contract: Contract) -> None:
    report = report_of(session, 1)
    assert stamps.unstamped(session, report.id) == ("harbour issue 1", report.sha256)
    assert stamps.of_report(session, report) is None
    stamped.keep(session, report, NOW)
    assert stamps.unstamped(session, report.id) is None
    assert [each.key for each in stamps.due(session, URL, NOW)] == ["harbour/2"]
    assert list(stamps.problems(session)) == []


def test_a_stamp_of_other_bytes_or_kept_as_another_is_named(session: Session, contract: Contract) -> None:
    for issue in (1, 2):
        stamped.keep(session, report_of(session, issue), NOW)
    first, second = session.query(ReportStamp).order_by(ReportStamp.report_id)
    report_of(session, 1).sha256 = sha256(b"other").hexdigest()
    second.authority = "Somebody else"
    session.flush()
    assert list(stamps.problems(session)) == [
        ("harbour/1", "its time stamp does not hold: the stamp is of other bytes"),
        ("harbour/2", f"its time stamp says Trusted Time Ltd, {NOW}; that is not what is kept"),
    ]
    first.token = b"spoiled"
    session.flush()
    assert next(stamps.problems(session))[1].endswith("it is no time stamp, or can't be read")


def test_a_stamp_that_was_kept_and_is_gone_is_named(session: Session, contract: Contract) -> None:
    at = datetime(2027, 6, 4, tzinfo=UTC)
    raw.insert(
        session,
        WorkItem(
            kind="stamp", key="harbour/1", queue="notify", document="{}", state="done", attempts=1,
            created_at=at, due_at=at, wanted_at=at, done_at=at, lane="",
        ),
    )  # fmt: skip
    assert list(stamps.problems(session)) == [("harbour/1", "it was stamped, and its time stamp is gone")]
