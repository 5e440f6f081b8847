"""Invitation links: made of the installation's secret and the invitation's number, so that none is stored.

Invitation and reminder hold the same link; whoever does not know the secret can make none.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from xla.core.invitation import normalised

MARK_BYTES = 16
TOKEN = re.compile(r"([1-9][0-9]{0,9})-([A-Za-z0-9_-]{22})", re.ASCII)
LARGEST = 2**31 - 1


def token_of(secret: str, invitation_id: int) -> str:
    """What the invitation's link ends with."""
    return f"{invitation_id}-{_mark(secret, 'link', str(invitation_id))}"


def id_of(secret: str, token: str) -> int | None:
    """The invitation a link is of; None where we did not make it."""
    match = TOKEN.fullmatch(token)
    if match is None or int(match[1]) > LARGEST:
        return None
    known = hmac.compare_digest(match[2], _mark(secret, "link", match[1]))
    return int(match[1]) if known else None


def response_key(secret: str, invitation_id: int) -> str:
    """The key its response is stored under: the same each time, so a second answer is no second rating."""
    return _mark(secret, "response", str(invitation_id))


def person_key(secret: str, address: str) -> str:
    """What a person is counted by: the same for every spelling of their address, and no way back to it."""
    return _hash(secret, "person", normalised(address)).hex()


def _mark(secret: str, purpose: str, text: str) -> str:
    return urlsafe_b64encode(_hash(secret, purpose, text)[:MARK_BYTES]).rstrip(b"=").decode()


def _hash(secret: str, purpose: str, text: str) -> bytes:
    """HMAC-SHA256 under a key of its own for each purpose (as RFC 5869 derives keys)."""
    key = hmac.digest(secret.encode(), f"xla invitation {purpose}".encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256)
