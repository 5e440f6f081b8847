"""A day seal as a report carries it: the client's copy is what nobody at the provider's can change."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode, urlsplit

HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class SealMark:
    """The newest day seal there was when the figures were set."""

    day: date
    """The UTC day it covers the end of."""
    chained: str
    """The chain's hash with that day: it stands for all days up to it. 64 hexadecimal digits."""
    address: str = ""
    """Where anybody can ask whether it is ours; empty where the installation has no public address."""


def address_of(base_url: str, day: date, chained: str) -> str:
    """The page that says whether a seal is ours; empty for an address only this machine reaches."""
    if (urlsplit(base_url).hostname or "127.0.0.1") in HERE:
        return ""
    return f"{base_url.rstrip('/')}/verify/seals/{day.isoformat()}?{urlencode({'chained': chained})}"
