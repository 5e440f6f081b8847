"""Access for machines: API keys, what they were answered, and webhooks with the log of what was delivered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class ApiKey(Row):
    """A key of the API; shown once, kept as its hash."""

    __tablename__ = "api_key"

    id: Mapped[Id]
    name: Mapped[str]
    prefix: Mapped[str]
    """Its first characters, by which people recognise it."""
    key_sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[str]
    """Blank between: read, ratings:write, events:write."""
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    """The one contract it opens; None for all."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who made it; None where the command line did."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class GivenAnswer(Row):
    """What a key was answered under one Idempotency-Key: the same body gets the same answer again."""

    __tablename__ = "given_answer"
    __table_args__ = (PrimaryKeyConstraint("api_key_id", "idempotency_key"),)

    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    idempotency_key: Mapped[str]
    request_sha256: Mapped[str]
    """Of method, path and body."""
    status: Mapped[int]
    answer: Mapped[str]
    """The answer's JSON."""
    created_at: Mapped[datetime]


class Webhook(Row):
    """An address that is told of events."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("kind IN ('signed', 'slack', 'teams')", name="kind"),
        CheckConstraint("language IN ('en', 'sv', 'da', 'nb', 'fi')", name="language"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    """What its messages are signed with; shown once. Empty for a chat, whose address is the secret."""
    kind: Mapped[str] = mapped_column(server_default="signed")
    """What is sent: a signed message (Standard Webhooks), or one a slack or teams channel shows."""
    language: Mapped[str] = mapped_column(server_default="en")
    """Of the sentences a channel shows."""
    events: Mapped[str]
    """Blank between."""
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    """Of the failures since it last took a message or was switched on, when the first was."""


class Delivery(Row):
    """One attempt to hand a message to a webhook, and how it went."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_webhook_id", "webhook_id", "id"),
        # How many failed lately.
        Index("ix_delivery_sent_at", "sent_at"),
        # What was sent before under the same id.
        Index("ix_delivery_message_id", "message_id"),
    )

    id: Mapped[Id]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[str]
    """Stable: the same when sent again."""
    event: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime]
    status: Mapped[int | None]
    """The answer's HTTP status; None where no answer came."""
    problem: Mapped[str | None]
    milliseconds: Mapped[int]
