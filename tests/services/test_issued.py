"""Issued reports: found by who may see them, contract, year and language; and by their bytes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

import make
import raw
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import Contract, Person, Report
from xla.models.base import LARGEST_ID
from xla.services import agreements, issued, memberships, people, periods
from xla.services.issued import Wanted

CLOSED_AT = datetime(2027, 6, 1, tzinfo=UTC)


def archive(session: Session, contract: Contract, *names: str, language: str = "en") -> None:
    """Those months closed, and a report of each issued."""
    for number, name in enumerate(names, 1):
        closed = periods.close(session, contract, parse_period(name), known_at=CLOSED_AT, now=CLOSED_AT)
        raw.insert(
            session,
            Report(
                contract_id=contract.id, period_id=closed.period.id, issue=number, language=language,
                issued_at=CLOSED_AT.replace(day=number + 1), sha256=f"{contract.key}-{name}", pdf=b"12345",
            ),
        )  # fmt: skip


@pytest.fixture
def client(session: Session) -> Person:
    """A member of Harbour house, with two years of reports, and not of Quay, with one."""
    harbour = make.contract(session)
    quay = make.contract(session, make.agreement(contract={"key": "quay", "language": "en"}))
    archive(session, harbour, "2026-03", "2026-04", "2027-01")
    archive(session, quay, "2026-03", language="sv")
    found = people.add(session, "c@a.example", name="C", role=Role.CLIENT, now=make.APPLIED_AT)
    memberships.add_member(session, found.id, harbour.id)
    return found


def keys(session: Session, person: Person, **wanted: object) -> list[str]:
    found = issued.find(session, person, Wanted(**wanted))  # type: ignore[arg-type]  # keywords of the test
    return [f"{each.contract_key} {each.period_key} {each.report.language}" for each in found.issued]


def test_a_member_finds_the_reports_of_their_contracts_newest_first(session: Session, client: Person) -> None:
    assert keys(session, client) == ["harbour 2027-01 en", "harbour 2026-04 en", "harbour 2026-03 en"]
    found = issued.find(session, client, Wanted())
    assert (found.count, found.page, found.pages) == (3, 1, 1)
    assert (found.contracts, found.years, found.languages) == (
        {"harbour": "Aurland Port"},
        [2027, 2026],
        ["en"],
    )
    assert {each.size for each in found.issued} == {5}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"contract": "harbour"}, 3),
        ({"contract": "quay"}, 1),
        ({"contract": "no-such"}, 0),
        ({"year": 2026}, 3),
        ({"year": 2026, "contract": "harbour"}, 2),
        ({"year": 2025}, 0),
        ({"language": "sv"}, 1),
        ({"language": "fi"}, 0),
    ],
)
def test_the_archive_is_narrowed(
    session: Session, client: Person, wanted: dict[str, object], count: int
) -> None:
    admin = people.add(session, "a@a.example", name="A", role=Role.ADMIN, now=make.APPLIED_AT)
    assert len(keys(session, admin, **wanted)) == count


def test_pages_hold_twenty_five_and_one_too_far_is_the_last(
    session: Session, client: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issued, "PER_PAGE", 2)
    assert keys(session, client, page=2) == ["harbour 2026-03 en"]
    assert keys(session, client, page=9) == ["harbour 2026-03 en"]
    assert issued.find(session, client, Wanted(page=-1)).page == 1


def test_a_report_is_found_by_its_fingerprint(session: Session, client: Person) -> None:
    found = issued.by_hash(session, "quay-2026-03")
    assert found
    assert (found.contract_key, found.report.issue) == ("quay", 1)
    assert issued.by_hash(session, "0" * 64) is None


def test_a_period_lists_its_reports_by_number(session: Session, client: Person) -> None:
    found = issued.by_hash(session, "harbour-2026-03")
    assert found
    assert [each.report.issue for each in issued.of_period(session, found.period)] == [1]


def test_a_report_is_looked_up_by_contract_and_number(session: Session, client: Person) -> None:
    found = issued.report_of(session, "harbour", 2)
    assert found
    assert found.pdf == b"12345"
    assert issued.report_of(session, "quay", 2) is None


@pytest.mark.parametrize(("key", "number"), [("har\0bour", 1), ("harbour", LARGEST_ID + 1)])
def test_what_no_database_can_be_asked_is_no_report(
    session: Session, client: Person, key: str, number: int
) -> None:
    assert issued.report_of(session, key, number) is None


def test_a_contracts_reports_are_told_by_number_and_found_by_id(session: Session, client: Person) -> None:
    harbour, quay = agreements.contract_of(session, "harbour"), agreements.contract_of(session, "quay")
    newest, _, _ = issued.of_contract(session, harbour, below=None, limit=9)
    assert newest.report.issue == 3
    (second,) = issued.of_contract(session, harbour, below=3, limit=1)
    assert second.report.issue == 2
    assert issued.by_id(session, harbour, newest.report.id) is newest.report
    assert issued.by_id(session, quay, newest.report.id) is None
