"""Mail over a real SMTP server on this machine: taken whole, or refused with the reason, within the time."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.handlers import Message

from listening import taking_mail
from xla.outside import mail
from xla.outside.mail import Letter, ListMailbox, RecipientRefused, Sender, SmtpMailbox, Undelivered

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SENDER = Sender("Nordfast Service", "no-reply@xla.example", "xla.example")
LETTER = Letter(
    "karin@ekhaga.example", "Välkommen, Karin", "Hej Karin ✓\n", "<p>Hej <b>Karin</b></p>", "invitation 7"
)


class Inbox(Message):
    """Keeps what the server takes, and refuses one recipient."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.taken: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        self.taken.append(message)

    async def handle_RCPT(  # noqa: N802 -- the library calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("refused@"):
            return "550 no such person here"
        if address.startswith("full@"):
            return "452 the mailbox is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[str]:
    with taking_mail(inbox) as url:
        yield url


@pytest.fixture
def hanging() -> Iterator[str]:
    """A server that takes the connection and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def dropping() -> Iterator[str]:
    """A server that greets and hangs up."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 hello\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def test_a_letter_arrives_as_text_and_html(server: str, inbox: Inbox) -> None:
    SmtpMailbox(server).send(LETTER, SENDER, NOW)
    (taken,) = inbox.taken
    assert taken["To"] == "karin@ekhaga.example"
    assert taken["From"] == "Nordfast Service <no-reply@xla.example>"
    assert str(mail.message(LETTER, SENDER, NOW)["Subject"]) == "Välkommen, Karin"
    parts = [part.get_content_type() for part in taken.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    text = next(part for part in taken.walk() if part.get_content_type() == "text/plain")
    assert text.get_payload(decode=True).decode() == "Hej Karin ✓\n".replace("\n", "\r\n")


def test_a_server_is_greeted_without_a_letter(server: str, inbox: Inbox) -> None:
    SmtpMailbox(server).greet()
    assert inbox.taken == []


def test_a_server_that_says_nothing_greets_nobody(hanging: str) -> None:
    with pytest.raises(Undelivered, match="timed out"):
        SmtpMailbox(hanging, timeout=0.2).greet()


def test_the_same_letter_has_the_same_id_and_another_one_another() -> None:
    first, again = (mail.message(LETTER, SENDER, NOW)["Message-ID"] for _ in range(2))
    assert first == again
    assert first.endswith("@xla.example>")
    assert mail.message_id("invitation 8", "xla.example") != first


@pytest.mark.parametrize(
    "letter",
    [
        Letter("karin@ekhaga.example\r\nBcc: all@ekhaga.example", "Hello", "", "", "key"),
        Letter("karin@ekhaga.example", "Hello\nBcc: all@ekhaga.example", "", "", "key"),
        Letter("karin@ekhaga.example", "Hello\rX-Evil: 1", "", "", "key"),
        Letter("karin@ekhaga.example", "Hello\x00", "", "", "key"),
    ],
)
def test_a_line_break_in_the_head_is_refused(letter: Letter) -> None:
    with pytest.raises(ValueError, match="line breaks"):
        mail.message(letter, SENDER, NOW)


def test_a_line_break_in_the_senders_name_is_refused() -> None:
    with pytest.raises(ValueError, match="line breaks"):
        mail.message(LETTER, Sender("a\nb", "x@y.example", "y"), NOW)


def test_a_refused_recipient_is_told(server: str) -> None:
    refused = Letter("refused@ekhaga.example", "Hello", "x", "x", "key")
    with pytest.raises(RecipientRefused, match="the server refuses the recipient"):
        SmtpMailbox(server).send(refused, SENDER, NOW)


def test_a_recipient_who_is_refused_for_now_may_be_tried_again(server: str) -> None:
    with pytest.raises(Undelivered) as failed:
        SmtpMailbox(server).send(replace(LETTER, to="full@ekhaga.example"), SENDER, NOW)
    assert failed.type is Undelivered


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (smtplib.SMTPDataError(554, b"no such user"), RecipientRefused),
        (smtplib.SMTPDataError(451, b"later"), Undelivered),
        (smtplib.SMTPSenderRefused(550, b"not you", "no-reply@xla.example"), Undelivered),
        (smtplib.SMTPAuthenticationError(535, b"no"), Undelivered),
    ],
)
def test_only_what_is_refused_of_the_recipient_is_refused_for_good(
    server: str, monkeypatch: pytest.MonkeyPatch, refusal: Exception, kind: type[Exception]
) -> None:
    def refuse(*_args: object, **_told: object) -> None:
        raise refusal

    monkeypatch.setattr(smtplib.SMTP, "send_message", refuse)
    with pytest.raises(Undelivered) as failed:
        SmtpMailbox(server).send(LETTER, SENDER, NOW)
    assert failed.type is kind


def test_a_server_that_hangs_is_given_up(hanging: str) -> None:
    with pytest.raises(Undelivered, match="timed out"):
        SmtpMailbox(hanging, timeout=0.2).send(LETTER, SENDER, NOW)


def test_a_server_that_hangs_up_is_told(dropping: str) -> None:
    with pytest.raises(Undelivered):
        SmtpMailbox(dropping, timeout=2).send(LETTER, SENDER, NOW)


def test_no_server_at_all_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Undelivered, match="refused"):
        SmtpMailbox(f"smtp://127.0.0.1:{port}").send(LETTER, SENDER, NOW)


def test_without_encryption_where_it_is_asked_for_nothing_is_sent(server: str, inbox: Inbox) -> None:
    with pytest.raises(Undelivered, match="STARTTLS"):
        SmtpMailbox(server.replace("smtp://", "smtp+tls://")).send(LETTER, SENDER, NOW)
    assert inbox.taken == []


def test_a_password_is_not_given_to_a_server_that_does_not_ask(server: str, inbox: Inbox) -> None:
    url = server.replace("smtp://", "smtp://user:p%40ss@")
    with pytest.raises(Undelivered) as failed:
        SmtpMailbox(url).send(LETTER, SENDER, NOW)
    assert "p@ss" not in str(failed.value)
    assert inbox.taken == []


@pytest.mark.parametrize("url", ["http://mail.internal", "smtp://", "mail.internal", "smtp:mail"])
def test_another_address_is_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match="XLA_SMTP_URL is smtp://"):
        mail.mailbox(url)


def test_without_an_address_there_is_no_mailbox() -> None:
    assert mail.mailbox("") is None
    assert isinstance(mail.mailbox("smtps://mail.internal"), SmtpMailbox)


def test_a_list_stands_in_for_the_server() -> None:
    box = ListMailbox()
    box.send(LETTER, SENDER, NOW)
    assert [each["To"] for each in box] == ["karin@ekhaga.example"]


@pytest.mark.parametrize(
    "link", ["https://xla.example/i/1\r\nBcc: all@xla.example", "https://xla.example/\n"]
)
def test_a_line_break_in_the_link_to_unsubscribe_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="line breaks"):
        mail.message(replace(LETTER, unsubscribe=link), SENDER, NOW)
