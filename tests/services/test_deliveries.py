"""Deliveries: each address gets a report once; what was sent or given up may be sent again by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
import raw
from xla.core.agreement import Language
from xla.core.notice import Event
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import AuditEntry, Contract, NoticeChoice, Period, Person, Report, ReportDelivery, WorkItem
from xla.services import deliveries, installations, memberships, people, periods, recipients, report_letters
from xla.services.agreements import Refused
from xla.services.deliveries import Origin

MARCH = parse_period("2026-03")
ORIGIN = Origin("https://xla.example", "xla.example")
PDF = b"%PDF-1.7 what was issued"


@pytest.fixture
def contract(session: Session) -> Contract:
    return make.contract(session)


@pytest.fixture
def maja(session: Session, contract: Contract) -> Person:
    return person(session, contract, Role.MANAGER)


@pytest.fixture
def period(session: Session, contract: Contract) -> Period:
    return periods.close(session, contract, MARCH, known_at=make.NOW, now=make.NOW).period


@pytest.fixture
def report(session: Session, period: Period) -> Report:
    told = {"contract_id": period.contract_id, "period_id": period.id, "issue": 7, "language": "en"}
    row = Report(**told, issued_at=make.NOW, sha256="7", pdf=PDF)
    raw.insert(session, row)
    return row


def person(session: Session, contract: Contract, role: Role) -> Person:
    found = people.add(session, f"{role}@nordfast.example", name=role, role=role, now=make.NOW)
    memberships.add_member(session, found.id, contract.id)
    return found


def recipient(session: Session, contract: Contract, by: Person, name: str, language: Language = "en") -> None:
    told = {"email": f"{name}@port.example", "name": name}
    recipients.add(session, contract, **told, language=language, by=by, now=make.NOW)


def items(session: Session) -> list[str]:
    return list(session.scalars(select(WorkItem.key).where(WorkItem.kind == "deliver").order_by(WorkItem.id)))


def test_a_report_goes_once_to_each_recipient_who_reads_its_language(
    session: Session, contract: Contract, maja: Person, report: Report
) -> None:
    recipient(session, contract, maja, "elin")
    recipient(session, contract, maja, "olle", "sv")
    assert deliveries.queue(session, report, ORIGIN, make.NOW) == 1
    assert deliveries.queue(session, report, ORIGIN, make.NOW) == 0
    (row,) = session.scalars(select(ReportDelivery))
    assert (row.email, row.attempts, row.sent_at) == ("elin@port.example", 0, None)
    assert row.message_id.endswith("@xla.example>")
    assert items(session) == [f"harbour/7/{row.id}"]
    recipient(session, contract, maja, "anna")
    assert deliveries.queue(session, report, ORIGIN, make.NOW) == 1


def test_a_draft_goes_to_the_providers_members_who_want_it(
    session: Session, contract: Contract, maja: Person, period: Period
) -> None:
    for role in (Role.CLIENT, Role.AUDITOR, Role.ADMIN):
        person(session, contract, role)
    assert deliveries.readers_of_draft(session, contract) == [maja]
    for _ in range(2):
        deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    (row,) = deliveries.of_period(session, period)
    assert (row.email, row.report_id, deliveries.of_id(session, row.id).draft) == (maja.email, None, PDF)
    session.add(NoticeChoice(person_id=maja.id, event=Event.PERIOD_PROPOSED, wanted=False))
    session.flush()
    assert deliveries.readers_of_draft(session, contract) == []


def test_a_delivery_is_told_as_it_went(
    session: Session, contract: Contract, maja: Person, period: Period
) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    (row,) = deliveries.of_period(session, period)
    deliveries.failed(session, row.id, "the server is busy")
    assert (row.attempts, row.problem, row.given_up_at, row.draft) == (1, "the server is busy", None, PDF)
    deliveries.given_up(session, row.id, "the server refuses the recipient", make.NOW)
    assert (row.attempts, row.given_up_at, row.draft) == (2, make.NOW, None)
    deliveries.sent(session, row.id, make.NOW)
    assert (row.attempts, row.sent_at, row.problem) == (3, make.NOW, None)
    with pytest.raises(Refused, match="a draft is not sent again"):
        deliveries.again(session, contract, row.id, maja, make.NOW)


def test_what_went_out_or_was_given_up_is_sent_again_under_the_same_id(
    session: Session, contract: Contract, maja: Person, report: Report
) -> None:
    recipient(session, contract, maja, "elin")
    deliveries.queue(session, report, ORIGIN, make.NOW)
    (row,) = session.scalars(select(ReportDelivery))
    before = row.message_id
    with pytest.raises(Refused, match="it is on its way"):
        deliveries.again(session, contract, row.id, maja, make.NOW)
    deliveries.given_up(session, row.id, "the server refuses the recipient", make.NOW)
    for _ in range(2):
        row.sent_at = make.NOW
        assert deliveries.again(session, contract, row.id, maja, make.NOW) == "elin@port.example"
    assert (row.message_id, row.given_up_at, row.problem) == (before, None, None)
    assert items(session) == [f"harbour/7/{row.id}", f"harbour/7/{row.id}/1"]
    assert session.scalars(select(AuditEntry.action)).all()[-1] == "report.send_again"


def test_another_contracts_delivery_is_not_found(
    session: Session, contract: Contract, maja: Person, report: Report
) -> None:
    recipient(session, contract, maja, "elin")
    deliveries.queue(session, report, ORIGIN, make.NOW)
    quay = make.contract(session, make.agreement(contract={"key": "quay"}))
    number = session.scalars(select(ReportDelivery.id)).one()
    for where, asked in ((quay, number), (contract, number + 1), (contract, 2**40)):
        with pytest.raises(LookupError):
            deliveries.again(session, where, asked, maja, make.NOW)


def test_the_letter_brings_the_pdf_its_fingerprint_and_a_way_out(
    session: Session, contract: Contract, maja: Person, report: Report
) -> None:
    installations.ensured(session, make.NOW)
    recipient(session, contract, maja, "elin")
    deliveries.queue(session, report, ORIGIN, make.NOW)
    (row,) = session.scalars(select(ReportDelivery))
    parcel = report_letters.parcel(session, row)
    letter = report_letters.letter(parcel, provider="Nordfast", base_url="https://xla.example/")
    assert letter.attached == {"harbour-2026-03-issue-7.pdf": PDF}
    assert letter.subject == "Experience report, March 2026: Harbour house (issue 7)"
    assert letter.message_id == row.message_id
    assert letter.unsubscribe.startswith("https://xla.example/no-reports/")
    assert letter.unsubscribe in letter.text
    assert "There is no data for March" in letter.text


def test_who_is_no_recipient_any_more_is_sent_nothing(
    session: Session, contract: Contract, maja: Person, report: Report
) -> None:
    recipient(session, contract, maja, "elin")
    deliveries.queue(session, report, ORIGIN, make.NOW)
    (row,) = session.scalars(select(ReportDelivery))
    (elin,) = recipients.listed(session, contract)
    recipients.remove(session, contract, elin.id, maja, make.NOW)
    assert not report_letters.parcel(session, row).is_wanted


def test_the_drafts_letter_says_that_it_is_proposed_and_until_when_the_client_answers(
    session: Session, period: Period, maja: Person
) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW + timedelta(hours=1))
    (row,) = deliveries.of_period(session, period)
    parcel = report_letters.parcel(session, row)
    assert parcel.is_wanted
    letter = report_letters.letter(parcel, provider="Nordfast", base_url="https://xla.example")
    assert letter.attached == {"harbour-2026-03-draft.pdf": PDF}
    assert letter.unsubscribe == ""
    assert "proposed, not final yet" in letter.text
    assert "by 25\u00a0June\u00a02026" in letter.text
    assert "https://xla.example/contracts/harbour/periods/2026-03" in letter.text


def test_who_was_put_out_meanwhile_gets_no_draft(session: Session, period: Period, maja: Person) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    (row,) = deliveries.of_period(session, period)
    maja.disabled_at = make.NOW
    session.flush()
    assert not report_letters.parcel(session, row).is_wanted


def test_nobody_is_sent_the_draft_of_what_is_final(session: Session, period: Period, maja: Person) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    (row,) = deliveries.of_period(session, period)
    period.final_at = make.NOW
    session.flush()
    assert not report_letters.parcel(session, row).is_wanted


def test_a_draft_that_was_thrown_away_is_not_sent_empty(
    session: Session, period: Period, maja: Person
) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    (row,) = deliveries.of_period(session, period)
    assert report_letters.parcel(session, row).is_wanted
    deliveries.given_up(session, row.id, "the server was busy for days", make.NOW)
    assert not report_letters.parcel(session, row).is_wanted


def test_a_drafts_reader_is_left_alone_in_their_quiet_hours_and_an_address_has_none(
    session: Session, contract: Contract, period: Period, maja: Person, report: Report
) -> None:
    deliveries.queue_draft(session, period, [(maja, PDF)], ORIGIN, make.NOW)
    recipient(session, contract, maja, "elin")
    deliveries.queue(session, report, ORIGIN, make.NOW)
    draft, issued = deliveries.of_period(session, period)
    assert deliveries.quiet_until(session, draft, make.NOW) is None
    maja.timezone, maja.quiet_from, maja.quiet_until = "UTC", make.NOW.hour, make.NOW.hour + 2
    session.flush()
    assert deliveries.quiet_until(session, draft, make.NOW) == make.NOW + timedelta(hours=2)
    assert deliveries.quiet_until(session, issued, make.NOW) is None
