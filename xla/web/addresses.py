"""Addresses: where a form may send people on to, and links that leave the page."""

from flask import current_app, url_for


def inside(address: str | None) -> str:
    """An address of ours, as it was given, or the start page where it leads elsewhere."""
    is_ours = bool(address) and str(address).startswith("/") and not str(address).startswith(("//", "/\\"))
    safe = is_ours and "\r" not in str(address) and "\n" not in str(address)
    return str(address) if safe else url_for("portfolio.start")


def outside(endpoint: str, **values: object) -> str:
    """A whole address for mails, QR codes and files: from the configured base, never from the request."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + url_for(endpoint, _external=False, **values)  # type: ignore[arg-type]  # Flask's own names aside
