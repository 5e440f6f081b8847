"""Stamps: which reports wait for a time stamp, what came, and whether what is kept still holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.core.lane import web_lane
from xla.core.work import Kind
from xla.documents import time_stamp
from xla.documents.time_stamp import NoStamp, Stamp
from xla.models import Contract, Report, ReportStamp, WorkItem
from xla.services.work import Wanted

LOOK_BACK = timedelta(days=30)
"""How long after its issue a report without a stamp is still planned for one."""
Problem = tuple[str, str]
"""Which report, and what is wrong with its stamp."""


class Unstamped(NamedTuple):
    """A report that has no stamp yet."""

    name: str
    """Its contract's key and its number."""
    sha256: str


class Stamped(NamedTuple):
    """A report's stamp as it is kept, checked."""

    authority: str
    stamped_at: datetime
    problem: str | None
    """What is wrong with it; None where it holds."""


def wanted(report: Report, contract_key: str, url: str, now: datetime) -> list[Wanted]:
    """To ask the authority at `url` for a report's stamp; nothing where there is none."""
    if not url:
        return []
    document = {"report": report.id}
    key = f"{contract_key}/{report.issue}"
    return [Wanted(Kind.STAMP, key, now, report.contract_id, document, web_lane(url))]


def due(session: Session, url: str, now: datetime) -> list[Wanted]:
    """The same of every report of the last 30 days that has none, however it was issued."""
    since = awaited_since(url, now)
    if since is None:
        return []
    rows = session.execute(
        select(Report, Contract.key)
        .join(Contract, Contract.id == Report.contract_id)
        .outerjoin(ReportStamp, ReportStamp.report_id == Report.id)
        .where(ReportStamp.report_id.is_(None), Report.issued_at > since)
        .order_by(Report.id)
    )
    return [each for report, key in rows for each in wanted(report, key, url, now)]


def awaited_since(url: str, now: datetime) -> datetime | None:
    """Reports issued after this instant get a stamp; None where none do."""
    return now - LOOK_BACK if url else None


def unstamped(session: Session, report_id: int) -> Unstamped | None:
    """The report, where it has no stamp yet."""
    if session.get(ReportStamp, report_id):
        return None
    report = session.get_one(Report, report_id)
    key = session.get_one(Contract, report.contract_id).key
    return Unstamped(f"{key} issue {report.issue}", report.sha256)


def keep(session: Session, report_id: int, stamp: Stamp, now: datetime) -> None:
    """Keep a report's stamp, for good."""
    session.add(
        ReportStamp(
            report_id=report_id,
            token=stamp.token,
            authority=stamp.authority,
            stamped_at=stamp.stamped_at,
            received_at=now,
        )
    )
    session.flush()


def of_report(session: Session, report: Report) -> ReportStamp | None:
    """A report's stamp, with its token."""
    asked = select(ReportStamp).where(ReportStamp.report_id == report.id)
    return session.scalar(asked.options(undefer(ReportStamp.token)))


def checked(kept: ReportStamp, sha256: str) -> Stamped:
    """Whether a stamp that is kept is one of the bytes with that SHA-256, and as it says itself."""
    problem = None
    try:
        told = time_stamp.checked(kept.token, sha256)
    except NoStamp as failed:
        problem = f"its time stamp does not hold: {failed}"
    else:
        if (kept.authority, kept.stamped_at) != (told.authority, told.stamped_at):
            problem = f"its time stamp says {told.authority}, {told.stamped_at}; that is not what is kept"
    return Stamped(kept.authority, kept.stamped_at, problem)


def problems(session: Session) -> Iterator[Problem]:
    """Stamps that do not hold or are not as they say; and those that were there and are gone."""
    there = set()
    for kept, report, key in session.execute(
        select(ReportStamp, Report, Contract.key)
        .join(Report, Report.id == ReportStamp.report_id)
        .join(Contract, Contract.id == Report.contract_id)
        .options(undefer(ReportStamp.token))
        .order_by(Report.id)
    ):
        name = f"{key}/{report.issue}"
        there.add(name)
        if problem := checked(kept, report.sha256).problem:
            yield name, problem
    done = select(WorkItem.key).where(WorkItem.kind == Kind.STAMP, WorkItem.state == "done")
    for name in sorted(set(session.scalars(done)) - there):
        yield name, "it was stamped, and its time stamp is gone"
