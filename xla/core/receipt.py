"""Receipts: a short code that names a response, which only who was given it knows.

It is the response's number and an HMAC of it under the secret of the seals, in the letters of Crockford's
base 32 (no I, L, O, U), four by four. So none is stored, and who has one can't make another.
"""

import hmac

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_TAG = 8
"""Bytes of the HMAC: who tries ten times a minute finds one of a billion responses once in 3,500 years."""
_LEAST, _MOST, GROUP = 20, 28, 4
"""Letters of a code: for numbers up to 2^36, and for the largest a database knows."""


def code_of(secret: bytes, response_id: int) -> str:
    """The response's receipt code, as `0000-0ZVK-3Q5F-…`."""
    number, letters = int.from_bytes(response_id.to_bytes(8) + _tag(secret, response_id)), ""
    while number or len(letters) < _LEAST or len(letters) % GROUP:
        number, digit = divmod(number, len(LETTERS))
        letters = LETTERS[digit] + letters
    return "-".join(letters[place : place + GROUP] for place in range(0, len(letters), GROUP))


def id_of(secret: bytes, code: str) -> int | None:
    """The response a code names; None where it is none of ours. Case, spaces and hyphens do not matter."""
    letters = code.upper().translate(_READ_AS)
    if not _LEAST <= len(letters) <= _MOST or not set(letters) <= set(LETTERS):
        return None
    number = 0
    for letter in letters:
        number = number * len(LETTERS) + LETTERS.index(letter)
    response_id, tag = divmod(number, 1 << 8 * _TAG)
    known = response_id < 1 << 63 and hmac.compare_digest(tag.to_bytes(_TAG), _tag(secret, response_id))
    return response_id if known else None


def _tag(secret: bytes, response_id: int) -> bytes:
    return hmac.digest(secret, f"receipt {response_id}".encode(), "sha256")[:_TAG]
