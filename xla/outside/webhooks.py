"""Webhooks: one message to one address, once, and what came back; signed (Standard Webhooks 1.0) or not."""

import base64
import hashlib
import hmac
import http.client
import secrets
import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from xla.outside.addresses import is_outside

SECONDS = 15
MOST_BYTES = 65_536
LONGEST_URL = 2_000
SECRET = "whsec_"  # noqa: S105 -- what every secret begins with
TAKEN = range(200, 300)
REDIRECTS = range(300, 400)
GONE = 410
"""By the standard: nothing is wanted there any more."""
Problem = Literal["url", "name", "address", "connection", "certificate", "time", "redirect", "large"]

Place = tuple[socket.AddressFamily, Any]
"""An address as the socket library writes it."""


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


class _Failed(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


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
    return _split(url, loopback=loopback) is not None


def post(url: str, secret: str, message: Message, *, loopback: bool = False, now: datetime) -> Answer:
    """Send the message once, within 15 seconds from looking the name up to the end of the answer.

    Without a secret it is not signed: what a chat's incoming webhook takes, whose address is the secret.

    The name is looked up once, every address it has must be an outside one, and the connection goes to such
    an address whatever the name becomes meanwhile. No redirect is followed, and at most 64 KiB are read.
    """
    began = time.monotonic()
    headers = _headers(secret, message, now)
    call = _Call(url, headers, message.body.encode(), loopback=loopback)
    call.start()
    call.join(SECONDS)
    is_late = call.is_alive()
    milliseconds = round(1000 * (time.monotonic() - began))
    if is_late:
        call.hang_up()
        return Answer(call.status, "time", milliseconds)
    return Answer(call.status, call.problem, milliseconds, _wait(call.retry_after, now))


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


class _Call(threading.Thread):
    """One exchange in a thread of its own, so that no slow name or dripping answer holds its caller."""

    def __init__(self, url: str, headers: dict[str, str], body: bytes, *, loopback: bool) -> None:
        super().__init__(daemon=True)
        self.url, self.headers, self.body, self.loopback = url, headers, body, loopback
        self.status: int | None = None
        self.problem: Problem | None = "connection"
        self.retry_after: str | None = None
        self.socket: socket.socket | None = None
        self.is_over = False

    def run(self) -> None:
        """Send, and note how it went."""
        try:
            self._exchange()
            self.problem = None
        except _Failed as failed:
            self.problem = failed.problem
        except ssl.SSLCertVerificationError:
            self.problem = "certificate"
        except TimeoutError:
            self.problem = "time"
        except (OSError, http.client.HTTPException):
            return

    def hang_up(self) -> None:
        """End an exchange that takes too long."""
        self.is_over = True
        if self.socket is not None:
            with suppress(OSError):  # it may have ended by itself
                self.socket.shutdown(socket.SHUT_RDWR)

    def _exchange(self) -> None:
        target = _split(self.url, loopback=self.loopback)
        if target is None:
            raise _Failed("url")
        host, port = _place(target)
        line = _connected(_places(host, port, loopback=self.loopback))
        if target.scheme == "https":
            line = ssl.create_default_context().wrap_socket(
                line, server_hostname=host, do_handshake_on_connect=False
            )
        self.socket = line
        with line:
            if self.is_over:  # the name took longer than all of it may
                return
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            self._ask(line, target)

    def _ask(self, line: socket.socket, target: SplitResult) -> None:
        # The connection is ours and pinned; the library only writes the request and reads the answer.
        connection = http.client.HTTPConnection(*_place(target))
        connection.sock = line
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        connection.request("POST", path, self.body, {**self.headers, "Host": _named(target)})
        answer = connection.getresponse()
        self.status, self.retry_after = answer.status, answer.getheader("Retry-After")
        if answer.status in REDIRECTS:
            raise _Failed("redirect")
        if len(answer.read(MOST_BYTES + 1)) > MOST_BYTES:
            raise _Failed("large")


def _split(url: str, *, loopback: bool) -> SplitResult | None:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        target = urlsplit(url)
        is_whole = bool(target.hostname) and target.port != 0
    except ValueError:
        return None
    schemes = {"https", "http"} if loopback else {"https"}
    is_plain = target.username is None and target.password is None and not target.fragment
    return target if is_whole and is_plain and target.scheme in schemes else None


def _place(target: SplitResult) -> tuple[str, int]:
    return target.hostname or "", target.port or (443 if target.scheme == "https" else 80)


def _named(target: SplitResult) -> str:
    """What the Host header says: the name of the address, with its port where it is not the usual one."""
    return target.netloc


def _places(host: str, port: int, *, loopback: bool) -> list[Place]:
    """Every address of the name, looked up once; refused as a whole where one of them is not outside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Failed("name") from None
    if not all(is_outside(str(place[0]), loopback=loopback) for *_rest, place in found):
        raise _Failed("address")
    return [(family, place) for family, _type, _protocol, _name, place in found]


def _connected(places: list[Place]) -> socket.socket:
    """A connection to the first of the addresses that takes one."""
    for family, place in places:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(SECONDS / len(places))
        try:
            line.connect(place)
        except OSError:
            line.close()
        else:
            return line
    raise _Failed("connection")
