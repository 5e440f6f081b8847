"""Hooking: a webhook is told of a notice until it takes it, under one id and with one body."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, select

import make
from outside.receiver import Receiver, receiving
from xla import database
from xla.core.notice import Event
from xla.core.work import RULES, Kind, Queue, wait_after
from xla.jobs import hooking
from xla.jobs.task import Means
from xla.jobs.working import Done, do_next
from xla.models import AuditEntry, Delivery, Notice, Telling, Webhook, WorkItem
from xla.outside import webhooks as outside
from xla.services import notices, webhooks, work
from xla.services.agreements import contract_of
from xla.services.work import Wanted
from xla.settings import Settings

NOW = make.NOW
HOUR = timedelta(hours=1)
NOTIFY = [Queue.NOTIFY]


@pytest.fixture(autouse=True)
def _to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooking, "post", partial(outside.post, loopback=True))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def means(harbour: Engine) -> Means:
    return Means(harbour, Settings(base_url="https://xla.example/"), None)


def told(means: Means, url: str, **choices: Any) -> int:
    """A webhook, and a silent kiosk it is to be told of; the webhook's id."""
    with database.transaction(means.engine) as session:
        contract = contract_of(session, "harbour")
        events = [Event.KIOSK_SILENT]
        webhook, _secret = webhooks.create(session, "desk", url=url, events=events, now=NOW, **choices)
        document = {
            "contract": "harbour",
            "kiosk": 7,
            "name": "Lobby",
            "seen_at": "2026-06-01T08:00:00+00:00",
        }
        event = (Event.KIOSK_SILENT.value, "harbour/7/2026-06-01")
        notices.write(session, contract.id, event=event, document=document, now=NOW)
    assert done(means).item.kind == Kind.TELL
    return webhook.id


def done(means: Means, now: Any = NOW) -> Done:
    each = do_next(means, NOTIFY, now)
    assert each is not None
    return each


def the(means: Means, row: type[Any]) -> Any:
    with database.reading(means.engine) as session:
        return session.scalars(select(row)).one()


def item(means: Means) -> WorkItem:
    with database.reading(means.engine) as session:
        return session.scalars(select(WorkItem).where(WorkItem.kind == Kind.SEND)).one()


