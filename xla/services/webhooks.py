"""Webhooks: made, switched off and on; their messages written and the deliveries logged.

Nothing is sent in here: a message goes out between two transactions, so that no slow address holds one.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.models import Delivery, Webhook
from xla.outside import webhooks
from xla.outside.webhooks import Answer, Message

TEST = "test"
"""The event of a message that is only tried."""


def create(
    session: Session, name: str, *, url: str, events: Sequence[Event], now: datetime
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which pages show only now."""
    secret = webhooks.new_secret()
    webhook = Webhook(name=name, url=url, secret=secret, events=" ".join(events), created_at=now)
    session.add(webhook)
    session.flush()
    return webhook, secret


def switch(session: Session, webhook: Webhook, *, disabled_at: datetime | None) -> bool:
    """Off at an instant, or on again; says whether that changed anything."""
    if (webhook.disabled_at is None) == (disabled_at is None):
        return False
    webhook.disabled_at = disabled_at
    session.flush()
    return True


def trial(webhook: Webhook, now: datetime) -> Message:
    """A message that says it is only a test."""
    return message(TEST, {"webhook": webhook.name}, now)


def message(event: str, data: dict[str, object], now: datetime) -> Message:
    """A new message of an event, as the standard's `type`, `timestamp` and `data`."""
    document = {"type": event, "timestamp": now.isoformat(), "data": data}
    return Message(webhooks.new_id(), event, json.dumps(document, ensure_ascii=False))


def log(session: Session, webhook_id: int, sent: Message, answer: Answer, now: datetime) -> Delivery:
    """Note how a message went."""
    delivery = Delivery(
        webhook_id=webhook_id,
        message_id=sent.id,
        event=sent.event,
        body=sent.body,
        sent_at=now,
        status=answer.status,
        problem=answer.problem,
        milliseconds=answer.milliseconds,
    )
    session.add(delivery)
    session.flush()
    return delivery


def again(delivery: Delivery) -> Message:
    """A message that was sent before, the same id and body."""
    return Message(delivery.message_id, delivery.event, delivery.body)


def one(session: Session, webhook_id: int) -> Webhook | None:
    """The webhook with that id."""
    return session.get(Webhook, webhook_id)


def every(session: Session) -> list[Webhook]:
    """Every webhook, the newest first."""
    return list(session.scalars(select(Webhook).order_by(Webhook.id.desc())))


def deliveries(session: Session, webhook_id: int, *, before: int | None, most: int) -> list[Delivery]:
    """The newest deliveries to a webhook, older than the one with the id `before`; at most so many."""
    asked = select(Delivery).where(Delivery.webhook_id == webhook_id)
    if before is not None:
        asked = asked.where(Delivery.id < before)
    return list(session.scalars(asked.order_by(Delivery.id.desc()).limit(most)))


def delivery(session: Session, webhook_id: int, delivery_id: int) -> Delivery | None:
    """One delivery to that webhook."""
    found = session.get(Delivery, delivery_id)
    return found if found is not None and found.webhook_id == webhook_id else None
