"""Hook deliveries: a notice on its way to a webhook, from what is sent to how it went.

Nothing is sent in here: a message goes out between two transactions, so that no slow address holds one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.work import Kind
from xla.models import Delivery, Notice, Telling, Webhook, WorkItem
from xla.outside.webhooks import GONE, Answer, Message
from xla.services import audit, hook_messages, webhooks, work

PATIENCE = timedelta(days=5)
"""A webhook that took nothing for so long, though it was asked, is switched off."""
OFF = "off"
"""The problem of a telling whose webhook is off."""


class Due(NamedTuple):
    """A message to be sent, as plain values."""

    telling_id: int
    webhook_id: int
    name: str
    url: str
    secret: str
    message: Message


class Undelivered(NamedTuple):
    """A notice that has not arrived, and what comes next."""

    telling: Telling
    notice: Notice
    next_at: datetime | None
    """When it is tried again; None where it is not."""


def due(session: Session, telling_id: int, *, base_url: str) -> Due | None:
    """What is to be sent; None where it has arrived, was given up, or the webhook is off."""
    telling = session.get_one(Telling, telling_id)
    webhook = session.get_one(Webhook, telling.webhook_id)
    if telling.sent_at or telling.given_up_at or webhook.disabled_at:
        return None
    return Due(
        telling.id,
        webhook.id,
        webhook.name,
        webhook.url,
        webhook.secret,
        message(session, telling, webhook, base_url=base_url),
    )


def message(session: Session, telling: Telling, webhook: Webhook, *, base_url: str) -> Message:
    """The message of a telling: what was sent before, else what is to be sent first."""
    sent = session.scalars(
        select(Delivery)
        .where(Delivery.message_id == telling.message_id, Delivery.webhook_id == webhook.id)
        .order_by(Delivery.id)
        .limit(1)
    ).one_or_none()
    if sent is not None:
        return webhooks.again(sent)
    notice = session.get_one(Notice, telling.notice_id)
    body = hook_messages.body(session, notice, webhook, base_url=base_url)
    return Message(telling.message_id, notice.kind, body)


def note(session: Session, webhook_id: int, sent: Message, answer: Answer, now: datetime) -> Delivery:
    """Log an attempt; where the message was taken, its notice has arrived, and the webhook works."""
    delivery = webhooks.log(session, webhook_id, sent, answer, now)
    if answer.is_taken:
        session.get_one(Webhook, webhook_id).failing_since = None
        told = select(Telling).where(Telling.webhook_id == webhook_id, Telling.message_id == sent.id)
        for telling in session.scalars(told):
            telling.sent_at, telling.given_up_at, telling.problem = telling.sent_at or now, None, None
            _begin_parked(session, telling, now)
    session.flush()
    return delivery


def fail(session: Session, due: Due, answer: Answer, now: datetime, *, is_last: bool) -> bool:
    """Log an attempt that failed; with the last the notice is given up. Says whether the webhook is off now.

    It is switched off where the answer says that nothing is wanted there any more, and where it has failed
    for five days.
    """
    note(session, due.webhook_id, due.message, answer, now)
    telling = session.get_one(Telling, due.telling_id)
    webhook = session.get_one(Webhook, due.webhook_id)
    telling.problem = problem_of(answer)
    telling.given_up_at = now if is_last else None
    since = webhook.failing_since = webhook.failing_since or now
    if answer.status == GONE:
        _switch_off(session, webhook, {"because": "it answered 410"}, now)
    elif now - since >= PATIENCE:
        _switch_off(session, webhook, {"because": f"it has failed since {since:%Y-%m-%d %H:%M} UTC"}, now)
    session.flush()
    return webhook.disabled_at is not None


def drop(session: Session, telling_id: int, now: datetime) -> None:
    """Give it up where the webhook is off; what has arrived stays so."""
    telling = session.get_one(Telling, telling_id)
    if not telling.sent_at and not telling.given_up_at:
        telling.given_up_at, telling.problem = now, telling.problem or OFF
        session.flush()


def problem_of(answer: Answer) -> str:
    """Why a message was not taken, in a word: a problem's, or the status."""
    return answer.problem or str(answer.status)


def undelivered(session: Session, webhook_id: int, *, most: int) -> list[Undelivered]:
    """The notices that have not arrived at a webhook, the newest first; at most so many."""
    rows = session.execute(
        select(Telling, Notice)
        .join(Notice, Notice.id == Telling.notice_id)
        .where(Telling.webhook_id == webhook_id, Telling.sent_at.is_(None))
        .order_by(Telling.id.desc())
        .limit(most)
    ).all()
    items = _items(session, [telling for telling, _ in rows])
    return [Undelivered(telling, notice, _next(telling, items)) for telling, notice in rows]


def telling_of(session: Session, webhook_id: int, telling_id: int) -> Telling | None:
    """One telling to that webhook."""
    found = session.get(Telling, telling_id)
    return found if found is not None and found.webhook_id == webhook_id else None


def _next(telling: Telling, items: dict[str, WorkItem]) -> datetime | None:
    item = items.get(_key(telling))
    is_live = telling.given_up_at is None and item is not None and item.state in {"waiting", "running"}
    return item.due_at if item and is_live else None


def _items(session: Session, tellings: Sequence[Telling]) -> dict[str, WorkItem]:
    keys = [_key(each) for each in tellings]
    found = session.scalars(select(WorkItem).where(WorkItem.kind == Kind.SEND, WorkItem.key.in_(keys)))
    return {item.key: item for item in found}


def _key(telling: Telling) -> str:
    return f"telling/{telling.id}"


def _begin_parked(session: Session, telling: Telling, now: datetime) -> None:
    """What was parked with a notice that has arrived after all is looked at once more, and found done."""
    for item in _items(session, [telling]).values():
        work.retry(session, item.id, now)


def _switch_off(session: Session, webhook: Webhook, detail: dict[str, object], now: datetime) -> None:
    """Send nothing more to it; the audit log says why, and the page."""
    if webhooks.switch(session, webhook, disabled_at=now):
        audit.note(session, None, "webhook.disable", subject=webhook.name, detail=detail, now=now)
