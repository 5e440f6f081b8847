"""Mail: hands letters to an SMTP server; a list-like box stands in for it in tests."""

import hashlib
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from xla.outside.smtp import PORTS, Handover

TIMEOUT = 15
"""Seconds the server may take to answer a line."""
SECONDS = 45
"""Seconds all of it may take, from looking its name up to its last answer."""
LONGEST_NAME = 120
FOR_GOOD = 500
"""SMTP's codes from here on are refusals for good (RFC 5321, 4.2.1)."""


class Undelivered(Exception):
    """The mail was not taken; the sentence says why, without address or password."""


class RecipientRefused(Undelivered):
    """The server will never take a mail to this address."""


@dataclass(frozen=True)
class Letter:
    """What one person is to read.

    `key` names what it tells of: the same key gives the same Message-ID, so that a letter sent twice is one.
    """

    to: str
    subject: str
    text: str
    html: str
    key: str
    unsubscribe: str = ""
    """Where mail programs ask for no more mails, with one POST (RFC 8058); '' where none are wanted."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """PNGs the HTML shows as `cid:` and their name."""
    attached: Mapping[str, bytes] = field(default_factory=dict)
    """PDFs that come with it, by the name of their file."""
    message_id: str = ""
    """The id it goes out under, where that was written down; '' for the one its key gives."""


@dataclass(frozen=True)
class Sender:
    """Whom letters come from, and the host that stands behind their ids."""

    name: str
    email: str
    host: str


class Mailbox(Protocol):
    """Takes letters."""

    def send(self, letter: Letter, sender: Sender, now: datetime) -> None:
        """Hand a letter over. Raises `Undelivered`."""


class ListMailbox(list[EmailMessage]):
    """Keeps what it is handed."""

    def send(self, letter: Letter, sender: Sender, now: datetime) -> None:
        """Keep it as it would be sent."""
        self.append(message(letter, sender, now))


class SmtpMailbox:
    """An SMTP server: `smtp://`, `smtp+tls://` (STARTTLS, or nothing), `smtps://`, with user and password."""

    def __init__(self, url: str, timeout: float = TIMEOUT, seconds: float = SECONDS) -> None:
        self._url = _parsed(url)
        self._timeout, self._seconds = timeout, seconds

    def send(self, letter: Letter, sender: Sender, now: datetime) -> None:
        """Hand it over, over a connection of its own."""
        told = message(letter, sender, now)
        try:
            Handover(self._url, told, letter.to, timeout=self._timeout).within(self._seconds)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            kind = RecipientRefused if _is_for_good(error) else Undelivered
            raise kind(_reason(error)) from error

    def greet(self) -> None:
        """Connect, encrypt and sign in as for a letter, and send none. Raises `Undelivered`."""
        try:
            Handover(self._url, timeout=self._timeout).within(self._seconds)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Undelivered(_reason(error)) from error


def mailbox(url: str) -> Mailbox | None:
    """The mailbox of an `XLA_SMTP_URL`; None where none is set. Raises ValueError for any other address."""
    return SmtpMailbox(url) if url else None


def message(letter: Letter, sender: Sender, now: datetime) -> EmailMessage:
    """The letter as it goes over the wire. Raises ValueError where a line break is in its head."""
    for line in (letter.to, letter.subject, letter.unsubscribe, sender.name, sender.email):
        if not line.isprintable():
            raise ValueError(f"a mail's head takes no line breaks: {line!r}")
    told = EmailMessage(policy=SMTP)
    told["From"] = Address(sender.name[:LONGEST_NAME], addr_spec=sender.email)
    told["To"] = Address(addr_spec=letter.to)
    told["Subject"] = letter.subject
    told["Date"] = format_datetime(now)
    told["Message-ID"] = letter.message_id or message_id(letter.key, sender.host)
    told["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        told["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        told["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told.set_content(letter.text)
    told.add_alternative(letter.html, subtype="html")
    html = told.get_body(("html",))
    assert html is not None  # noqa: S101  # the alternative just added
    for name, png in letter.pictures.items():
        html.add_related(png, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")
    for name, pdf in letter.attached.items():
        told.add_attachment(pdf, "application", "pdf", filename=name)
    return told


def message_id(key: str, host: str) -> str:
    """The id of the letter about `key`, the same each time."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"


def _parsed(url: str) -> SplitResult:
    parsed = urlsplit(url)
    if parsed.scheme not in PORTS or not parsed.hostname:
        raise ValueError("XLA_SMTP_URL is smtp://, smtp+tls:// or smtps://, then user:password@ and the host")
    return parsed


def _is_for_good(error: Exception) -> bool:
    """Whether the server refuses the recipient, or the mail to them, with a code of 500 and more.

    What it refuses of the sender, or of our password, is put right in the settings; the mail can wait.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= FOR_GOOD


def _reason(error: Exception) -> str:
    """What went wrong, in the server's or the system's words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the server refuses the recipient"
    if isinstance(error, smtplib.SMTPResponseException):
        said = (
            error.smtp_error.decode("utf-8", "replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return f"the server says {error.smtp_code} {said}"
    return str(error) or type(error).__name__
