"""Issued reports: those a person may see, found again by contract, year, language, or their bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, extract, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.paging import place
from xla.core.window import CalendarPeriod
from xla.models import Client, Contract, Period, Person, Report, ReportStamp
from xla.models.base import LARGEST_ID
from xla.services.agreements import agreement_of
from xla.services.memberships import visible
from xla.services.period_inbox import seen_periods

PER_PAGE = 25
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None narrows nothing. `page` counts from 1."""

    contract: str | None = None
    year: int | None = None
    language: str | None = None
    page: int = 1


class Issued(NamedTuple):
    """One issued report, without its bytes."""

    report: Report
    period: Period
    contract_key: str
    agreement: Agreement
    """The version that judged."""
    size: int
    """In bytes."""
    stamp: ReportStamp | None
    """Its time stamp, without the token; None while there is none."""

    @property
    def period_key(self) -> str:
        """2026-03, 2026-Q1 or 2026."""
        kind = self.agreement.contract.period
        return str(CalendarPeriod(self.period.start_on, self.period.end_on, kind))


@dataclass(frozen=True)
class Found:
    """One page of what was found, and what there is to choose from."""

    issued: Sequence[Issued]
    count: int
    """Of all pages."""
    page: int
    pages: int
    contracts: Mapping[str, str]
    """The contracts that have reports: key -> client."""
    years: Sequence[int]
    languages: Sequence[str]


def report_of(session: Session, contract_key: str, issue: int) -> Report | None:
    """An issued report by its contract and number; its bytes are read when asked for."""
    if "\0" in contract_key or issue > LARGEST_ID:  # neither can be in the database, nor be asked of it
        return None
    return session.scalar(
        select(Report)
        .join(Contract, Contract.id == Report.contract_id)
        .where(Contract.key == contract_key, Report.issue == issue)
    )


def find(session: Session, person: Person, wanted: Wanted) -> Found:
    """The newest first; always the same number of queries."""
    conditions = _conditions(person, wanted)
    count = session.scalar(_joined(select(func.count(Report.id)).select_from(Report)).where(*conditions)) or 0
    page, pages, offset = place(count, wanted.page, PER_PAGE)
    rows = session.execute(
        _issued()
        .where(*conditions)
        .order_by(Report.issued_at.desc(), Report.id.desc())
        .limit(PER_PAGE)
        .offset(offset)
    )
    seen = session.execute(
        _joined(
            select(Contract.key, Client.name, extract("year", Period.start_on), Report.language).select_from(
                Report
            )
        )
        .join(Client, Client.id == Contract.client_id)
        .where(visible(person, Contract.id))
        .distinct()
    ).all()
    return Found(
        issued=[_told(*row) for row in rows],
        count=count,
        page=page,
        pages=pages,
        contracts=dict(sorted((row[0], row[1]) for row in seen)),
        years=sorted({int(row[2]) for row in seen}, reverse=True),
        languages=sorted({row[3] for row in seen}),
    )


def of_period(session: Session, period: Period) -> list[Issued]:
    """A closed period's reports, one a language, in the order of their numbers."""
    rows = session.execute(_issued().where(Report.period_id == period.id).order_by(Report.issue))
    return [_told(*row) for row in rows]


def of_contract(session: Session, contract: Contract, *, below: int | None, limit: int) -> list[Issued]:
    """A contract's reports with numbers below `below`, the newest first; at most `limit`."""
    query = _issued().where(Report.contract_id == contract.id)
    if below is not None:
        query = query.where(Report.issue < below)
    rows = session.execute(query.order_by(Report.issue.desc()).limit(limit))
    return [_told(*row) for row in rows]


def by_id(session: Session, contract: Contract, report_id: int) -> Report | None:
    """A contract's report by its id; its bytes are read when asked for."""
    return session.scalar(select(Report).where(Report.id == report_id, Report.contract_id == contract.id))


def by_hash(session: Session, sha256: str) -> Issued | None:
    """The issued report whose bytes have that SHA-256 (64 lower-case digits)."""
    row = session.execute(_issued().where(Report.sha256 == sha256)).first()
    return _told(*row) if row else None


def _issued() -> Rows:
    asked = _joined(select(Report, Period, Contract.key, func.length(Report.pdf), ReportStamp))
    return asked.outerjoin(ReportStamp, ReportStamp.report_id == Report.id)


def _joined(query: Rows) -> Rows:
    """With the report's period and contract beside it."""
    return query.join(Period, Period.id == Report.period_id).join(Contract, Contract.id == Report.contract_id)


def _told(report: Report, period: Period, key: str, size: int, stamp: ReportStamp | None) -> Issued:
    return Issued(report, period, key, agreement_of(period.evaluation.version), size, stamp)


def _conditions(person: Person, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = seen_periods(person, wanted.contract, wanted.year)
    if wanted.language is not None:
        conditions.append(Report.language == wanted.language)
    return conditions
