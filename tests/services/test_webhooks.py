"""Webhooks: made, switched off and on, and the log of what was sent to them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from xla.core.notice import Event
from xla.models import Webhook
from xla.outside.webhooks import Answer, Message
from xla.services import webhooks

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MESSAGE = Message("msg_1", "test", "{}")
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


def test_a_channels_webhook_has_no_secret_but_its_address(session: Session) -> None:
    url = "https://hooks.slack.example/services/T0/B0/abcdefgh"
    webhook, secret = webhooks.create(
        session, "ops", url=url, events=EVENTS, kind="slack", language="sv", now=NOW
    )
    assert (secret, webhook.secret, webhook.kind, webhook.language) == ("", "", "slack", "sv")
    assert webhooks.shown_address(webhook) == "https://hooks.slack.example/…efgh"
    assert webhooks.shown_address(desk(session)) == "https://desk.example/in"


def test_switched_on_again_its_failures_are_forgotten(session: Session) -> None:
    webhook = desk(session)
    webhooks.switch(session, webhook, disabled_at=NOW)
    webhook.failing_since = NOW
    webhooks.switch(session, webhook, disabled_at=None)
    assert webhook.failing_since is None


def test_each_attempt_is_numbered_by_its_message_and_webhook(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    other = Message("msg_2", "test", "{}")
    logged = [
        webhooks.log(session, webhook.id, message, Answer(500, None, 5), NOW)
        for webhook, message in (
            (first, MESSAGE),
            (first, other),
            (first, MESSAGE),
            (second, MESSAGE),
            (first, MESSAGE),
        )
    ]
    numbers = webhooks.numbers(session, logged)
    assert [numbers[each.id] for each in logged] == [1, 1, 2, 1, 3]
    assert webhooks.numbers(session, []) == {}


def test_what_was_sent_long_ago_is_forgotten(session: Session) -> None:
    webhook = desk(session)
    for sent_at in (NOW - timedelta(days=181), NOW - timedelta(days=179)):
        webhooks.log(session, webhook.id, MESSAGE, Answer(204, None, 5), sent_at)
    webhooks.forget(session, NOW)
    (left,) = webhooks.deliveries(session, webhook.id, before=None, most=9)
    assert left.sent_at == NOW - timedelta(days=179)


def test_what_is_sent_again_has_the_id_and_body_it_had(session: Session) -> None:
    webhook = desk(session)
    logged = webhooks.log(session, webhook.id, MESSAGE, Answer(None, "time", 15_000), NOW)
    assert webhooks.again(logged) == MESSAGE
    assert (logged.status, logged.problem, logged.milliseconds) == (None, "time", 15_000)


def test_the_log_is_of_one_webhook_the_newest_first_some_at_a_time(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    sent = [
        webhooks.log(session, each.id, MESSAGE, Answer(204, None, 5), NOW)
        for each in (first, second, first, first)
    ]
    newest = webhooks.deliveries(session, first.id, before=None, most=2)
    assert newest == [sent[3], sent[2]]
    assert webhooks.deliveries(session, first.id, before=newest[-1].id, most=2) == [sent[0]]


def test_a_delivery_to_another_webhook_is_not_found(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    logged = webhooks.log(session, first.id, MESSAGE, Answer(204, None, 5), NOW)
    assert webhooks.delivery(session, first.id, logged.id) is logged
    assert webhooks.delivery(session, second.id, logged.id) is None
    assert webhooks.delivery(session, first.id, 999) is None


def test_webhooks_are_listed_the_newest_first(session: Session) -> None:
    first, second = desk(session), desk(session, "other")
    assert webhooks.every(session) == [second, first]
    assert webhooks.one(session, first.id) is first
    assert webhooks.one(session, 999) is None
