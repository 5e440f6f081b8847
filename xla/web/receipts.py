"""Receipts: whoever has a rating's receipt code sees that it is in the seal, and takes the proof along."""

import json
from datetime import datetime
from typing import cast

from flask import Blueprint, current_app, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.documents.language import NAMES
from xla.services import receipts as services
from xla.services.receipts import Receipt
from xla.web.attempts import Attempts
from xla.web.database import reading
from xla.web.language import figures
from xla.web.rate_page import chosen, letters, rendered, speak
from xla.web.rate_refused import Refused, refused

receipts = Blueprint("receipts", __name__)
refused(receipts)
ATTEMPTS = "xla.receipt.attempts"
LONGEST = 60


@receipts.get("/receipt")
def page() -> str | tuple[str, int]:
    """Ask for a code, and say what is known of its rating."""
    speak(None)
    code = request.args.get("code", "")[:LONGEST].strip()
    if not code:
        return _page(code)
    with reading() as session:
        found = _found(session, code, clock.now())
        return _page(code, found) if found else (_page(code, is_unknown=True), 404)


@receipts.get("/receipt/<code>.json")
def file(code: str) -> Response:
    """The proof: what whoever wants to check it elsewhere needs."""
    speak(None)
    with reading() as session:
        found = _found(session, code[:LONGEST], clock.now())
        told = services.document(found) if found else None
    if found is None:
        raise Refused("unknown receipt")
    response = Response(json.dumps(told, indent=1), mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=receipt-{found.code}.json"
    return response


@receipts.after_request
def tell_nobody(response: Response) -> Response:
    """A code is its holder's own."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(session: Session, code: str, now: datetime) -> Receipt | None:
    """What the code names.

    Raises `Refused` where it is gone or can't be read, and for who has guessed too often lately.
    """
    attempts = cast("Attempts", current_app.extensions.setdefault(ATTEMPTS, Attempts()))
    address = request.remote_addr or ""
    if attempts.are_spent(address, now):
        raise Refused("many receipts")
    try:
        found = services.by_code(session, code)
    except services.Gone:
        raise Refused("receipt gone") from None
    except services.Unreadable:
        current_app.logger.exception("A receipt can't be read; xla verify says what was spoiled")
        raise Refused("receipt unreadable") from None
    if found is None:
        attempts.note(address, now)
    return found


def _page(code: str, found: Receipt | None = None, *, is_unknown: bool = False) -> str:
    switch = [
        (each, letters(each), NAMES[each], url_for("receipts.page", lang=each, code=code or None))
        for each in LANGUAGES
    ]
    told = {"lang": chosen(), "code": code, "is_unknown": is_unknown, "receipt": found, "told": figures()}
    return rendered("receipt", None, switch=switch, **told, **(_facts(found) if found else {}))


def _facts(found: Receipt) -> dict[str, object]:
    return {
        "newest": found.chain[-1] if found.chain else None,
        "file_href": url_for("receipts.file", code=found.code, lang=chosen()),
    }
