"""The demo: a believable provider to look at, with three clients, four contracts and thirteen months."""

import secrets
from collections.abc import Generator, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from xla import database, rendering
from xla.core.window import CalendarPeriod, history, local_day, period_of
from xla.core.work import Kind, Queue
from xla.documents.pdf import RenderFailed
from xla.jobs import reporting
from xla.jobs.clocks import refuse_apart
from xla.jobs.demo import accord, askings, imported, links, looks, mailed, marks, staff, tablets, wishes
from xla.jobs.demo.crowds import Month
from xla.jobs.demo.history import History
from xla.jobs.demo.plan import CONTRACTS, scripts
from xla.jobs.demo.staff import Invented
from xla.jobs.planning import plan
from xla.jobs.task import Means
from xla.jobs.working import do_next
from xla.models import Contract, Notice, Period, Report, WorkItem
from xla.services.agreements import Refused, contract_of
from xla.settings import Settings

ZONE = ZoneInfo("Europe/Stockholm")
"""Whose calendar tells which month runs; the contracts' zones differ from it in name only."""
WHOLE_MONTHS = 13


def is_empty(engine: Engine) -> bool:
    """Whether the database knows no contract yet."""
    with database.reading(engine) as session:
        return session.scalar(select(Contract.id).limit(1)) is None


def load(engine: Engine, settings: Settings, now: datetime) -> Iterator[str]:
    """Load what is missing of the demo; says what was done, step by step.

    Everything people said and did is one transaction, so a load that was cut off leaves nothing behind;
    reports still missing are issued by the next.

    Raises:
        Refused: the database has a contract of the same name that is not the demo's.
    """
    refuse_apart(engine, now)
    known = _known(engine)
    password = secrets.token_urlsafe(12)
    if not known:
        with database.transaction(engine) as session:
            added = yield from _live(session, password, now)
            for key in CONTRACTS:
                accord.live(session, key, now)
            _collect(session, now)
            _hush(session, now)
    elif known < set(CONTRACTS):
        raise Refused(
            f"there is a contract {min(known)!r} already that is not the demo's;"
            " load the demo into another database"
        )
    else:
        with database.transaction(engine) as session:
            added = staff.add_missing(session, password, now)
            _collect(session, now)
    yield from _introduced(added, password)
    reports = list(_missing_reports(engine))
    if known and not reports and not added:
        yield "The demo is loaded already."
        return
    yield from _issue(engine, settings, reports, now)
    with database.transaction(engine) as session:
        mailed.deliver_missing(session, reporting.origin(session, settings), now)
    yield from _settle(engine, settings, now)


def _collect(session: Session, now: datetime) -> None:
    """What is missing of how the demo's ratings come in."""
    links.open_missing(session, scripts(now.date()))
    tablets.add_missing(session, now)
    marks.add_missing(session)
    askings.add_missing(session, now)
    imported.bring_missing(session, now)
    wishes.add_missing(session)
    mailed.add_missing(session, now)


def _introduced(added: list[Invented], password: str) -> Iterator[str]:
    """Who may sign in; the password is told only here."""
    if added:
        yield f"Sign in as one of these with the password {password} (shown only now):"
    for each in added:
        yield f"  {each.email} ({each.name}, {each.role})"


def _known(engine: Engine) -> set[str]:
    with database.reading(engine) as session:
        return set(session.scalars(select(Contract.key).where(Contract.key.in_(CONTRACTS))))


def _live(session: Session, password: str, now: datetime) -> Generator[str, None, list[Invented]]:
    """Live through the months, all contracts side by side; gives the people who did."""
    running = period_of(local_day(now, ZONE), "month")
    months = [Month(number, period) for number, period in enumerate(history(running, WHOLE_MONTHS + 1))]
    pasts = [History(session, script, now) for script in scripts(months[0].period.start)]
    added = staff.add_missing(session, password, now)
    looks.add_missing(session, now)
    for month in months:
        before = sum(past.recorded for past in pasts)
        closed = [past.live(month) for past in pasts]
        ratings = sum(past.recorded for past in pasts) - before
        ended = f"{sum(closed)} contracts closed" if any(closed) else "open"
        yield f"{month.period}: {ratings:,} ratings, {ended}."
    return added


def _settle(engine: Engine, settings: Settings, now: datetime) -> Iterator[str]:
    """Do what is due of the demo, and tell nobody of it."""
    means = Means(engine, settings, None)
    plan(engine, settings, now)
    while done := do_next(means, (Queue.CLOSE, Queue.RENDER), now):
        yield from done.said
    with database.transaction(engine) as session:
        _hush(session, now)


def _hush(session: Session, now: datetime) -> None:
    """What happened long ago was told and reported then: nobody gets a mail about it now."""
    ours = select(Contract.id).where(Contract.key.in_(CONTRACTS))
    untold = (Notice.contract_id.in_(ours), Notice.sent_at.is_(None))
    session.execute(update(Notice).where(*untold).values(sent_at=Notice.created_at))
    session.execute(delete(WorkItem).where(WorkItem.contract_id.in_(ours), WorkItem.queue == Queue.NOTIFY))
    reported = (WorkItem.contract_id.in_(ours), WorkItem.kind == Kind.RENDER, WorkItem.state == "waiting")
    session.execute(update(WorkItem).where(*reported).values(state="done", done_at=now))


def _missing_reports(engine: Engine) -> Iterator[tuple[str, CalendarPeriod]]:
    """The latest closed period of each contract of the demo that has no report at all."""
    with database.reading(engine) as session:
        for key in CONTRACTS:
            contract = contract_of(session, key)
            issued = session.scalar(select(Report.id).where(Report.contract_id == contract.id).limit(1))
            latest = session.scalar(
                select(Period)
                .where(Period.contract_id == contract.id)
                .order_by(Period.start_on.desc())
                .limit(1)
            )
            if issued is None and latest is not None:
                yield key, period_of(latest.start_on, "month")


def _issue(
    engine: Engine, settings: Settings, reports: list[tuple[str, CalendarPeriod]], now: datetime
) -> Iterator[str]:
    for key, period in reports:
        try:
            made = rendering.rendered(
                engine, key, period, provider=settings.provider, base_url=settings.base_url, now=now
            )
        except RenderFailed as failed:
            yield f"No reports were issued: {failed}"
            return
        yield f"The report of {key} for {period} is issued ({made.name})."
