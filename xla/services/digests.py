"""Digests: who has one due, and what waits when a person changes how they are told."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.digest import digest_at
from xla.core.lane import mail_lane
from xla.core.work import Kind
from xla.models import Person, Telling, WorkItem
from xla.services import tellings, work
from xla.services.tellings import AT_ONCE
from xla.services.work import Wanted

if TYPE_CHECKING:
    from xla.core.notice import Digest


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
    busy = _busy(session)
    found = []
    for person, since in rows:
        clock = tellings.clock_of(person)
        at = digest_at(clock, cast("Digest", person.digest), now)
        if since < at and str(person.id) not in busy:
            key = f"{person.id}/{at.astimezone(clock.zone):%Y-%m-%d}"
            lane = mail_lane(person.email)
            found.append(Wanted(Kind.DIGEST, key, at, document={"person": person.id}, lane=lane))
    return found


def choose(session: Session, person: Person, digest: str, now: datetime) -> None:
    """Be told so from now on; what waited for a digest goes out at once where there is none any more."""
    had_digest, person.digest = person.digest != AT_ONCE, digest
    session.flush()
    if had_digest and digest == AT_ONCE:
        waiting = tellings.waiting(session, person.id)
        work.put(session, tellings.sendings(session, waiting, now, again=f"/{now.isoformat()}"), now)


def _busy(session: Session) -> set[str]:
    """Whose digest is under way."""
    is_live = WorkItem.state.in_(("waiting", "running"))
    keys = session.scalars(select(WorkItem.key).where(WorkItem.kind == Kind.DIGEST, is_live))
    return {key.partition("/")[0] for key in keys}
