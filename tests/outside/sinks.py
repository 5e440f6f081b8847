"""Sinks that misbehave: servers on this machine that hang, drop, drip, redirect or never end."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping

Behaviour = Callable[["Sink", socket.socket], None]
DRIP = 0.02
"""Seconds between two bytes of who drips."""


class Sink:
    """Listens on a free port of 127.0.0.1 and treats every connection as badly as it is told."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._connections: list[socket.socket] = []
        self._lock = threading.Lock()
        self.is_closing = threading.Event()
        self.said: list[bytes] = []
        """What came in, a request or a line each."""
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"

    @property
    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    def close(self) -> None:
        self.is_closing.set()
        with self._lock:
            for each in (self._listening, *self._connections):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with self._lock:
                    self._connections.append(connection)
                threading.Thread(target=self._treat, args=[connection], daemon=True).start()

    def _treat(self, connection: socket.socket) -> None:
        # Whoever hangs up on us ends it.
        with contextlib.suppress(OSError):
            self._behaviour(self, connection)
            connection.close()


@contextlib.contextmanager
def sink(behaviour: Behaviour) -> Iterator[Sink]:
    """A sink that listens while the block runs."""
    made = Sink(behaviour)
    try:
        yield made
    finally:
        made.close()


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# --- over HTTP ---------------------------------------------------------------------------------------------


def hang(sink: Sink, _connection: socket.socket) -> None:
    """Take the connection and never say a word."""
    sink.is_closing.wait()


def answer(text: bytes) -> Behaviour:
    """Read the request, say this, and hang up."""

    def behave(sink: Sink, connection: socket.socket) -> None:
        sink.said.append(_request(connection))
        connection.sendall(text)

    return behave


def endless(head: bytes, more: bytes, pause: float = 0) -> Behaviour:
    """Read the request, say this, and go on with more for ever."""

    def behave(sink: Sink, connection: socket.socket) -> None:
        sink.said.append(_request(connection))
        connection.sendall(head)
        while not sink.is_closing.is_set():
            connection.sendall(more)
            time.sleep(pause)

    return behave


def _request(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n"))
        lines = [line.lower() for line in head.split(b"\r\n")]
        (length,) = (int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        return head + b"\r\n" + file.read(length)


# --- over SMTP ---------------------------------------------------------------------------------------------

HANG, DROP, DRIPS = b"HANG", b"DROP", b"DRIP"
"""Instead of an answer: none, an end, or one byte after the other without a line's end."""
POLITE: Mapping[str, bytes] = {
    "connect": b"220 sink\r\n",
    "EHLO": b"250 sink\r\n",
    "MAIL": b"250 yes\r\n",
    "RCPT": b"250 yes\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 taken\r\n",
    "QUIT": b"221 bye\r\n",
    "RSET": b"250 yes\r\n",
}


def mails(**rude: bytes) -> Behaviour:
    """A mail server that answers as it should, except to these.

    `end` is the end of a mail's text, `to_evil` a recipient at evil.example.
    """
    answers = {**POLITE, **rude, ".": rude.get("end", POLITE["."])}

    def behave(sink: Sink, connection: socket.socket) -> None:
        is_going_on = _reply(sink, connection, answers["connect"])
        with connection.makefile("rb") as file:
            while is_going_on and (line := file.readline()):
                verb = line.split()[0].decode().upper() if line.strip() else ""
                if b"@evil.example" in line and "to_evil" in answers:
                    verb = "to_evil"
                if verb == "DATA":
                    _reply(sink, connection, answers["DATA"])
                    text = b"".join(iter(file.readline, b".\r\n"))
                    sink.said.append(text)
                    verb = "."
                is_going_on = _reply(sink, connection, answers.get(verb, b"500 what?\r\n"))

    return behave


def _reply(sink: Sink, connection: socket.socket, text: bytes) -> bool:
    """Answer, as rudely as told; whether the conversation goes on."""
    if text.endswith(DROP):
        connection.sendall(text.removesuffix(DROP))
        return False
    if text == HANG:
        sink.is_closing.wait()
        return False
    while text == DRIPS and not sink.is_closing.is_set():
        connection.sendall(b"2")
        time.sleep(DRIP)
    connection.sendall(text)
    return True
