"""Rendering: a report gathered, printed in its own process, and kept when it is an issue."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from xla import database
from xla.core.agreement import Language
from xla.core.notice import Event
from xla.core.window import CalendarPeriod
from xla.documents import portfolio
from xla.documents.page import compose
from xla.documents.pdf import MEMORY_MB, print_in_process, render_in_process
from xla.documents.press import Press
from xla.documents.report_data import ReportData, as_draft
from xla.documents.signing import Key
from xla.documents.workbook import workbook
from xla.models import Contract, Period, Person, Report
from xla.services import audit, notices, portfolio_reports, previews, reports
from xla.services.agreements import Refused, agreement_of, contract_of

TRIES = 3
PORTFOLIO_SECONDS = 300
"""Until which a portfolio is printed: 200 contracts take about a quarter of it."""
UNSIGNED = Key()
T = TypeVar("T")


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


@dataclass(frozen=True)
class Asked:
    """Which report is wanted."""

    contract_key: str
    period: CalendarPeriod
    language: Language | None = None
    """The contract's where it is None."""
    addendum: int = 0
    """The number of a correction; 0 for the period's first report."""
    as_known_at: str | None = None
    """For a draft: a day or an instant, and what the report would have been then; None for what stands."""


@dataclass(frozen=True)
class Drawn:
    """A report's pages, read or set just now; kept only where it was issued before."""

    pdf: bytes
    closed: Period | None
    """None while the period is open: then it is a draft."""
    data: ReportData | None
    """What it was set from; None for one that was issued before."""
    issue: int | None
    signer: str | None = None
    """Whose certificate signed it just now."""

    @property
    def name(self) -> str:
        """What it is: "issue 29" or "a draft"."""
        return "a draft" if self.issue is None else f"issue {self.issue}"


def rendered(  # noqa: PLR0913 -- its keywords say what each is
    engine: Engine,
    contract_key: str,
    period: CalendarPeriod,
    *,
    provider: str,
    base_url: str = "",
    language: Language | None = None,
    by: Person | None = None,
    key: Key = UNSIGNED,
    now: datetime,
) -> Made:
    """The report of a period: the bytes of its issue, issued now if it was not; a draft while it is open.

    `by` is who asked; None for the command line. With a `key` an issue is signed before it is kept.
    Raises `Refused`, `RenderFailed` and `Unsigned`.
    """

    def keep(found: Drawn) -> Made:
        if found.data is not None and found.closed is not None:
            with database.transaction(engine) as session:
                kept(session, found, by, now)
        return Made(found.name, found.pdf)

    asked = Asked(contract_key, period, language)
    return first_wins(
        lambda: drawn(engine, asked, provider=provider, base_url=base_url, key=key, now=now), keep
    )


def first_wins(draw: Callable[[], Drawn], keep: Callable[[Drawn], T]) -> T:
    """Draw a report and keep it; where another process took its number meanwhile, or kept it, once more."""
    for left in reversed(range(TRIES)):
        found = draw()
        try:
            return keep(found)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def drawn(  # noqa: PLR0913 -- its keywords say what each is
    engine: Engine,
    asked: Asked,
    *,
    provider: str,
    base_url: str = "",
    press: Press | None = None,
    key: Key = UNSIGNED,
    now: datetime,
) -> Drawn:
    """The report's bytes: those of its issue where there is one, else set now, in no transaction.

    By the `press`; where there is none, in a process of its own.
    """
    with database.reading(engine) as session:
        contract = contract_of(session, asked.contract_key)
        closed = reports.closed_period(session, contract, asked.period)
        if closed:
            spoken = asked.language or agreement_of(closed.evaluation.version).contract.language
            if known := reports.issued(session, closed, spoken, asked.addendum):
                return Drawn(known.pdf, closed, None, known.issue)
        data = reports.gather(
            session,
            contract,
            asked.period,
            provider=provider,
            base_url=base_url,
            language=asked.language,
            addendum=asked.addendum,
            now=now,
        )
    signer = None if data.issue is None else key.signer(now)
    pdf = _printed(data, press)
    if signer is None:
        return Drawn(pdf, closed, data, data.issue)
    return Drawn(signer.signed(pdf), closed, data, data.issue, signer.name)


def drawn_draft(
    engine: Engine, asked: Asked, *, provider: str, press: Press | None = None, now: datetime
) -> bytes:
    """A report as a draft, though its period may be proposed; nothing is kept, and it takes no number."""
    with database.reading(engine) as session:
        contract = contract_of(session, asked.contract_key)
        data = reports.gather(
            session,
            contract,
            asked.period,
            provider=provider,
            language=asked.language,
            as_known_at=_known_by(session, contract, asked, now),
            now=now,
        )
    return _printed(as_draft(data), press)


def tabulated(engine: Engine, asked: Asked, *, provider: str, now: datetime) -> bytes:
    """A report's tables as XLSX: with its number where it was issued, else as a draft; nothing is kept."""
    with database.reading(engine) as session:
        contract = contract_of(session, asked.contract_key)
        found = previews.preview(
            session,
            contract,
            asked.period,
            provider=provider,
            language=asked.language,
            as_known_at=_known_by(session, contract, asked, now),
            now=now,
        )
    return workbook(found.data)


def _known_by(session: Session, contract: Contract, asked: Asked, now: datetime) -> datetime | None:
    """The instant whose knowledge is asked for; None for all there is."""
    told = asked.as_known_at
    return None if told is None else previews.known_by(session, contract, asked.period, told, now)


def drawn_portfolio(  # noqa: PLR0913 -- its keywords say what each is
    engine: Engine,
    period: CalendarPeriod,
    *,
    provider: str,
    language: Language,
    person: Person | None = None,
    now: datetime,
) -> bytes:
    """The PDF of one period of the contracts a person may see; of all for the command line.

    Raises `RenderFailed`, and `Refused` where none of them has that period.
    """
    with database.reading(engine) as session:
        data = portfolio_reports.portfolio(
            session,
            portfolio_reports.contracts_of(session, person),
            period,
            provider=provider,
            language=language,
            now=now,
        )
    if not data.contracts:
        raise Refused(f"no contract has the period {period}")
    return print_in_process(portfolio.compose(data), timeout_seconds=PORTFOLIO_SECONDS, memory_mb=MEMORY_MB)


def _printed(data: ReportData, press: Press | None) -> bytes:
    return press.print(compose(data)) if press else render_in_process(data)


def kept(session: Session, found: Drawn, by: Person | None, now: datetime) -> Report:
    """The issued report: kept now, told and logged, if it was not issued before."""
    if found.closed is None:
        raise ValueError("a draft is not issued")
    if found.data is None:
        return session.scalars(
            select(Report).where(Report.contract_id == found.closed.contract_id, Report.issue == found.issue)
        ).one()
    report = reports.issue(session, found.closed, found.data, found.pdf, now)
    report.signer = found.signer
    _note(session, found.closed, found.data, by, now)
    return report


def _note(session: Session, closed: Period, data: ReportData, by: Person | None, now: datetime) -> None:
    """Log the issue; tell of the one in the contract's own language, of which the others are translations."""
    if data.language == agreement_of(closed.evaluation.version).contract.language:
        notices.write(
            session,
            closed.contract_id,
            event=(Event.REPORT_ISSUED, f"{data.contract_key}/{data.issue}"),
            document={
                "contract": data.contract_key,
                "period": data.period,
                "issue": data.issue,
                "language": data.language,
                "addendum": data.correction.number if data.correction else 0,
                "by_id": by.id if by else None,
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
