"""Addresses: where a form may send people on to, and links that leave the page."""

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.routing import IntegerConverter, Map

from xla.models.base import LARGEST_ID

LOCAL_NAMES = ("localhost", "127.0.0.1")
"""What a machine calls itself."""


class IdConverter(IntegerConverter):
    """A whole number no database stumbles over: a larger one is an address that is not there."""

    def __init__(self, map: Map, *, max: int = LARGEST_ID) -> None:  # noqa: A002 -- the library's own names
        super().__init__(map, max=max)


def asked_id(name: str) -> int | None:
    """The id a query names; None where it names none, 0, which nothing has, where it is no id."""
    text = request.args.get(name)
    if not text:
        return None
    is_id = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
    return min(int(text), LARGEST_ID) if is_id else 0


def inside(address: str | None) -> str:
    """An address of ours, as it was given, or the start page where it leads elsewhere."""
    is_ours = bool(address) and str(address).startswith("/") and not str(address).startswith(("//", "/\\"))
    safe = is_ours and "\r" not in str(address) and "\n" not in str(address)
    return str(address) if safe else url_for("portfolio.start")


def outside(endpoint: str, **values: object) -> str:
    """A whole address for mails, QR codes and files: from the configured base, never from the request."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + url_for(endpoint, _external=False, **values)  # type: ignore[arg-type]  # Flask's own names aside


def short_link(token: str) -> str:
    """The whole address of a rating point's link."""
    return outside("rate.ask", token=token)


def is_local() -> bool:
    """Whether our own address leads nowhere from another machine."""
    return urlsplit(current_app.config["BASE_URL"]).hostname in LOCAL_NAMES
