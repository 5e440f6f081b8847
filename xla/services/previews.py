"""Previews: a report as it may be looked at before, and beside, what is issued."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.window import CalendarPeriod
from xla.documents.report_data import ReportData, as_draft
from xla.models import Contract, Report
from xla.services import reports


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
    now: datetime,
) -> Preview:
    """The report of a period as it stands; nothing is kept, and no number is taken."""
    data = reports.gather(session, contract, period, provider=provider, language=language, now=now)
    closed = reports.closed_period(session, contract, period)
    issued = reports.issued(session, closed, data.language) if closed else None
    return Preview(data if issued else as_draft(data), issued)
