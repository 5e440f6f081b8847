"""Vitals: how an installation does, in a fixed number of small queries that read no mass of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from xla.core.work import Kind, Queue
from xla.models import Contract, DaySeal, Delivery, Response, Telling, WorkItem
from xla.services import heartbeats, work
from xla.services.heartbeats import Process
from xla.services.work import Backlog

HOUR = timedelta(hours=1)
TIMES_LATE = 2
"""A contract that was not evaluated for twice as long as it should be is late."""
BOUNDS: Mapping[Queue, timedelta] = {
    Queue.CLOSE: timedelta(minutes=15),
    Queue.NOTIFY: timedelta(minutes=30),
    Queue.RENDER: timedelta(hours=1),
}
"""How long the oldest item of a queue may wait before a person should look."""

_KIND = func.lower(WorkItem.kind)
"""An expression, so that SQLite looks by the small index of the state and not by the large one of kinds."""


@dataclass(frozen=True)
class Vitals:
    """Figures of one instant. None of them names a contract or a person."""

    backlog: Sequence[Backlog]
    done: Mapping[Kind, int]
    """How many items of each kind were done in the last hour."""
    retrying: Mapping[Kind, int]
    """How many have failed, and are tried again."""
    parked: Mapping[Kind, int]
    contracts: int
    late_evaluations: int
    """Contracts that were not evaluated for twice as long as they should be."""
    notices_waiting: int
    """Notices on their way to a recipient."""
    notices_given_up: int
    """Notices given up in the last hour."""
    deliveries_failed: int
    """Messages to webhooks that failed in the last hour."""
    responses: int
    """The number of the newest response: how many were ever given one."""
    sealed_day: date | None
    """The latest day that is sealed; None before the first."""
    newest: Mapping[str, datetime]
    """When a scheduler and a worker were last heard of."""
    alive: Mapping[Process, int]


def vitals(session: Session, every: timedelta, now: datetime) -> Vitals:
    """How it does at `now`, when each contract is to be evaluated `every` so often."""
    contracts = _count(session, select(func.count()).select_from(Contract))
    return Vitals(
        backlog=work.backlog(session, now),
        done=_by_kind(session, work.DONE, WorkItem.done_at > now - HOUR, WorkItem.done_at <= now),
        retrying=_by_kind(session, work.LIVE, WorkItem.error.is_not(None)),
        parked=_by_kind(session, work.PARKED),
        contracts=contracts,
        late_evaluations=late_evaluations(session, every, now),
        notices_waiting=_tellings(session, Telling.sent_at.is_(None), Telling.given_up_at.is_(None)),
        notices_given_up=_tellings(session, Telling.given_up_at > now - HOUR),
        deliveries_failed=_failed_deliveries(session, now),
        responses=_count(session, select(func.max(Response.id))),
        sealed_day=session.scalar(select(func.max(DaySeal.day))),
        newest=heartbeats.newest(session),
        alive=heartbeats.alive(session, now),
    )


def late_evaluations(session: Session, every: timedelta, now: datetime) -> int:
    """How many contracts were not evaluated for twice as long as they should be."""
    since = now - TIMES_LATE * every
    lately = (
        select(WorkItem.contract_id)
        .where(work.DONE, WorkItem.done_at > since, _KIND == Kind.EVALUATE)
        .where(WorkItem.contract_id.is_not(None))
    )
    asked = select(func.count()).where(Contract.created_at <= since, Contract.id.not_in(lately))
    return _count(session, asked)


def overdue(backlog: Sequence[Backlog], now: datetime) -> list[Backlog]:
    """The queues whose oldest item waits longer than it should."""
    return [each for each in backlog if each.late_since and now - each.late_since > BOUNDS[each.queue]]


def _by_kind(session: Session, *which: ColumnElement[bool] | object) -> dict[Kind, int]:
    asked = select(_KIND, func.count()).where(*which).group_by(_KIND)  # type: ignore[arg-type]  # text is a condition, too
    return {Kind(kind): count for kind, count in session.execute(asked)}


def _tellings(session: Session, *which: ColumnElement[bool]) -> int:
    return _count(session, select(func.count()).select_from(Telling).where(*which))


def _failed_deliveries(session: Session, now: datetime) -> int:
    is_refused = or_(Delivery.status.is_(None), Delivery.status >= 300)  # noqa: PLR2004  # of HTTP: what is no success
    return _count(
        session,
        select(func.count()).select_from(Delivery).where(and_(Delivery.sent_at > now - HOUR, is_refused)),
    )


def _count(session: Session, asked: object) -> int:
    return int(session.scalar(asked) or 0)  # type: ignore[call-overload]  # any of the counts above
