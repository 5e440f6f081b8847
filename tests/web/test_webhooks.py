"""Webhooks: made with a secret shown once, tried, switched off, and what was sent is logged."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from outside.receiver import Receiver, receiving
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.models import AuditEntry, Delivery, Webhook

HOSTILE = "</script><b>{{7*7}}</b>"


@pytest.fixture
def admin(app: Flask, browser_of: BrowserOf) -> FlaskClient:
    app.config["WEBHOOKS_TO_LOOPBACK"] = True
    return browser_of("admin")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def form(url: str = "https://desk.example/in", **changes: object) -> dict[str, object]:
    return {"name": "Service desk", "url": url, "events": ["breach_opened", "report_issued"], **changes}


def sent(store: Engine) -> list[Delivery]:
    with database.reading(store) as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_the_secret_is_shown_on_its_answer_and_never_again(admin: FlaskClient, store: Engine) -> None:
    answer = admin.post("/settings/webhooks", data=form())
    assert answer.status_code == 201
    shown = re.search(r"<code>(whsec_[\w+/=]+)</code></p>", answer.text)
    assert shown
    with database.reading(store) as session:
        webhook = session.scalars(select(Webhook)).one()
        noted = session.scalars(select(AuditEntry)).one()
    assert (webhook.secret, webhook.events) == (shown[1], "breach_opened report_issued")
    assert (noted.action, noted.subject) == ("webhook.create", "Service desk")
    for address in ("/settings/webhooks", f"/settings/webhooks/{webhook.id}", "/audit"):
        assert shown[1] not in admin.get(address).text


def test_a_test_message_is_really_sent_and_logged(
    admin: FlaskClient, store: Engine, receiver: Receiver
) -> None:
    admin.post("/settings/webhooks", data=form(receiver.url))
    answer = admin.post("/settings/webhooks/1/test", follow_redirects=True)
    assert "The address answered 204." in answer.text
    (received,) = receiver.received
    (delivery,) = sent(store)
    assert received.body.decode() == delivery.body
    assert received.headers["webhook-id"] == delivery.message_id
    assert (delivery.event, delivery.status, delivery.problem) == ("test", 204, None)


def test_what_is_sent_again_keeps_its_id(admin: FlaskClient, store: Engine, receiver: Receiver) -> None:
    admin.post("/settings/webhooks", data=form(receiver.url))
    admin.post("/settings/webhooks/1/test")
    receiver.status = 500
    answer = admin.post("/settings/webhooks/1/deliveries/1/again", follow_redirects=True)
    assert "The address answered 500." in answer.text
    first, again = receiver.received
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body
    assert [each.status for each in sent(store)] == [204, 500]
    with database.reading(store) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["webhook.create", "webhook.test", "webhook.resend"]


def test_nothing_is_sent_into_a_private_network(
    app: Flask, admin: FlaskClient, store: Engine, receiver: Receiver
) -> None:
    app.config["WEBHOOKS_TO_LOOPBACK"] = False
    admin.post("/settings/webhooks", data=form(f"https://127.0.0.1:{receiver.port}/"))
    answer = admin.post("/settings/webhooks/1/test", follow_redirects=True)
    assert "leads into a private network" in answer.text
    assert receiver.received == []
    assert sent(store)[0].problem == "address"


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"name": ""}, "Write what the webhook is for."),
        ({"name": "a\x00"}, "without control characters"),
        ({"url": ""}, "Write its address."),
        ({"url": "http://desk.example/"}, "Write an address that begins with https://"),
        ({"url": "javascript:alert(1)"}, "Write an address that begins with https://"),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["everything"]}, "Choose of what is offered only"),
    ],
)
def test_what_makes_no_webhook_is_said_and_stays_typed(
    app: Flask, admin: FlaskClient, store: Engine, changes: dict[str, object], flaw: str
) -> None:
    app.config["WEBHOOKS_TO_LOOPBACK"] = False
    answer = admin.post("/settings/webhooks", data=form(**changes))
    assert answer.status_code == 422
    assert flaw in answer.text
    with database.reading(store) as session:
        assert session.scalars(select(Webhook)).all() == []


def test_a_webhook_is_switched_off_and_on_once_each(admin: FlaskClient, store: Engine) -> None:
    admin.post("/settings/webhooks", data=form())
    for verb in ("disable", "disable", "enable", "enable"):
        assert admin.post(f"/settings/webhooks/1/{verb}").status_code == 303
        page = admin.get("/settings/webhooks/1").text
        assert ("It is off." in page) == (verb == "disable")
    with database.reading(store) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["webhook.create", "webhook.disable", "webhook.enable"]


def test_what_is_not_there_is_a_404(admin: FlaskClient) -> None:
    admin.post("/settings/webhooks", data=form())
    for address in ("1/deliveries/9/again", "9/test", "9/disable", "9/enable"):
        assert admin.post(f"/settings/webhooks/{address}").status_code == 404
    assert admin.get("/settings/webhooks/9").status_code == 404
    assert admin.get("/settings/webhooks/99999999999999999999").status_code == 404


def test_hostile_words_are_shown_as_text(admin: FlaskClient) -> None:
    for page in (
        admin.post("/settings/webhooks", data=form(name=HOSTILE)).text,
        admin.get("/settings/webhooks").text,
        admin.get("/settings/webhooks/1").text,
    ):
        assert "&lt;/script&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in page
        assert HOSTILE not in page


def test_queries_do_not_grow_with_webhooks_or_messages(
    admin: FlaskClient, store: Engine, receiver: Receiver
) -> None:
    admin.get("/settings/webhooks")
    counts = []
    for _ in range(3):
        admin.post("/settings/webhooks", data=form(receiver.url))
        admin.post("/settings/webhooks/1/test")
        admin.get("/settings/webhooks/1")  # shows what was flashed
        pages = ("/settings/webhooks", "/settings/webhooks/1")
        counts.append([asked(store, admin, page) for page in pages])
    assert counts[0] == counts[1] == counts[2]


def test_the_log_goes_on_page_by_page(admin: FlaskClient, store: Engine, receiver: Receiver) -> None:
    admin.post("/settings/webhooks", data=form(receiver.url))
    for _ in range(51):
        admin.post("/settings/webhooks/1/test")
    newest = admin.get("/settings/webhooks/1").text
    assert newest.count("/again") == 50
    older = re.search(r'href="(/settings/webhooks/1\?before=\d+)"', newest)
    assert older
    assert admin.get(older[1]).text.count("/again") == 1
