"""Previews: a report as it may be looked at before, and beside, what is issued."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core import known_at as instants
from xla.core.agreement import Language
from xla.core.window import CalendarPeriod, local_day
from xla.documents.report_data import ReportData, as_draft
from xla.models import Contract, Report
from xla.services import reports
from xla.services.agreements import Refused, agreement_of, began_on, judging


@dataclass(frozen=True)
class Preview:
    """One report to look at."""

    data: ReportData
    """A draft unless these figures were issued in this language."""
    issued: Report | None
    """What was issued in its language."""


def preview(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    provider: str,
    language: Language | None = None,
    as_known_at: datetime | None = None,
    now: datetime,
) -> Preview:
    """The report of a period as it stands, or as known at an instant; nothing is kept, no number is taken."""
    data = reports.gather(
        session,
        contract,
        period,
        provider=provider,
        language=language,
        as_known_at=as_known_at,
        now=now,
    )
    closed = reports.closed_period(session, contract, period)
    issued = reports.issued(session, closed, data.language) if closed else None
    return Preview(data if issued else as_draft(data), issued)


def known_at(session: Session, contract: Contract, period: CalendarPeriod, told: str) -> datetime:
    """The instant that is named by a day in the contract's zone, or itself. Raises `Refused`."""
    try:
        return instants.known_at(told, _zone(session, contract, period))
    except ValueError:
        raise Refused(
            f"{told!r} is neither a day nor an instant; write 2026-10-05 or 2026-10-05T09:00:00+02:00"
        ) from None


def known_by(
    session: Session, contract: Contract, period: CalendarPeriod, told: str, now: datetime
) -> datetime:
    """The same, of an instant at which something was known: since the agreement holds, up to today's end.

    Raises `Refused`.
    """
    at, zone = known_at(session, contract, period, told), _zone(session, contract, period)
    began, today = began_on(session, contract), local_day(now, zone)
    if local_day(at, zone) < began:
        raise Refused(
            f"{told!r} lies before {contract.key} had an agreement; its first holds from {began.isoformat()}"
        )
    if local_day(at, zone) > today:
        raise Refused(f"{told!r} lies ahead; what will be known then nobody knows yet")
    return at


def day_over(session: Session, contract: Contract, period: CalendarPeriod, at: datetime) -> datetime:
    """The end of the contract's newest day that is over at an instant.

    Two instants of one running day would differ by the answers between them, perhaps one person's.
    """
    return instants.day_over(at, _zone(session, contract, period))


def _zone(session: Session, contract: Contract, period: CalendarPeriod) -> ZoneInfo:
    return ZoneInfo(agreement_of(judging(session, contract, period.start, period.end)).contract.timezone)
