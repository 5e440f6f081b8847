"""Load: many connections that each wait for an answer before the next request; one process, no threads."""

import secrets
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

READ = 1 << 16
MOVES_AFTER = 400
"""Requests from one address; from one network no more than a thousand ratings are taken within minutes."""
Address = tuple[str, int]


@dataclass
class Loaded:
    """What came back."""

    seconds: float
    """From the first request to the last answer."""
    waited: list[float] = field(default_factory=list)
    """Seconds from each request to its answer, sorted."""
    codes: dict[int, int] = field(default_factory=dict)
    """Status -> how many answers."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waited) / self.seconds

    def percentile(self, percent: float) -> float:
        """Seconds within which that share was answered."""
        return self.waited[min(int(len(self.waited) * percent / 100), len(self.waited) - 1)]


def load(
    address: Address,
    requests: Iterator[bytes],
    *,
    connections: int,
    answered: Callable[[bytes, int], None] = lambda _request, _code: None,
) -> Loaded:
    """Send them all over so many connections; `answered` is told of each request and its status."""
    loaded = Loaded(0)
    start = time.perf_counter()
    with selectors.DefaultSelector() as poll:
        some = [_Connection(address, requests, poll) for _ in range(connections)]
        try:
            _exchange(some, poll, loaded, answered)
        finally:
            for connection in some:
                connection.close()
    loaded.seconds = time.perf_counter() - start
    loaded.waited.sort()
    return loaded


def _exchange(
    connections: list["_Connection"],
    poll: selectors.BaseSelector,
    loaded: Loaded,
    answered: Callable[[bytes, int], None],
) -> None:
    for connection in connections:
        connection.next()
    while poll.get_map():
        for key, _ in poll.select():
            connection: _Connection = key.data
            code = connection.read()
            if code is None:
                continue
            loaded.waited.append(time.perf_counter() - connection.sent_at)
            loaded.codes[code] = loaded.codes.get(code, 0) + 1
            answered(connection.request, code)
            connection.next()


class _Connection:
    def __init__(self, address: Address, requests: Iterator[bytes], poll: selectors.BaseSelector) -> None:
        self.address, self.requests, self.poll = address, requests, poll
        self.request = self.got = b""
        self.sent_at = 0.0
        self.count = 0
        self.socket: socket.socket | None = None

    def next(self) -> None:
        """Send the next request; close where there is none."""
        request = next(self.requests, None)
        if request is None:
            self.close()
            return
        if self.count % MOVES_AFTER == 0:
            self.close()
        if self.socket is None:
            self.socket = socket.create_connection(self.address, source_address=(_somewhere(), 0))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.poll.register(self.socket, selectors.EVENT_READ, self)
        self.count += 1
        self.request, self.got, self.sent_at = request, b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> int | None:
        """The status once the answer is whole; 0 where the connection ended before."""
        assert self.socket is not None
        try:
            more = self.socket.recv(READ)
        except OSError:
            more = b""
        self.got += more
        head, end, body = self.got.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            if b"connection: close" in head.lower():
                self.close()
            return int(head.split(b" ", 2)[1])
        if more:
            return None
        self.close()
        return 0

    def close(self) -> None:
        """End it, where it is open."""
        if self.socket is not None:
            self.poll.unregister(self.socket)
            self.socket.close()
            self.socket = None


def _somewhere() -> str:
    """Another address of this machine for each connection: as many people do not sit behind one."""
    return f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
