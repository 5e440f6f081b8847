"""A webhook's message: signed, sent once to a checked address, and what came back."""

import base64
import hashlib
import hmac
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from outside.receiver import Receiver, receiving
from xla.outside import calls
from xla.outside.webhooks import Answer, Message, is_address, new_secret, post, signature

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MESSAGE = Message("msg_1", "test", '{"type": "test", "data": {"name": "Händelse"}}')
SECRET = new_secret()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def sent(url: str) -> Answer:
    return post(url, SECRET, MESSAGE, loopback=True, now=NOW)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name resolves to these addresses; which were asked for is told."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(calls.socket, "getaddrinfo", getaddrinfo)
    return asked


def test_the_signature_is_the_standards_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "test", '{"test": 2432232314}')
    assert signature(secret, message, 1614265330) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_arrives_signed_and_whole(receiver: Receiver) -> None:
    answer = sent(receiver.url + "?a=1")
    assert (answer.status, answer.problem) == (204, None)
    (received,) = receiver.received
    assert received.path == "/in?a=1"
    assert received.body.decode() == MESSAGE.body
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["webhook-timestamp"] == "1777593600"
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = b"msg_1.1777593600." + received.body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert received.headers["webhook-signature"] == f"v1,{expected}"


def test_an_answer_of_any_status_is_an_answer(receiver: Receiver) -> None:
    receiver.status, receiver.body = 500, b"broken"
    assert sent(receiver.url)[:2] == (500, None)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    assert sent(receiver.url)[:2] == (302, "redirect")
    assert len(receiver.received) == 1


def test_an_answer_larger_than_64_kilobytes_is_not_read_on(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 65_537
    assert sent(receiver.url)[:2] == (200, "large")
    receiver.body = b"x" * 65_536
    assert sent(receiver.url)[:2] == (200, None)


def test_a_dripping_answer_is_hung_up_on(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.3)
    receiver.drips = True
    answer = sent(receiver.url)
    assert answer.problem == "time"
    assert 250 <= answer.milliseconds < 2_000


def test_without_leave_nothing_goes_to_this_machine(receiver: Receiver) -> None:
    https = f"https://127.0.0.1:{receiver.port}/in"
    assert post(https, SECRET, MESSAGE, now=NOW)[:2] == (None, "address")
    assert post(receiver.url, SECRET, MESSAGE, now=NOW)[:2] == (None, "url")
    assert receiver.received == []


def test_a_name_with_one_address_of_our_network_is_refused_as_a_whole(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "127.0.0.1", "10.0.0.1")
    assert sent(f"http://desk.example:{receiver.port}/")[:2] == (None, "address")
    assert receiver.received == []


def test_a_name_is_looked_up_once_and_its_address_is_the_one_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, "127.0.0.1")
    assert sent(f"http://desk.example:{receiver.port}/in")[:2] == (204, None)
    assert asked == ["desk.example"]
    assert receiver.received[0].headers["Host"] == f"desk.example:{receiver.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
    assert sent(f"http://desk.example:{receiver.port}/in")[:2] == (204, None)


def test_over_tls_the_certificate_must_be_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    class Context:
        def wrap_socket(self, line: socket.socket, *, server_hostname: str, **_options: Any) -> socket.socket:
            named.append(server_hostname)
            line.close()
            raise ssl.SSLCertVerificationError

    monkeypatch.setattr(calls.ssl, "create_default_context", Context)
    with receiving() as receiver:
        resolving(monkeypatch, "127.0.0.1")
        assert sent(f"https://desk.example:{receiver.port}/in")[:2] == (None, "certificate")
    assert named == ["desk.example"]


def test_what_does_not_speak_tls_is_a_broken_connection(receiver: Receiver) -> None:
    assert sent(f"https://127.0.0.1:{receiver.port}/in")[:2] == (None, "connection")


def test_where_nobody_listens_there_is_no_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert sent(f"http://127.0.0.1:{taken.getsockname()[1]}/")[:2] == (None, "connection")


def test_a_name_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: Any, **_options: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(calls.socket, "getaddrinfo", unknown)
    assert sent("https://nowhere.example/")[:2] == (None, "name")


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example/",
        "ftp://desk.example/",
        "https:///in",
        "https://",
        "desk.example",
        "https://user:secret@desk.example/",
        "https://user@desk.example/",
        "https://desk.example/#part",
        "https://desk.example:99999/",
        "https://desk.example:0/",
        "https://desk.example:x/",
        "https://[::1/",
        "https://desk.example/a b",
        "https://desk.example/\r\nHost: x",
        "https://dësk.example/",
        "https://desk.example/" + "a" * 2_000,
        "",
    ],
)
def test_what_is_no_address_for_messages_is_refused(url: str) -> None:
    assert not is_address(url)


@pytest.mark.parametrize(
    "url", ["https://desk.example", "https://desk.example:8443/in?a=1", "https://[2606:4700::1111]/"]
)
def test_an_https_address_is_taken(url: str) -> None:
    assert is_address(url)
