"""Notice choices: which events a person wants to be told of."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from xla.core.notice import Event, events_for, is_default
from xla.core.role import Role
from xla.models import NoticeChoice, Person


def wanted(session: Session, person: Person) -> dict[Event, bool]:
    """Each event the person may be told of, and whether they are: as they chose, else by their role."""
    rows = session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == person.id))
    chosen = {row.event: row.wanted for row in rows}
    role = Role(person.role)
    return {event: chosen.get(event, is_default(event, role)) for event in events_for(role)}


def choose(session: Session, person: Person, events: Collection[Event]) -> None:
    """Be told of these events and of no others; what is as the role has it anyway keeps no row."""
    role = Role(person.role)
    session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person.id))
    session.add_all(
        NoticeChoice(person_id=person.id, event=event, wanted=event in events)
        for event in events_for(role)
        if (event in events) is not is_default(event, role)
    )
    session.flush()
