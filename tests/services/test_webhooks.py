"""Webhooks: made, switched off and on; their messages, and the log of what was sent."""

import json
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.models import Webhook
from xla.outside.webhooks import Answer
from xla.services import webhooks

NOW = datetime(2026, 5, 1, tzinfo=UTC)
EVENTS = [Event.BREACH_OPENED, Event.REPORT_ISSUED]


def desk(session: Session, name: str = "desk") -> Webhook:
    return webhooks.create(session, name, url="https://desk.example/in", events=EVENTS, now=NOW)[0]


def test_a_webhook_has_a_secret_of_its_own_and_its_events(session: Session) -> None:
    webhook, secret = webhooks.create(session, "desk", url="https://desk.example", events=EVENTS, now=NOW)
    assert secret.startswith("whsec_")
    assert webhook.secret == secret
    assert webhook.events == "breach_opened report_issued"
    assert desk(session).secret != secret


def test_off_and_on_change_something_only_once(session: Session) -> None:
    webhook = desk(session)
    assert not webhooks.switch(session, webhook, disabled_at=None)
    assert webhooks.switch(session, webhook, disabled_at=NOW)
    assert not webhooks.switch(session, webhook, disabled_at=NOW)
    assert webhook.disabled_at == NOW
    assert webhooks.switch(session, webhook, disabled_at=None)
    assert webhook.disabled_at is None


def test_a_test_message_says_what_it_is(session: Session) -> None:
    message = webhooks.trial(desk(session), NOW)
    assert message.event == "test"
    assert json.loads(message.body) == {
        "type": "test",
        "timestamp": "2026-05-01T00:00:00+00:00",
        "data": {"webhook": "desk"},
    }


def test_what_is_sent_again_has_the_id_and_body_it_had(session: Session) -> None:
    webhook = desk(session)
    message = webhooks.trial(webhook, NOW)
    logged = webhooks.log(session, webhook.id, message, Answer(None, "time", 15_000), NOW)
    assert webhooks.again(logged) == message
    assert (logged.status, logged.problem, logged.milliseconds) == (None, "time", 15_000)


def test_the_log_is_of_one_webhook_the_newest_first_some_at_a_time(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    sent = [
        webhooks.log(session, each.id, webhooks.trial(each, NOW), Answer(204, None, 5), NOW)
        for each in (first, second, first, first)
    ]
    newest = webhooks.deliveries(session, first.id, before=None, most=2)
    assert newest == [sent[3], sent[2]]
    assert webhooks.deliveries(session, first.id, before=newest[-1].id, most=2) == [sent[0]]


def test_a_delivery_to_another_webhook_is_not_found(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    logged = webhooks.log(session, first.id, webhooks.trial(first, NOW), Answer(204, None, 5), NOW)
    assert webhooks.delivery(session, first.id, logged.id) is logged
    assert webhooks.delivery(session, second.id, logged.id) is None
    assert webhooks.delivery(session, first.id, 999) is None


def test_webhooks_are_listed_the_newest_first(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    assert webhooks.every(session) == [second, first]
    assert webhooks.one(session, first.id) is first
    assert webhooks.one(session, 999) is None
