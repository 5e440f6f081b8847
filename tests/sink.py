"""A sink: a mail server that takes everything, and writes down which letters came, and how often."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


class Sink(Message):
    """What was taken: the server says 250 once a letter is written down here."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.taken: Counter[str] = Counter()
        """Message-ID -> how often it came."""

    def handle_message(self, message: Any) -> None:
        self.taken[str(message["Message-ID"])] += 1


@contextmanager
def sink(port: int) -> Iterator[Sink]:
    """One that listens until the block ends."""
    found = Sink()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield found
    finally:
        server.stop()
