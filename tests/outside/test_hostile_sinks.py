"""Hostile sinks: whatever a server does, one attempt ends in time and says truly whether it was taken."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from outside.sinks import (
    DRIP,
    DRIPS,
    DROP,
    HANG,
    Behaviour,
    Sink,
    answer,
    closed_port,
    endless,
    hang,
    mails,
    sink,
)
from xla.outside import calls, mail, webhooks
from xla.outside.mail import Letter, Sender, SmtpMailbox, Undelivered
from xla.outside.webhooks import Answer, Message, post

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MESSAGE = Message("msg_1", "test", '{"type": "test"}')
SENDER = Sender("Nordfast Service", "no-reply@xla.example", "xla.example")
LETTER = Letter("karin@ekhaga.example", "Hello", "Hello\n", "<p>Hello</p>", "notice 7")
LIMIT = 0.8
"""Seconds an attempt may take here where it is meant to run out of time."""
AT_MOST = 12.0
"""Seconds after which an attempt that ends is too late, on a busy machine."""
PATIENT = 2 * AT_MOST
"""Seconds that are never waited for."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", AT_MOST)


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < AT_MOST


def posted(to: str) -> Answer:
    return post(to, webhooks.new_secret(), MESSAGE, loopback=True, now=NOW)


def asked(behaviour: Behaviour) -> Answer:
    with sink(behaviour) as there:
        return posted(there.url)


OK = b"HTTP/1.1 200 OK\r\n"
METADATA = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/latest/\r\n\r\n"


@pytest.mark.parametrize(
    ("behaviour", "status", "problem"),
    [
        pytest.param(hang, None, "time", id="never says a word"),
        pytest.param(answer(b""), None, "connection", id="hangs up without an answer"),
        pytest.param(answer(b"HTTP/1.1 20"), None, "connection", id="drops inside the status"),
        pytest.param(answer(b"SSH-2.0-OpenSSH\r\n"), None, "connection", id="speaks another tongue"),
        pytest.param(answer(METADATA), 307, "redirect", id="redirects to a private address"),
        pytest.param(endless(b"", b"H" * 9_000), None, "connection", id="an endless status line"),
        pytest.param(endless(b"HTTP/1.1 5", b"0", DRIP), None, "time", id="a dripping status line"),
        pytest.param(endless(OK, b"X-A: b\r\n"), None, "connection", id="endless headers"),
        pytest.param(endless(b"HTTP/1.1 500 No\r\n\r\n", b"x" * 9_000), 500, "large", id="an endless answer"),
        pytest.param(
            endless(b"HTTP/1.1 500 No\r\n\r\n", b"x", DRIP), 500, "time", id="an endless dripping answer"
        ),
    ],
)
def test_a_hostile_receiver_holds_nobody_and_has_taken_nothing(
    behaviour: Behaviour, status: int | None, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if problem == "time":
        monkeypatch.setattr(calls, "SECONDS", LIMIT)
    found = asked(behaviour)
    assert (found.status, found.problem) == (status, problem)
    assert not found.is_taken


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(answer(OK + b"Content-Length: 99\r\n\r\nhalf"), id="drops inside the answer"),
        pytest.param(endless(OK + b"\r\n", b"x" * 9_000), id="an endless answer"),
        pytest.param(endless(OK + b"\r\n", b"x", DRIP), id="a dripping answer"),
    ],
)
def test_what_was_said_yes_to_is_taken_whatever_follows(
    behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "SECONDS", LIMIT)
    found = asked(behaviour)
    assert (found.status, found.is_taken) == (200, True)


