"""Invitations: who is asked by mail, about what, and who asked never to be asked again.

No row says which response an invitation brought: who answered is known, what they said is not.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class InvitationPlan(Row):
    """What is asked after an event, such as the end of a visit, when, and how its events are read."""

    __tablename__ = "invitation_plan"
    __table_args__ = (UniqueConstraint("contract_id", "key"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    key: Mapped[str]
    """Names it in the address events are sent to."""
    title: Mapped[str]
    """What people call it: a visit ended."""
    point_id: Mapped[int] = mapped_column(ForeignKey("rating_point.id"))
    """The rating point its answers are of, where an event names no other place."""
    persona: Mapped[str]
    """Who is asked, '' where that is not known."""
    delay_hours: Mapped[int]
    """Hours from the event to the invitation."""
    remind_after_days: Mapped[int | None]
    """Days from the invitation to its one reminder; None for none."""
    expires_after_days: Mapped[int]
    """Days from the invitation until its link ends."""
    mapping: Mapped[str]
    """Where an event's fields stand in what others send, as JSON: field -> path."""
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class Invitation(Row):
    """One person, asked once about one event."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("plan_id", "external_id"),
        Index("ix_invitation_due", "state", "due_at"),
        Index("ix_invitation_person", "person_key", "sent_at"),
        CheckConstraint(
            "state IN ('waiting', 'sent', 'reminded', 'answered', 'expired',"
            " 'opted_out', 'capped', 'failed')",
            name="state",
        ),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("invitation_plan.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("rating_point.id"))
    external_id: Mapped[str]
    """The sender's id of the event: the same event invites once."""
    email: Mapped[str | None]
    """Where it goes; None once nothing more will be sent."""
    person_key: Mapped[str]
    """The address, keyed and hashed: counts how often one person is asked, and tells nobody who."""
    language: Mapped[str]
    persona: Mapped[str]
    """Who is asked, '' where that is not known."""
    state: Mapped[str]
    happened_at: Mapped[datetime]
    """When the event happened."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When the next mail goes out; of no meaning when none will."""
    tried_at: Mapped[datetime | None]
    """When its first mail was last begun: until it is known how that went, the person gets no other."""
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """The UTC day's start: an exact instant would tell which response is theirs."""


class OptOut(Row):
    """Somebody who asked never to be asked again, by any contract."""

    __tablename__ = "opt_out"

    person_key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
