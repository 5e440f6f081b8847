"""Asking: one request over HTTP to a server that may have no database, and what it says."""

import json
import secrets
from http.client import HTTPConnection
from typing import NamedTuple

import tapping
from load import Address

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ANSWERS_WITHIN_S = 30


class Said(NamedTuple):
    """An answer."""

    code: int
    kind: str
    """Its media type."""
    retry_after: str | None
    text: str


def said(
    address: Address, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> Said:
    """What it answers."""
    connection = HTTPConnection(*address, timeout=ANSWERS_WITHIN_S)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        kind = answer.headers.get_content_type()
        return Said(answer.status, kind, answer.headers["Retry-After"], answer.read().decode())
    finally:
        connection.close()


def tapped(address: Address) -> Said:
    """What the public page says to a tap."""
    body = f"key={secrets.token_urlsafe(16)}&question=clean&score=4"
    return said(address, "POST", f"/r/{tapping.TOKEN}", body, FORM)


def sent(address: Address, key: str) -> Said:
    """What the API says to a response."""
    document = {"date": "2026-01-02", "ratings": [{"question": "clean", "score": 4}]}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return said(address, "POST", "/api/v1/contracts/harbour/responses", json.dumps(document), headers)


def is_clearly_not_saved(page: Said) -> bool:
    """A page that says so and asks to send it again, and thanks nobody."""
    return (
        page.code == 503
        and page.retry_after == "5"
        and "We could not save this right now" in page.text
        and "Thank" not in page.text
    )


def is_clear_problem(answer: Said) -> bool:
    """The API's way of saying it."""
    return (
        answer.code == 503
        and answer.kind == "application/problem+json"
        and answer.retry_after == "5"
        and json.loads(answer.text)["status"] == 503
    )