def test_who_refuses_the_connection_has_taken_nothing() -> None:
    assert posted(f"http://127.0.0.1:{closed_port()}/").problem == "connection"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 15 Jun 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 15 Jun 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(seconds=999_999_999)),
        ("soon", None),
        ("-5", None),
        ("Mon, 15 Jun 2026 12:05:00", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_from_the_answer(header: str, wait: timedelta | None) -> None:
    text = f"HTTP/1.1 429 Slow down\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n"
    found = asked(answer(text.encode()))
    assert (found.status, found.retry_after) == (429, wait)


# --- over SMTP ---------------------------------------------------------------------------------------------


def mailed(server: Sink, timeout: float = 0.2, seconds: float = LIMIT) -> None:
    SmtpMailbox(server.smtp, timeout=timeout, seconds=seconds).send(LETTER, SENDER, NOW)


@pytest.mark.parametrize(
    "rude",
    [
        pytest.param({"connect": HANG}, id="hangs at the connection"),
        pytest.param({"EHLO": HANG}, id="hangs at the greeting"),
        pytest.param({"MAIL": HANG}, id="hangs at the sender"),
        pytest.param({"DATA": HANG}, id="hangs at the text"),
        pytest.param({"end": HANG}, id="hangs at the text's end"),
        pytest.param({"connect": DRIPS}, id="drips its greeting"),
        pytest.param({"end": DRIPS}, id="drips its answer"),
        pytest.param({"connect": DROP}, id="hangs up at once"),
        pytest.param({"DATA": DROP}, id="hangs up at the text"),
        pytest.param({"end": DROP}, id="hangs up at the text's end"),
        pytest.param({"RCPT": b"550 nobody\r\n"}, id="refuses the recipient"),
        pytest.param({"RCPT": b"450 later\r\n"}, id="refuses the recipient for now"),
        pytest.param({"end": b"554 no\r\n"}, id="refuses the text"),
        pytest.param({"connect": b"554 no\r\n"}, id="refuses everybody"),
        pytest.param({"EHLO": b"250-" + b"x" * 9_000 + b"\r\n"}, id="never ends its greeting"),
    ],
)
def test_a_hostile_mail_server_holds_nobody(rude: dict[str, bytes]) -> None:
    with sink(mails(**rude)) as server, pytest.raises(Undelivered):
        mailed(server)


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "end"])
def test_answers_that_never_end_have_all_together_the_time_of_one_mail(verb: str) -> None:
    with (
        sink(mails(**{verb: DRIPS})) as server,
        pytest.raises(Undelivered, match=r"longer than 0\.8 seconds"),
    ):
        mailed(server, timeout=30)


@pytest.mark.parametrize(
    "rude",
    [
        pytest.param({"end": b"250 taken\r\n" + DROP}, id="drops after its 250"),
        pytest.param({"QUIT": HANG}, id="hangs at the goodbye"),
        pytest.param({"QUIT": b"500 what?\r\n"}, id="refuses the goodbye"),
    ],
)
def test_after_its_250_a_mail_is_sent_whatever_the_server_does(rude: dict[str, bytes]) -> None:
    with sink(mails(**rude)) as server:
        mailed(server, timeout=PATIENT, seconds=PATIENT)
        assert len(server.said) == 1


def test_a_server_that_drops_instead_of_its_250_gets_the_same_mail_again() -> None:
    with sink(mails(end=DROP)) as server:
        with pytest.raises(Undelivered):
            mailed(server, timeout=PATIENT, seconds=PATIENT)
        first = server.said[0]
    with sink(mails()) as server:
        mailed(server, timeout=PATIENT, seconds=PATIENT)
        (again,) = server.said
    name = mail.message_id(LETTER.key, SENDER.host).encode()
    assert name in first
    assert name in again


def test_a_server_that_refuses_to_encrypt_gets_nothing() -> None:
    offers = b"250-sink\r\n250 STARTTLS\r\n"
    for reply in (b"454 not now\r\n", b"220 go on\r\n" + DROP, HANG):
        with sink(mails(EHLO=offers, STARTTLS=reply)) as server:
            url = server.smtp.replace("smtp://", "smtp+tls://")
            with pytest.raises(Undelivered):
                SmtpMailbox(url, timeout=0.2, seconds=LIMIT).send(LETTER, SENDER, NOW)
            assert server.said == []