def deliveries(means: Means) -> list[Delivery]:
    with database.reading(means.engine) as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_notice_arrives_signed_with_its_document_and_a_link(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    assert done(means).said == ["desk is told of kiosk_silent."]
    (received,) = receiver.received
    assert received.headers["webhook-id"] == the(means, Telling).message_id
    assert json.loads(received.body) == {
        "type": "kiosk_silent",
        "timestamp": "2026-06-15T12:00:00+00:00",
        "data": {
            "contract": "harbour",
            "kiosk": 7,
            "name": "Lobby",
            "seen_at": "2026-06-01T08:00:00+00:00",
            "link": "https://xla.example/contracts/harbour/kiosks",
        },
    }
    telling = the(means, Telling)
    assert (telling.sent_at, telling.given_up_at, telling.problem) == (NOW, None, None)
    assert item(means).state == "done"
    assert [each.status for each in deliveries(means)] == [204]


def test_a_failed_attempt_is_followed_by_another_of_the_same_id_and_body(
    means: Means, receiver: Receiver
) -> None:
    webhook_id = told(means, receiver.url)
    receiver.status = 500
    assert done(means).problem == "desk: 500"
    assert the(means, Telling).problem == "500"
    assert the(means, Webhook).failing_since == NOW
    waits = item(means)
    assert (waits.state, waits.due_at) == ("waiting", NOW + wait_after(Kind.SEND, waits.key, 1))
    receiver.status = 200
    # Whatever else happens meanwhile, the message is the one that was sent first.
    with database.transaction(means.engine) as session:
        session.scalars(select(Notice).where(Notice.kind == Event.KIOSK_SILENT)).one().document = "{}"
    assert done(means, NOW + HOUR).problem is None
    first, again = receiver.received
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    assert [(each.webhook_id, each.status) for each in deliveries(means)] == [
        (webhook_id, 500),
        (webhook_id, 200),
    ]
    assert the(means, Telling).sent_at == NOW + HOUR
    assert the(means, Webhook).failing_since is None


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_be_left_alone_is_for_so_long_within_reason(
    means: Means, receiver: Receiver, status: int
) -> None:
    told(means, receiver.url)
    receiver.status, receiver.headers = status, {"Retry-After": "3600"}
    done(means)
    assert NOW + HOUR < item(means).due_at <= NOW + HOUR + timedelta(seconds=30)
    receiver.headers = {"Retry-After": "99999999"}
    now = item(means).due_at
    done(means, now)
    assert now + 6 * HOUR < item(means).due_at <= now + 6 * HOUR + timedelta(seconds=30)


def test_who_answers_410_is_switched_off_and_told_nothing_more(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    receiver.status = 410
    assert done(means).said == ["desk is switched off."]
    assert the(means, Webhook).disabled_at == NOW
    telling = the(means, Telling)
    assert (telling.sent_at, telling.given_up_at, telling.problem) == (None, NOW, "410")
    assert item(means).state == "done"
    noted = the(means, AuditEntry)
    assert (noted.action, noted.subject, noted.person_id) == ("webhook.disable", "desk", None)
    assert json.loads(noted.detail) == {"because": "it answered 410"}


def test_who_took_nothing_for_five_days_is_switched_off(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    receiver.status = 500
    with database.transaction(means.engine) as session:
        webhook = session.scalars(select(Webhook)).one()
        webhook.failing_since = NOW - timedelta(days=5) + HOUR
    assert done(means).problem == "desk: 500"
    assert done(means, NOW + HOUR).said == ["desk is switched off."]
    assert the(means, Telling).given_up_at == NOW + HOUR
    assert json.loads(the(means, AuditEntry).detail) == {
        "because": "it has failed since 2026-06-10 13:00 UTC"
    }


def test_what_waits_for_a_webhook_that_is_off_is_given_up(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    with database.transaction(means.engine) as session:
        webhooks.switch(session, session.scalars(select(Webhook)).one(), disabled_at=NOW)
    assert done(means).problem is None
    assert (the(means, Telling).given_up_at, the(means, Telling).problem) == (NOW, "off")
    assert receiver.received == []


def test_an_address_of_our_own_network_is_hopeless(
    means: Means, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooking, "post", outside.post)
    told(means, f"https://127.0.0.1:{receiver.port}/")
    assert done(means).problem == "desk: address"
    assert item(means).state == "parked"
    assert (the(means, Telling).given_up_at, the(means, Telling).problem) == (NOW, "address")
    assert receiver.received == []


def test_after_the_last_attempt_it_is_given_up(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    receiver.status = 500
    for _ in range(RULES[Kind.SEND].attempts):
        assert the(means, Telling).given_up_at is None
        done(means, item(means).due_at)
    assert the(means, Telling).given_up_at is not None
    assert item(means).state == "parked"
    assert len(receiver.received) == RULES[Kind.SEND].attempts


def test_a_second_item_for_what_has_arrived_sends_nothing(means: Means, receiver: Receiver) -> None:
    told(means, receiver.url)
    done(means)
    telling = the(means, Telling)
    with database.transaction(means.engine) as session:
        work.put(session, [Wanted(Kind.SEND, "again", NOW, None, {"telling": telling.id})], NOW)
    assert done(means).problem is None
    assert len(receiver.received) == 1
    assert the(means, Telling).sent_at == NOW


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channel_is_told_in_words_without_a_signature(means: Means, receiver: Receiver, kind: str) -> None:
    told(means, receiver.url, kind=kind, language="sv")
    done(means)
    (received,) = receiver.received
    assert "webhook-signature" not in received.headers
    text = json.dumps(json.loads(received.body), ensure_ascii=False)
    assert "Lobby" in text
    assert "https://xla.example/contracts/harbour/kiosks" in text
