"""Telling: one notice to one recipient, once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row

_WAITING = text("sent_at IS NULL AND given_up_at IS NULL")
_GIVEN_UP = text("given_up_at IS NOT NULL")


class Telling(Row):
    """A notice for a person (by mail) or an address (webhook, chat), and how it went."""

    __tablename__ = "telling"
    __table_args__ = (
        # One notice an event and recipient, never twice.
        UniqueConstraint("notice_id", "person_id"),
        UniqueConstraint("notice_id", "webhook_id"),
        CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="one_recipient"),
        # What a person's digest gathers.
        Index("ix_telling_waiting", "person_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        # How many were given up lately.
        Index("ix_telling_given_up", "given_up_at", sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP),
        Index("ix_telling_webhook_id", "webhook_id"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[str]
    """Stable: whoever gets it twice knows it by this."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    """Why it was given up, or why the last try failed."""
