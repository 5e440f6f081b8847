"""Hook deliveries: what is due to a webhook, how it went, and what has not arrived."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import make
from xla.core.notice import Event
from xla.core.work import Kind, Queue
from xla.models import AuditEntry, Contract, Notice, Telling, Webhook, WorkItem
from xla.outside.webhooks import Answer
from xla.services import hook_deliveries, notices, webhooks, work
from xla.services.hook_deliveries import PATIENCE
from xla.services.work import Wanted

NOW = make.NOW
BASE = "https://xla.example"
TAKEN, BROKEN, GONE = Answer(204, None, 5), Answer(500, None, 5), Answer(410, None, 5)
LATE = Answer(None, "time", 15_000)


@pytest.fixture
def webhook(session: Session) -> Webhook:
    make.contract(session)
    return webhooks.create(session, "desk", url="https://desk.example", events=[Event.KIOSK_SILENT], now=NOW)[
        0
    ]


def telling(session: Session, webhook: Webhook, number: int = 7) -> Telling:
    document = {"kiosk": number, "name": "Lobby", "seen_at": "2026-06-01T08:00:00+00:00"}
    contract = session.scalars(select(Contract)).one()
    notices.write(session, contract.id, event=(Event.KIOSK_SILENT, f"{number}"), document=document, now=NOW)
    notice = session.scalars(select(Notice).where(Notice.key == f"{number}")).one()
    made = Telling(notice_id=notice.id, webhook_id=webhook.id, message_id=f"msg_{number}", created_at=NOW)
    session.add(made)
    session.flush()
    session.execute(delete(WorkItem).where(WorkItem.kind == Kind.TELL))
    wanted = Wanted(Kind.SEND, f"telling/{made.id}", NOW, None, {"telling": made.id})
    work.put(session, [wanted], NOW)
    return made


def due(session: Session, telling: Telling) -> hook_deliveries.Due:
    found = hook_deliveries.due(session, telling.id, base_url=BASE)
    assert found is not None
    return found


def test_what_is_due_has_the_tellings_id_and_the_webhooks_address(session: Session, webhook: Webhook) -> None:
    found = due(session, telling(session, webhook))
    assert (found.url, found.secret) == (webhook.url, webhook.secret)
    assert (found.message.id, found.message.event) == ("msg_7", "kiosk_silent")


def test_nothing_is_due_once_it_arrived_was_given_up_or_the_webhook_is_off(
    session: Session, webhook: Webhook
) -> None:
    first, second, third = (telling(session, webhook, number) for number in (1, 2, 3))
    hook_deliveries.note(session, webhook.id, due(session, first).message, TAKEN, NOW)
    hook_deliveries.fail(session, due(session, second), BROKEN, NOW, is_last=True)
    assert hook_deliveries.due(session, first.id, base_url=BASE) is None
    assert hook_deliveries.due(session, second.id, base_url=BASE) is None
    webhooks.switch(session, webhook, disabled_at=NOW)
    assert hook_deliveries.due(session, third.id, base_url=BASE) is None


def test_a_failure_is_logged_with_its_reason(session: Session, webhook: Webhook) -> None:
    first = telling(session, webhook)
    assert not hook_deliveries.fail(session, due(session, first), LATE, NOW, is_last=False)
    assert (first.problem, first.given_up_at, webhook.failing_since) == ("time", None, NOW)
    assert not hook_deliveries.fail(session, due(session, first), BROKEN, NOW + PATIENCE / 2, is_last=False)
    assert (first.problem, webhook.failing_since) == ("500", NOW)


def test_a_webhook_that_fails_for_five_days_or_says_it_is_gone_is_switched_off_once(
    session: Session, webhook: Webhook
) -> None:
    first, second = telling(session, webhook, 1), telling(session, webhook, 2)
    one, other = due(session, first), due(session, second)
    hook_deliveries.fail(session, one, BROKEN, NOW, is_last=False)
    assert hook_deliveries.fail(session, one, BROKEN, NOW + PATIENCE, is_last=False)
    assert webhook.disabled_at == NOW + PATIENCE
    # One that was under way meanwhile.
    assert hook_deliveries.fail(session, other, GONE, NOW + PATIENCE, is_last=False)
    assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_switched_on_again_it_has_five_days_anew(session: Session, webhook: Webhook) -> None:
    first = telling(session, webhook)
    found = due(session, first)
    hook_deliveries.fail(session, found, BROKEN, NOW, is_last=False)
    hook_deliveries.fail(session, found, BROKEN, NOW + PATIENCE, is_last=False)
    webhooks.switch(session, webhook, disabled_at=None)
    assert not hook_deliveries.fail(session, found, BROKEN, NOW + PATIENCE, is_last=False)


def test_what_is_dropped_is_given_up_with_the_reason_it_had(session: Session, webhook: Webhook) -> None:
    first, second, third = (telling(session, webhook, number) for number in (1, 2, 3))
    hook_deliveries.fail(session, due(session, second), BROKEN, NOW, is_last=False)
    hook_deliveries.note(session, webhook.id, due(session, third).message, TAKEN, NOW)
    later = NOW + timedelta(hours=1)
    for each in (first, second, third):
        hook_deliveries.drop(session, each.id, later)
    hook_deliveries.drop(session, first.id, later + timedelta(hours=1))
    assert [(each.problem, each.given_up_at) for each in (first, second, third)] == [
        ("off", later),
        ("500", later),
        (None, None),
    ]


def test_what_has_not_arrived_is_listed_the_newest_first_with_its_next_attempt(
    session: Session, webhook: Webhook
) -> None:
    arrived, waits, over = (telling(session, webhook, number) for number in (1, 2, 3))
    hook_deliveries.note(session, webhook.id, due(session, arrived).message, TAKEN, NOW)
    hook_deliveries.fail(session, due(session, over), BROKEN, NOW, is_last=True)
    orphan = telling(session, webhook, 4)
    session.delete(session.scalars(select(WorkItem).where(WorkItem.key == f"telling/{orphan.id}")).one())
    found = hook_deliveries.undelivered(session, webhook.id, most=10)
    assert [(each.telling, each.notice.key, each.next_at) for each in found] == [
        (orphan, "4", None),
        (over, "3", None),
        (waits, "2", NOW),
    ]
    assert len(hook_deliveries.undelivered(session, webhook.id, most=1)) == 1


def test_sent_again_by_hand_what_was_given_up_arrives_and_its_parked_item_goes(
    session: Session, webhook: Webhook
) -> None:
    first = telling(session, webhook)
    taken = work.take(session, [Queue.NOTIFY], NOW)
    assert taken is not None
    hook_deliveries.fail(session, due(session, first), BROKEN, NOW, is_last=True)
    work.park(session, taken, "desk: 500", NOW)
    message = hook_deliveries.message(session, first, webhook, base_url="https://elsewhere.example")
    assert "https://xla.example/" in message.body
    hook_deliveries.note(session, webhook.id, message, TAKEN, NOW)
    assert (first.sent_at, first.given_up_at, first.problem) == (NOW, None, None)
    item = session.scalars(select(WorkItem)).one()
    assert item.state == "waiting"


def test_a_telling_of_another_webhook_is_not_found(session: Session, webhook: Webhook) -> None:
    other = webhooks.create(session, "other", url="https://o.example", events=[], now=NOW)[0]
    mine = telling(session, webhook)
    assert hook_deliveries.telling_of(session, webhook.id, mine.id) is mine
    assert hook_deliveries.telling_of(session, other.id, mine.id) is None
    assert hook_deliveries.telling_of(session, webhook.id, 999) is None
