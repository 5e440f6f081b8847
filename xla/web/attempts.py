"""Attempts: how often an address failed lately. Kept in memory alone, and only for as long as it matters."""

from collections import deque
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

MOST = 10
WITHIN = timedelta(minutes=15)
IPV6 = 6
NETWORK = 64
"""The bits of an IPv6 address that name a network; anybody has the rest to themselves."""


class Attempts:
    """Failures by address; for many threads of one process."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def are_spent(self, address: str, now: datetime) -> bool:
        """Whether the address has failed too often for now."""
        with self._lock:
            self._forget(now)
            return len(self._failed.get(_network(address), ())) >= MOST

    def note(self, address: str, now: datetime) -> None:
        """It failed once more."""
        with self._lock:
            self._failed.setdefault(_network(address), deque()).append(now)

    def _forget(self, now: datetime) -> None:
        for network, failed in list(self._failed.items()):
            while failed and failed[0] <= now - WITHIN:
                failed.popleft()
            if not failed:
                del self._failed[network]


def _network(address: str) -> str:
    try:
        here = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((here, NETWORK), strict=False)) if here.version == IPV6 else address
