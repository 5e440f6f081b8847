"""Kept: what was worked out of facts that never change, for those who ask again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

MOST = 1_000
T = TypeVar("T")


class Kept:
    """Results by a key that names everything they rest on; the longest unused go first. For many threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, work: Callable[[], T]) -> T:
        """The result kept for `key`, else that of `work`, which two may do at once."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                kept: T = self._results[key]
                return kept
        result = work()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return result
