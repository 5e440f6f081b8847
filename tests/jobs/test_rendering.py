"""Rendering: a draft while a period runs, one issue for good once it is closed."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from xla import database, rendering
from xla.core.window import parse_period
from xla.documents.press import Press
from xla.documents.report_data import ReportData
from xla.models import Report
from xla.services import periods, reports, verification
from xla.services.agreements import Refused, contract_of

MARCH = parse_period("2026-03")
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


def close(store: Engine, period: str = "2026-03") -> None:
    with database.transaction(store) as session:
        contract = contract_of(session, "harbour")
        periods.close(session, contract, parse_period(period), known_at=NOW, now=NOW)


def issues(store: Engine) -> list[tuple[int, str]]:
    with database.reading(store) as session:
        return [(row.issue, row.language) for row in session.scalars(select(Report).order_by(Report.id))]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[ReportData]:
    """No PDF is set; the data it would be set from are kept."""
    seen: list[ReportData] = []

    def printed(data: ReportData) -> bytes:
        seen.append(data)
        return f"%PDF-{data.issue} {data.language} {len(seen)}".encode()

    monkeypatch.setattr(rendering, "render_in_process", printed)
    return seen


def made(store: Engine, **told: object) -> rendering.Made:
    return rendering.rendered(store, "harbour", MARCH, provider="Nordfast", now=NOW, **told)  # type: ignore[arg-type]  # keywords of the test


def test_an_open_period_gives_a_draft_and_keeps_nothing(harbour: Engine, quick: list[ReportData]) -> None:
    assert made(harbour).name == "a draft"
    assert quick[0].is_draft
    assert issues(harbour) == []


def test_a_closed_period_is_issued_once_and_comes_back_byte_for_byte(
    harbour: Engine, quick: list[ReportData]
) -> None:
    close(harbour)
    first, second = made(harbour), made(harbour)
    assert (first.name, first.pdf) == (second.name, second.pdf) == ("issue 1", b"%PDF-1 en 1")
    assert first.sha256 == sha256(first.pdf).hexdigest()
    assert len(quick) == 1


def test_another_language_is_an_issue_of_its_own(harbour: Engine, quick: list[ReportData]) -> None:
    close(harbour)
    made(harbour)
    assert made(harbour, language="sv").name == "issue 2"
    assert issues(harbour) == [(1, "en"), (2, "sv")]
    assert quick[1].language == "sv"


def test_who_comes_second_gets_the_report_the_other_issued(
    harbour: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(harbour)

    def printed_while_another_issues(data: ReportData) -> bytes:
        with database.transaction(harbour) as session:
            contract = contract_of(session, "harbour")
            period = reports.closed_period(session, contract, MARCH)
            assert period
            reports.issue(session, period, data, b"%PDF- the other's", NOW)
        return b"%PDF- mine"

    monkeypatch.setattr(rendering, "render_in_process", printed_while_another_issues)
    assert made(harbour).pdf == b"%PDF- the other's"
    assert issues(harbour) == [(1, "en")]


def test_it_gives_up_when_every_try_collides(harbour: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    close(harbour)
    monkeypatch.setattr(rendering, "render_in_process", lambda _data: b"%PDF-")

    def collide(*_told: object) -> None:
        raise IntegrityError("insert", {}, Exception("taken"))

    monkeypatch.setattr(reports, "issue", collide)
    with pytest.raises(IntegrityError):
        made(harbour)


def test_a_draft_is_never_issued(harbour: Engine) -> None:
    close(harbour)
    with database.reading(harbour) as session:
        contract = contract_of(session, "harbour")
        period = reports.closed_period(session, contract, MARCH)
        draft = reports.gather(session, contract, parse_period("2026-04"), provider="Nordfast", now=NOW)
        assert period
        with pytest.raises(ValueError, match="a draft is not issued"):
            reports.issue(session, period, draft, b"", NOW)


def test_an_unknown_contract_is_refused(harbour: Engine) -> None:
    with pytest.raises(Refused, match="there is no contract 'nope'; there is harbour"):
        rendering.rendered(harbour, "nope", MARCH, provider="Nordfast", now=NOW)


def test_where_there_is_a_press_it_prints(harbour: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Press, "print", lambda _press, paper: f"%PDF-{paper.dated}".encode())
    asked = rendering.Asked("harbour", MARCH, None)
    told = {"provider": "Nordfast", "press": Press(), "now": NOW}
    assert rendering.drawn_draft(harbour, asked, **told).startswith(b"%PDF-2026-")  # type: ignore[arg-type]  # keywords of the test
    close(harbour)
    assert rendering.drawn(harbour, asked, **told).pdf.startswith(b"%PDF-2026-")  # type: ignore[arg-type]  # as above


def test_a_real_report_is_recognised_again(harbour: Engine) -> None:
    close(harbour)
    pdf = made(harbour).pdf
    assert pdf.startswith(b"%PDF-")
    with database.reading(harbour) as session:
        found = verification.verify_report(session, pdf)
        assert found
        assert found.issue == 1
        assert verification.verify_report(session, pdf + b" ") is None
