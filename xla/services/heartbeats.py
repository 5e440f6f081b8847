"""Heartbeats: which processes tick and work, and when each last said so."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from xla.models import Heartbeat

Process = Literal["scheduler", "worker"]
EVERY = timedelta(minutes=1)
LATE = timedelta(minutes=3)
"""Who was silent for so long is stopped, or stuck."""
KEPT = timedelta(days=1)


def beat(session: Session, kind: Process, name: str, now: datetime) -> None:
    """Note that the process lives; forget who was silent for over a day, or whose clock ran ahead."""
    session.execute(delete(Heartbeat).where(or_(Heartbeat.at < now - KEPT, Heartbeat.at > now + KEPT)))
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    row = {"name": name, "kind": kind, "at": now}
    session.execute(
        insert(Heartbeat).values(row).on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )


def forget(session: Session, name: str) -> None:
    """The process ends, and is not missed."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name))


def newest(session: Session) -> dict[str, datetime]:
    """When a process of each kind was last heard of; a kind that never was is not there."""
    rows = session.execute(select(Heartbeat.kind, func.max(Heartbeat.at)).group_by(Heartbeat.kind))
    return {kind: at for kind, at in rows}  # noqa: C416  # a row is no pair to the type checker


def alive(session: Session, now: datetime) -> dict[Process, int]:
    """How many processes of each kind were heard of lately."""
    rows = session.execute(
        select(Heartbeat.kind, func.count()).where(Heartbeat.at > now - LATE).group_by(Heartbeat.kind)
    )
    found = {kind: count for kind, count in rows}  # noqa: C416  # as above
    return {"scheduler": found.get("scheduler", 0), "worker": found.get("worker", 0)}
