"""Rendering: a report gathered, printed in its own process, and kept when it is an issue."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from xla import database
from xla.core.agreement import Language
from xla.core.notice import Event
from xla.core.window import CalendarPeriod
from xla.documents.pdf import render_in_process
from xla.documents.report_data import ReportData
from xla.models import Period, Person
from xla.services import audit, notices, reports
from xla.services.agreements import agreement_of, contract_of

TRIES = 3


@dataclass(frozen=True)
class Made:
    """One report's bytes."""

    name: str
    """What it is: "issue 29" or "a draft"."""
    pdf: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.pdf).hexdigest()


def rendered(  # noqa: PLR0913 -- its keywords say what each is
    engine: Engine,
    contract_key: str,
    period: CalendarPeriod,
    *,
    provider: str,
    language: Language | None = None,
    by: Person | None = None,
    now: datetime,
) -> Made:
    """The report of a period: the bytes of its issue, issued now if it was not; a draft while it is open.

    `by` is who asked; None for the command line. No transaction is held while the pages are set.
    Raises `Refused` and `RenderFailed`.
    """
    for left in reversed(range(TRIES)):
        with database.reading(engine) as session:
            contract = contract_of(session, contract_key)
            closed = reports.closed_period(session, contract, period)
            if closed:
                spoken = language or agreement_of(closed.evaluation.version).contract.language
                if known := reports.issued(session, closed, spoken):
                    return Made(f"issue {known.issue}", known.pdf)
            data = reports.gather(session, contract, period, provider=provider, language=language, now=now)
        pdf = render_in_process(data)
        if closed is None:
            return Made("a draft", pdf)
        try:
            with database.transaction(engine) as session:
                reports.issue(session, closed, data, pdf, now)
                _note(session, closed, data, by, now)
        except IntegrityError:
            # Another process issued a report in between and took the number, or this very report.
            if not left:
                raise
        else:
            return Made(f"issue {data.issue}", pdf)
    raise AssertionError("unreachable: the last try returns or raises")


def _note(session: Session, closed: Period, data: ReportData, by: Person | None, now: datetime) -> None:
    """Tell of the issue, and log it."""
    notices.write(
        session,
        closed.contract_id,
        event=(Event.REPORT_ISSUED, f"{data.contract_key}/{data.issue}"),
        document={
            "contract": data.contract_key,
            "period": data.period,
            "issue": data.issue,
            "language": data.language,
        },
        now=now,
    )
    audit.note(
        session,
        by,
        "report.issue",
        subject=f"{data.contract_key}/{data.period}",
        contract_id=closed.contract_id,
        detail={"issue": data.issue, "language": data.language},
        now=now,
    )
