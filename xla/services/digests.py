"""Digests: who has one due, and what waits when a person changes how they are told."""

from datetime import datetime
from typing import cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from xla.core.digest import digest_at
from xla.core.notice import Digest
from xla.core.work import Kind
from xla.models import Person, Telling, WorkItem
from xla.services import tellings, work
from xla.services.tellings import AT_ONCE
from xla.services.work import Wanted


def due(session: Session, now: datetime) -> list[Wanted]:
    """A digest for each person with one due by their clock and something that waited for it.

    Nobody has two at once: what a failed one should have told stands in the next.
    """
    waits = (Telling.sent_at.is_(None), Telling.given_up_at.is_(None))
    rows = session.execute(
        select(Person, func.min(Telling.created_at))
        .join(Telling, Telling.person_id == Person.id)
        .where(*waits, Person.digest != AT_ONCE)
        .group_by(Person.id)
        .order_by(Person.id)
    )
    found = []
    for person, since in rows:
        clock = tellings.clock_of(person)
        at = digest_at(clock, cast("Digest", person.digest), now)
        if since < at:
            key = f"{person.id}/{at.astimezone(clock.zone):%Y-%m-%d}"
            found.append(Wanted(Kind.DIGEST, key, at, document={"person": person.id}))
    return _new(session, found) if found else []


def choose(session: Session, person: Person, digest: str, now: datetime) -> None:
    """Be told so from now on; what waited for a digest goes out at once where there is none any more."""
    person.digest = digest
    session.flush()
    if digest == AT_ONCE:
        waiting = tellings.waiting(session, person.id)
        work.put(session, tellings.sendings(session, waiting, now, again=f"/{now.isoformat()}"), now)


def _new(session: Session, found: list[Wanted]) -> list[Wanted]:
    """Those that were not written down, of people with none under way."""
    is_live = WorkItem.state.in_(("waiting", "running"))
    known = session.execute(
        select(WorkItem.key, WorkItem.state).where(
            WorkItem.kind == Kind.DIGEST, or_(is_live, WorkItem.key.in_([each.key for each in found]))
        )
    ).all()
    keys = {key for key, _state in known}
    busy = {key.partition("/")[0] for key, state in known if state in {"waiting", "running"}}
    return [each for each in found if each.key not in keys and each.key.partition("/")[0] not in busy]
