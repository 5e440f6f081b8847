"""Contact wishes: who rated and wants somebody to get in touch, until that is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.models import ContactWish
from xla.services import notices
from xla.services.places import Place

KEPT_FOR = timedelta(days=90)
"""How long somebody may be reached by a wish nobody handled."""


@dataclass(frozen=True)
class Wish:
    """A wish as it is written down."""

    response_id: int
    contact: str
    """A mail address or telephone number."""
    language: str
    """The language they rated in."""
    is_about_poor: bool


def note(session: Session, place: Place, wish: Wish, now: datetime) -> ContactWish:
    """Write the wish down; said once more, how to reach them is what was said last.

    With a poor rating managers are told that somebody waits, not who.
    """
    row = session.scalar(select(ContactWish).where(ContactWish.response_id == wish.response_id))
    if row is None:
        row = ContactWish(
            contract_id=place.contract_id,
            response_id=wish.response_id,
            contact=wish.contact,
            language=wish.language,
            created_at=now,
        )
        session.add(row)
    elif row.handled_at is None:
        row.contact = wish.contact
    session.flush()
    if wish.is_about_poor:
        told = {"contract": place.contract_key, "wish": row.id, "site": place.site}
        event = (Event.POOR_RATING.value, f"{place.contract_key}/{row.id}")
        notices.write(session, place.contract_id, event=event, document=told, now=now)
    return row


def forget(session: Session, now: datetime) -> None:
    """Delete how to reach those whom nobody has got in touch with for three months."""
    waits = (ContactWish.handled_at.is_(None), ContactWish.created_at <= now - KEPT_FOR)
    session.execute(update(ContactWish).where(*waits).values(contact=None, handled_at=now))
