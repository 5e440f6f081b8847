"""A seal: what a row is committed to, and how the seals of days hang together. `SCHEME` names all of it.

A row's data in the tree are 64 bytes: SHA-256 over a salt and the row in its canonical encoding, then SHA-256
over another salt and its free text. The salts come from a secret of the installation and the row's name, so
nobody who sees a commitment can try out what it may be of; and a text can be erased while what is committed
to of the rest stays provable.

The encoding is JSON, an array: the row's kind, then its fields in order; ASCII, no spaces. Days are
YYYY-MM-DD, instants YYYY-MM-DD HH:MM:SS.ffffff in UTC.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from json import JSONEncoder

SCHEME = "xla-seal/1"
NOTHING_BEFORE = "0" * 64
"""What stands before the first seal."""
_SALT = 32
_encode = JSONEncoder(separators=(",", ":")).encode
Field = str | int | float | None | Sequence["Field"]


def committed(secret: bytes, kind: str, row_id: int, fields: Sequence[Field], text: str | None) -> bytes:
    """What a row adds to the tree: 64 bytes, its commitment and its text's."""
    salts = hmac.digest(secret, f"{kind} {row_id}".encode(), "sha512")
    row = sha256(salts[:_SALT] + _encode([kind, row_id, *fields]).encode()).digest()
    written = b"" if text is None else b"\1" + text.encode(errors="surrogatepass")
    return row + sha256(salts[_SALT:] + written).digest()


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
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"nothing of that kind is sealed: {type(value).__name__}")
