"""Deliveries: which report goes to which address, and how that went."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.core.lane import mail_lane
from xla.core.notice import Event
from xla.core.quiet import quiet_end
from xla.core.role import PARTIES, Role
from xla.core.work import Kind
from xla.models import Contract, Period, Person, Report, ReportDelivery
from xla.models.base import LARGEST_ID
from xla.outside.mail import message_id
from xla.services import audit, decisions, memberships, notice_choices, people, recipients, tellings, work
from xla.services.agreements import Refused
from xla.services.work import Wanted


class Origin(NamedTuple):
    """Where letters come from: the address people reach us at, and the host behind their ids."""

    base_url: str
    host: str


def queue(session: Session, report: Report, origin: Origin, now: datetime) -> int:
    """Send an issued report to each recipient who reads its language; how many there are. Once an address."""
    known = session.scalars(select(ReportDelivery.email).where(ReportDelivery.report_id == report.id)).all()
    contract = session.get_one(Contract, report.contract_id)
    rows = [
        ReportDelivery(
            period_id=report.period_id,
            report_id=report.id,
            email=each.email,
            language=each.language,
            message_id=_id(origin, f"report {contract.key} {report.issue} {each.email}"),
            attempts=0,
            created_at=now,
        )
        for each in recipients.reading(session, report.contract_id, report.language)
        if each.email not in known
    ]
    _put(session, contract, str(report.issue), rows, now)
    return len(rows)


def queue_draft(
    session: Session, period: Period, drawn: Sequence[tuple[Person, bytes]], origin: Origin, now: datetime
) -> None:
    """Send each of these people a proposed period's draft, once."""
    contract = session.get_one(Contract, period.contract_id)
    name = decisions.name_of(period)
    known = session.scalars(
        select(ReportDelivery.email).where(
            ReportDelivery.period_id == period.id, ReportDelivery.report_id.is_(None)
        )
    ).all()
    rows = [
        ReportDelivery(
            period_id=period.id,
            email=person.email,
            language=person.language,
            draft=pdf,
            message_id=_id(origin, f"draft {contract.key} {name} {person.email}"),
            attempts=0,
            created_at=now,
        )
        for person, pdf in drawn
        if person.email not in known
    ]
    _put(session, contract, f"{name} draft", rows, now)


def readers_of_draft(session: Session, contract: Contract) -> list[Person]:
    """The provider's members of a contract who want to hear that a period is proposed."""
    return [
        person
        for person in memberships.members(session, contract.id)
        if PARTIES.get(Role(person.role)) == "provider"
        and notice_choices.wanted(session, person)[Event.PERIOD_PROPOSED]
    ]


def quiet_until(session: Session, delivery: ReportDelivery, now: datetime) -> datetime | None:
    """When the reader of a draft may be written to, where they want no mail now; an address has no hours."""
    reader = None if delivery.report_id else people.by_email(session, delivery.email)
    return quiet_end(tellings.clock_of(reader), now) if reader else None


def of_period(session: Session, period: Period) -> list[ReportDelivery]:
    """A period's deliveries, drafts too, the oldest first."""
    asked = select(ReportDelivery).where(ReportDelivery.period_id == period.id)
    return list(session.scalars(asked.order_by(ReportDelivery.id)))


def of_id(session: Session, delivery_id: int) -> ReportDelivery:
    """A delivery, with the draft it brings."""
    asked = select(ReportDelivery).where(ReportDelivery.id == delivery_id)
    return session.scalars(asked.options(undefer(ReportDelivery.draft))).one()


def sent(session: Session, delivery_id: int, now: datetime) -> None:
    """It was handed over."""
    row = session.get_one(ReportDelivery, delivery_id)
    row.attempts += 1
    row.sent_at, row.problem, row.draft = now, None, None
    session.flush()


def failed(session: Session, delivery_id: int, why: str) -> None:
    """It was not handed over; it is tried again."""
    row = session.get_one(ReportDelivery, delivery_id)
    row.attempts += 1
    row.problem = why
    session.flush()


def given_up(session: Session, delivery_id: int, why: str, now: datetime) -> None:
    """It was not handed over, and is not tried again by itself."""
    failed(session, delivery_id, why)
    row = session.get_one(ReportDelivery, delivery_id)
    row.given_up_at, row.draft = now, None
    session.flush()


def again(session: Session, contract: Contract, delivery_id: int, by: Person, now: datetime) -> str:
    """Send a report once more, under the same Message-ID; says to whom.

    Raises:
        LookupError: the contract has no such delivery.
        Refused: it is a draft, which is kept nowhere; or it is on its way.
    """
    row = session.get(ReportDelivery, delivery_id) if delivery_id <= LARGEST_ID else None
    if row is None or session.get_one(Period, row.period_id).contract_id != contract.id:
        raise LookupError(delivery_id)
    if row.report_id is None:
        raise Refused("a draft is not sent again")
    if row.sent_at is None and row.given_up_at is None:
        raise Refused("it is on its way")
    report = session.get_one(Report, row.report_id)
    row.given_up_at = row.problem = None
    session.flush()
    # Its name holds how often it was tried: asked for twice before it went out it goes out once.
    name = f"{report.issue}/{row.id}/{row.attempts}"
    work.put(session, [_wanted(contract, name, row, now)], now)
    audit.note(
        session,
        by,
        "report.send_again",
        subject=f"{contract.key}: {row.email}",
        contract_id=contract.id,
        detail={"issue": report.issue},
        now=now,
    )
    return row.email


def _put(
    session: Session, contract: Contract, what: str, rows: Iterable[ReportDelivery], now: datetime
) -> None:
    """Keep the deliveries, and have each done: one item each, so that nobody waits for another's server."""
    kept = list(rows)
    session.add_all(kept)
    session.flush()
    work.put(session, [_wanted(contract, f"{what}/{row.id}", row, now) for row in kept], now)


def _wanted(contract: Contract, what: str, row: ReportDelivery, now: datetime) -> Wanted:
    document, lane = {"delivery": row.id}, mail_lane(row.email)
    return Wanted(Kind.DELIVER, f"{contract.key}/{what}", now, contract.id, document, lane)


def _id(origin: Origin, what: str) -> str:
    return message_id(f"{origin.base_url} {what}", origin.host)
