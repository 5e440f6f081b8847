"""What must be true of a database whose processes were killed, held against ledgers kept outside of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger import Ledger
from sink import Sink
from xla.models import (
    Breach,
    Contract,
    Evaluation,
    Notice,
    Period,
    Rating,
    Report,
    ReportDelivery,
    Response,
    Telling,
    WorkItem,
)
from xla.services.verification import verify

ZONE = ZoneInfo("Europe/Stockholm")


def wrong(
    session: Session, ledger: Ledger, sink: Sink, periods: set[tuple[str, date]], now: datetime
) -> list[str]:
    """All that is not as it must be; `periods` are those that must be closed by now."""
    return [
        *(str(each) for each in verify(session, now)),
        *lost(session, ledger),
        *not_once(session, periods),
        *unfinished(session, now),
        *uncounted(session),
        *untold(session, sink),
        *unreported(session),
    ]


def due(start: date, patience: dict[str, int], now: datetime) -> set[tuple[str, date]]:
    """Contract and first day of the months that must be closed by now, counted by hand."""
    found: set[tuple[str, date]] = set()
    for key, days in patience.items():
        day = start
        while True:
            following = (day + timedelta(days=31)).replace(day=1)
            midnight = datetime.combine(following + timedelta(days=days), time(), ZONE)
            if midnight.astimezone(UTC) > now:
                break
            found.add((key, day))
            day = following
    return found


def lost(session: Session, ledger: Ledger) -> Iterator[str]:
    """What was acknowledged is there, once."""
    kept = Counter(session.scalars(select(Response.group_key).where(Response.withdrawn_at.is_(None))))
    for key in ledger.acknowledged.keys() - kept.keys():
        yield f"{key} was acknowledged and is lost"
    for key, count in kept.items():
        if count > 1:
            yield f"{key} counts {count} times"


def not_once(session: Session, expected: set[tuple[str, date]]) -> Iterator[str]:
    """One period, one breach that lives, one notice of an event."""
    rows = session.execute(select(Contract.key, Period.start_on).join(Period))
    periods = Counter((key, day) for key, day in rows)
    for each in expected ^ set(periods):
        yield f"{each} is closed {periods[each]} times"
    live = select(Breach.contract_id, Breach.kpi_key).where(Breach.closed_at.is_(None))
    names = select(Notice.kind, Notice.key)
    for each, count in [*periods.items(), *counted(session, live), *counted(session, names)]:
        if count > 1:
            yield f"{each} is there {count} times"
    for kind in ("period_proposed", "period_final"):
        told = session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == kind))
        column = Period.proposed_at if kind == "period_proposed" else Period.final_at
        known = session.scalar(select(func.count(column)))
        if told != known:
            yield f"{known} periods and {told} notices of {kind}"


def counted(session: Session, statement: object) -> list[tuple[object, int]]:
    rows = session.execute(statement)  # type: ignore[call-overload]  # a select, of whatever columns
    return list(Counter(tuple(row) for row in rows).items())


def unfinished(session: Session, now: datetime) -> Iterator[str]:
    """Nothing that is due waits, runs for ever, or was given up."""
    is_left = WorkItem.state.in_(("running", "parked")) | (
        (WorkItem.state == "waiting") & (WorkItem.due_at <= now)
    )
    columns = (WorkItem.kind, WorkItem.key, WorkItem.state, WorkItem.attempts, WorkItem.error)
    for each in session.execute(select(*columns).where(is_left)):
        yield f"{tuple(each)} is not done"


def uncounted(session: Session) -> Iterator[str]:
    """Of each period is frozen what was known at its close."""
    for row in session.scalars(select(Period)):
        known_at = session.get_one(Evaluation, row.evaluation_id).known_at
        known = session.scalar(
            select(func.count(Rating.response_id))
            .join(Response, Response.id == Rating.response_id)
            .where(
                Response.contract_id == row.contract_id,
                Response.rated_on >= row.start_on,
                Response.rated_on < row.end_on,
                Response.withdrawn_at.is_(None),
                Response.received_at <= known_at,
            )
        )
        if f'"n": {known}' not in row.evaluation.document and f'"n":{known}' not in row.evaluation.document:
            yield f"{row.contract_id} {row.start_on}: {known} were known, not {row.evaluation.document[:300]}"


def _came_too_late(session: Session, row: Telling | ReportDelivery) -> bool:
    """Whether it is a draft that was given up since its period is final: nobody waits for it."""
    if not isinstance(row, ReportDelivery) or row.report_id is not None or row.given_up_at is None:
        return False
    final_at = session.get_one(Period, row.period_id).final_at
    return final_at is not None and final_at <= row.given_up_at


def untold(session: Session, sink: Sink) -> Iterator[str]:
    """Each notice reached each of its people at least once, under the one name it has; so did each report."""
    for notice in session.scalars(select(Notice).where(Notice.sent_at.is_(None))):
        yield f"nobody was found for {notice.kind} {notice.key}"
    known: set[str] = set()
    rows: list[Telling | ReportDelivery] = [
        *session.scalars(select(Telling)),
        *session.scalars(select(ReportDelivery)),
    ]
    for row in rows:
        known.add(row.message_id)
        came = sum(count for name, count in sink.taken.items() if row.message_id in name)
        if came == 0 and _came_too_late(session, row):
            continue
        if row.sent_at is None or row.given_up_at is not None or came == 0:
            yield f"{type(row).__name__} {row.id} came {came} times: {row.sent_at} {row.problem}"
    for name in sink.taken:
        if not any(each in name for each in known):
            yield f"a letter {name} came that nobody knows of"


def unreported(session: Session) -> Iterator[str]:
    """One report of each final period and issue."""
    issues = select(Report.period_id, Report.language, Report.issue)
    for each, count in counted(session, issues):
        if count > 1:
            yield f"report {each} was issued {count} times"
    final = set(session.scalars(select(Period.id).where(Period.final_at.is_not(None))))
    for period_id in final ^ set(session.scalars(select(Report.period_id))):
        yield f"period {period_id} has no report, or one too early"
