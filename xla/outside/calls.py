"""Calls: one POST to one address, whose name is looked up once; no redirect is followed, little is read."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from xla.outside.addresses import is_outside

SECONDS = 15
MOST_BYTES = 65_536
LONGEST_URL = 2_000
REDIRECTS = range(300, 400)
Problem = Literal["url", "name", "address", "connection", "certificate", "time", "redirect", "large"]
Reach = Literal["outside", "loopback", "anywhere"]
"""Where a call may go: over https to the open internet; also over http, and to this machine (tests); or
anywhere at all, which is for addresses that the operator set."""

Place = tuple[socket.AddressFamily, Any]
"""An address as the socket library writes it."""


class Reply(NamedTuple):
    """What came back: an HTTP status, or why there is none, and the body that was read whole."""

    status: int | None
    problem: Problem | None
    milliseconds: int
    retry_after: str | None = None
    body: bytes = b""


class _Failed(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_address(url: str, *, reach: Reach = "outside") -> bool:
    """Whether a call could go there at all: https (else http too), a host, nobody's password."""
    return _split(url, reach) is not None


def call(url: str, headers: Mapping[str, str], body: bytes, *, reach: Reach = "outside") -> Reply:
    """POST the body once, within 15 seconds from looking the name up to the end of the answer.

    The name is looked up once, every address it has must be within `reach`, and the connection goes to such
    an address whatever the name becomes meanwhile. No redirect is followed, and at most 64 KiB are read.
    """
    began = time.monotonic()
    exchange = _Call(url, headers, body, reach)
    exchange.start()
    exchange.join(SECONDS)
    is_late = exchange.is_alive()
    milliseconds = round(1000 * (time.monotonic() - began))
    if is_late:
        exchange.hang_up()
        return Reply(exchange.status, "time", milliseconds)
    return Reply(exchange.status, exchange.problem, milliseconds, exchange.retry_after, exchange.answer)


class _Call(threading.Thread):
    """One exchange in a thread of its own, so that no slow name or dripping answer holds its caller."""

    def __init__(self, url: str, headers: Mapping[str, str], body: bytes, reach: Reach) -> None:
        super().__init__(daemon=True)
        self.url, self.headers, self.body, self.reach = url, headers, body, reach
        self.status: int | None = None
        self.problem: Problem | None = "connection"
        self.retry_after: str | None = None
        self.answer = b""
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
        target = _split(self.url, self.reach)
        if target is None:
            raise _Failed("url")
        host, port = _place(target)
        line = _connected(_places(host, port, self.reach))
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
        read = answer.read(MOST_BYTES + 1)
        if len(read) > MOST_BYTES:
            raise _Failed("large")
        self.answer = read


def _split(url: str, reach: Reach) -> SplitResult | None:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        target = urlsplit(url)
        is_whole = bool(target.hostname) and target.port != 0
    except ValueError:
        return None
    schemes = {"https"} if reach == "outside" else {"https", "http"}
    is_plain = target.username is None and target.password is None and not target.fragment
    return target if is_whole and is_plain and target.scheme in schemes else None


def _place(target: SplitResult) -> tuple[str, int]:
    return target.hostname or "", target.port or (443 if target.scheme == "https" else 80)


def _named(target: SplitResult) -> str:
    """What the Host header says: the name of the address, with its port where it is not the usual one."""
    return target.netloc


def _places(host: str, port: int, reach: Reach) -> list[Place]:
    """Every address of the name, looked up once; refused as a whole where one of them is out of reach."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Failed("name") from None
    if not all(_is_within(reach, str(place[0])) for *_rest, place in found):
        raise _Failed("address")
    return [(family, place) for family, _type, _protocol, _name, place in found]


def _is_within(reach: Reach, address: str) -> bool:
    return reach == "anywhere" or is_outside(address, loopback=reach == "loopback")


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
