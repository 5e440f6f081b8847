"""A ledger: who taps writes down what was acknowledged; databases are held against it."""

import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import serving
from load import Address, load

STORED = 303
AWAY = 503


@dataclass
class Ledger:
    """Taps at points, and the keys of those for which thanks were said."""

    tokens: Sequence[str]
    scores: Callable[[str], int] = lambda _token: random.randint(1, 5)  # noqa: S311  # a mood, not a secret
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Key -> at which point."""
    codes: set[int] = field(default_factory=set)
    """What was answered, ever; 0 where the connection broke off."""

    def tap(self, address: Address) -> bytes:
        """A tap nobody made before."""
        key = secrets.token_urlsafe(16)
        token = random.choice(self.tokens)  # noqa: S311  # a place, not a secret
        body = f"key={key}&question=clean&score={self.scores(token)}"
        return serving.request(address, "POST", body, path=f"/r/{token}", agent=key)

    def note(self, sent: bytes, code: int) -> None:
        """What came back."""
        self.codes.add(code)
        if code == STORED:
            head, _, _ = sent.partition(b" HTTP/1.1")
            self.acknowledged[serving.key_of(sent)] = head.rpartition(b"/")[2].decode()


class People:
    """They tap all the time, whoever answers, until the block ends."""

    def __init__(self, ledger: Ledger, address: Address, connections: int = 3) -> None:
        self._ledger, self._address, self._connections = ledger, address, connections
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tap)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _tap(self) -> None:
        while not self._stop.is_set():
            try:
                load(self._address, self._taps(), connections=self._connections, answered=self._ledger.note)
            except OSError:  # nobody listens for a moment
                time.sleep(0.01)

    def _taps(self) -> Iterator[bytes]:
        while not self._stop.is_set():
            yield self._ledger.tap(self._address)
