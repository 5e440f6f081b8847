"""Webhooks: made, switched off and on; the log of what was sent to them.

Nothing is sent in here: a message goes out between two transactions, so that no slow address holds one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from xla.core.agreement import Language
from xla.core.notice import Event
from xla.models import Delivery, Webhook
from xla.outside import webhooks
from xla.outside.webhooks import Answer, Message

KEPT = timedelta(days=180)
"""How long the log of what was sent is kept."""
Kind = Literal["signed", "slack", "teams"]


def create(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    name: str,
    *,
    url: str,
    events: Sequence[Event],
    kind: Kind = "signed",
    language: Language = "en",
    contract_id: int | None = None,
    now: datetime,
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which pages show only now; a chat has none but its address."""
    secret = webhooks.new_secret() if kind == "signed" else ""
    webhook = Webhook(
        name=name,
        url=url,
        secret=secret,
        kind=kind,
        language=language,
        events=" ".join(events),
        contract_id=contract_id,
        created_at=now,
    )
    session.add(webhook)
    session.flush()
    return webhook, secret


def switch(session: Session, webhook: Webhook, *, disabled_at: datetime | None) -> bool:
    """Off at an instant, or on again; says whether that changed anything."""
    if (webhook.disabled_at is None) == (disabled_at is None):
        return False
    webhook.disabled_at, webhook.failing_since = disabled_at, None
    session.flush()
    return True


def shown_address(webhook: Webhook) -> str:
    """The address as it may be shown; a chat's is a secret."""
    return webhook.url if webhook.kind == "signed" else webhooks.shortened(webhook.url)


def log(session: Session, webhook_id: int, sent: Message, answer: Answer, now: datetime) -> Delivery:
    """Note how an attempt went."""
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


def numbers(session: Session, deliveries: Collection[Delivery]) -> dict[int, int]:
    """Of each delivery by its id, the how many-th attempt with its message it was, from 1."""
    earlier = aliased(Delivery)
    rows = session.execute(
        select(Delivery.id, func.count(earlier.id))
        .join(
            earlier,
            (earlier.message_id == Delivery.message_id)
            & (earlier.webhook_id == Delivery.webhook_id)
            & (earlier.id <= Delivery.id),
        )
        .where(Delivery.id.in_([each.id for each in deliveries]))
        .group_by(Delivery.id)
    )
    return dict(rows.all())


def forget(session: Session, now: datetime) -> None:
    """Delete what was sent long ago from the log."""
    session.execute(delete(Delivery).where(Delivery.sent_at < now - KEPT))


def delivery(session: Session, webhook_id: int, delivery_id: int) -> Delivery | None:
    """One delivery to that webhook."""
    found = session.get(Delivery, delivery_id)
    return found if found is not None and found.webhook_id == webhook_id else None
