"""Webhooks: made with a secret shown once, tried, switched off, and what was sent is logged."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import make
from outside.receiver import Receiver, receiving
from web.conftest import BrowserOf
from web.counting import asked
from xla import database
from xla.core.work import Kind
from xla.models import AuditEntry, Delivery, Notice, Telling, Webhook
from xla.services import notices, work
from xla.services.agreements import contract_of
from xla.services.work import Wanted

NOW = make.NOW
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
    kept = {"name": "Service desk", "kind": "signed", "language": "en", "contract": ""}
    return {**kept, "url": url, "events": ["breach_opened", "report_issued"], **changes}


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
        ({"kind": "carrier pigeon"}, "Choose one of what is offered."),
        ({"language": "la"}, "Choose one of what is offered."),
        ({"contract": "nowhere"}, "Choose one of what is offered."),
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


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channels_address_is_shown_once_and_then_only_shortened(
    admin: FlaskClient, store: Engine, receiver: Receiver, kind: str
) -> None:
    url = f"{receiver.url}/T012/B345/secretsecretabcd"
    answer = admin.post("/settings/webhooks", data=form(url, kind=kind, language="sv"))
    assert answer.status_code == 201
    assert "whsec_" not in answer.text
    for address in ("/settings/webhooks", "/settings/webhooks/1", "/audit"):
        page = admin.get(address).text
        assert "secretsecret" not in page
        assert "http://127.0.0.1/…abcd" in page
    admin.post("/settings/webhooks/1/test")
    (received,) = receiver.received
    assert received.path == "/in/T012/B345/secretsecretabcd"
    assert "webhook-signature" not in received.headers
    assert "http://127.0.0.1:8000/settings/webhooks/1" in received.body.decode()
    assert sent(store)[0].status == 204


@pytest.fixture
def missing(admin: FlaskClient, store: Engine, receiver: Receiver) -> int:
    """A notice of a silent kiosk that was given up, and one that waits; the id of the former."""
    admin.post("/settings/webhooks", data=form(receiver.url, events=["kiosk_silent"], contract="harbour"))
    with database.transaction(store) as session:
        contract = contract_of(session, "harbour")
        tellings = []
        for number in (1, 2):
            document = {"kiosk": number, "name": HOSTILE, "seen_at": "2026-06-01T08:00:00+00:00"}
            event = ("kiosk_silent", f"harbour/{HOSTILE}/{number}")
            notices.write(session, contract.id, event=event, document=document, now=NOW)
            notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
            assert notice is not None
            tellings.append(
                Telling(notice_id=notice.id, webhook_id=1, message_id=f"msg_{number}", created_at=NOW)
            )
        session.add_all(tellings)
        session.flush()
        waits = Wanted(Kind.SEND, f"telling/{tellings[1].id}", NOW + timedelta(hours=3))
        work.put(session, [waits], NOW)
        tellings[0].problem, tellings[0].given_up_at = "500", NOW
        return tellings[0].id


@pytest.mark.usefixtures("harbour")
def test_what_has_not_arrived_stands_with_its_reason_and_next_attempt(
    admin: FlaskClient, missing: int
) -> None:
    page = admin.get("/settings/webhooks/1").text
    assert missing
    assert "It answered 500." in page
    assert "None: given up" in page
    assert "It was not tried yet." in page
    assert "15:00" in page
    assert HOSTILE not in page


@pytest.mark.usefixtures("harbour")
def test_what_was_given_up_is_sent_again_under_its_id(
    admin: FlaskClient, store: Engine, missing: int, receiver: Receiver
) -> None:
    receiver.status = 500
    for status in (500, 204):
        receiver.status = status
        answer = admin.post(f"/settings/webhooks/1/notices/{missing}/again", follow_redirects=True)
        assert f"The address answered {status}." in answer.text
    first, again = receiver.received
    assert first.headers["webhook-id"] == again.headers["webhook-id"] == "msg_1"
    assert first.body == again.body
    with database.reading(store) as session:
        telling = session.get_one(Telling, missing)
        assert (telling.given_up_at, telling.problem) == (None, None)
        assert telling.sent_at is not None
    page = admin.get("/settings/webhooks/1").text
    assert "None: given up" not in page
    assert "It was not tried yet." in page


def test_a_webhook_that_fails_is_marked(admin: FlaskClient, store: Engine) -> None:
    admin.post("/settings/webhooks", data=form())
    with database.transaction(store) as session:
        session.scalars(select(Webhook)).one().failing_since = NOW
    assert "Fails" in admin.get("/settings/webhooks").text
    assert "It has taken nothing since" in admin.get("/settings/webhooks/1").text


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
    for address in (
        "1/deliveries/9/again",
        "1/notices/9/again",
        "9/notices/9/again",
        "9/test",
        "9/disable",
        "9/enable",
    ):
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
