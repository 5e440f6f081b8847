"""A seal: what a row is committed to, and how the seals of days hang together. `SCHEME` names all of it.

A row's data in the tree are 64 bytes: SHA-256 over a salt and the row in its canonical encoding, then SHA-256
over another salt and its free text. The salts come from a secret of the installation and the row's name, so
nobody who sees a commitment can try out what it may be of; and a text can be erased while what is committed
to of the rest stays provable.

The encoding is JSON, an array: the row's kind, then its fields in order; ASCII, no spaces. Days are
YYYY-MM-DD, instants YYYY-MM-DD HH:MM:SS.ffffff in UTC.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256, sha512
from json import JSONEncoder

SCHEME = "xla-seal/1"
NOTHING_BEFORE = "0" * 64
"""What stands before the first seal."""
_SALT = 32
_BLOCK = 128
"""Bytes SHA-512 takes in at once."""
_encode = JSONEncoder(separators=(",", ":")).encode
Field = str | int | float | None | Sequence["Field"]
Commit = Callable[[str, int, str, str | None], bytes]
"""What commits to a row: of its kind, its id, its encoding and its free text makes its 64 bytes."""


def encoded(kind: str, row_id: int, fields: Sequence[Field]) -> str:
    """A row as it is committed to."""
    return _encode([kind, row_id, *fields])


def committing(secret: bytes) -> Commit:
    """What commits to rows under the installation's secret.

    The salts are HMAC-SHA-512 (RFC 2104), with the key taken in once: twice as fast.
    """
    key = (sha512(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
    fresh = sha256()
    inner, outer = sha512(bytes(each ^ 0x36 for each in key)), sha512(bytes(each ^ 0x5C for each in key))

    def commit(kind: str, row_id: int, row: str, text: str | None) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(f"{kind} {row_id}".encode())
        around.update(within.digest())
        salts = around.digest()
        told, said = fresh.copy(), fresh.copy()
        told.update(salts[:_SALT] + row.encode())
        said.update(salts[_SALT:])
        if text is not None:
            said.update(b"\1" + text.encode(errors="surrogatepass"))
        return told.digest() + said.digest()

    return commit


@dataclass(frozen=True)
class Opened:
    """A commitment with what it is of, so that whoever has it can make it anew; the text stays closed."""

    row: str
    salt: bytes
    text: bytes
    """The text's half of the commitment."""

    @property
    def data(self) -> bytes:
        """The 64 bytes."""
        return sha256(self.salt + self.row.encode()).digest() + self.text


class Opening:
    """Commits as `committing` does, and remembers how: for a few rows."""

    def __init__(self, secret: bytes) -> None:
        self._secret, self._commit = secret, committing(secret)
        self.opened: dict[tuple[str, int], Opened] = {}

    def __call__(self, kind: str, row_id: int, row: str, text: str | None) -> bytes:
        """Commit, and keep it under the row's kind and id."""
        salt = hmac.digest(self._secret, f"{kind} {row_id}".encode(), "sha512")[:_SALT]
        data = self._commit(kind, row_id, row, text)
        self.opened[kind, row_id] = Opened(row, salt, data[-_SALT:])
        return data


def chained(previous: str, root: str, day: date) -> str:
    """The chain's hash with one more day: SHA-256 over the one before, its root and the day; all hex."""
    told = bytes.fromhex(previous) + bytes.fromhex(root) + day.isoformat().encode()
    return sha256(told).hexdigest()


def plain(value: object) -> Field:
    """A value of a row as it is encoded."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"nothing of that kind is sealed: {type(value).__name__}")
