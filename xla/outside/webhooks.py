"""Webhooks: one message to one address, once, and what came back; signed (Standard Webhooks 1.0) or not."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from xla.outside import calls
from xla.outside.calls import Problem

SECRET = "whsec_"  # noqa: S105 -- what every secret begins with
TAKEN = range(200, 300)
GONE = 410
"""By the standard: nothing is wanted there any more."""


class Message(NamedTuple):
    """What is sent: the same again has the same id."""

    id: str
    event: str
    body: str


class Answer(NamedTuple):
    """How it went: an HTTP status, or why there is none."""

    status: int | None
    problem: Problem | None
    milliseconds: int
    retry_after: timedelta | None = None
    """How long the receiver asks to be left alone (RFC 9110, section 10.2.3)."""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took the message: said so, whatever it said or failed to say afterwards."""
        return self.status in TAKEN


def new_secret() -> str:
    """What a webhook's messages are signed with: 32 random bytes, as the standard writes them."""
    return SECRET + base64.b64encode(secrets.token_bytes(32)).decode()


def new_id() -> str:
    """A message's id."""
    return f"msg_{secrets.token_urlsafe(18)}"


def signature(secret: str, message: Message, timestamp: int) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 of id, seconds since 1970 and body."""
    key = base64.b64decode(secret.removeprefix(SECRET))
    signed = f"{message.id}.{timestamp}.{message.body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def shortened(url: str) -> str:
    """An address that is a secret itself, as pages show it: its host and its last four characters."""
    target = urlsplit(url)
    return f"{target.scheme}://{target.hostname}/…{url[-4:]}"


def is_address(url: str, *, loopback: bool = False) -> bool:
    """Whether a message could be sent there at all: https, a host, nobody's password.

    With `loopback`, which is for tests alone, also http.
    """
    return calls.is_address(url, reach="loopback" if loopback else "outside")


def post(url: str, secret: str, message: Message, *, loopback: bool = False, now: datetime) -> Answer:
    """Send the message once, to an address on the open internet (`outside/calls.py`).

    Without a secret it is not signed: what a chat's incoming webhook takes, whose address is the secret.
    With `loopback`, which is for tests alone, also to this machine, and over http.
    """
    headers, body = _headers(secret, message, now), message.body.encode()
    reply = calls.call(url, headers, body, reach="loopback" if loopback else "outside")
    return Answer(reply.status, reply.problem, reply.milliseconds, _wait(reply.retry_after, now))


def _headers(secret: str, message: Message, now: datetime) -> dict[str, str]:
    plain = {"Content-Type": "application/json", "User-Agent": "XLA-monitor"}
    if not secret:
        return plain
    timestamp = int(now.timestamp())
    return plain | {
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp),
    }


def _wait(text: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After asks for: seconds, or until a date."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (TypeError, ValueError):  # no date, or one without a zone
        return None
