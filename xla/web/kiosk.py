"""The kiosk: a page a tablet keeps, so that it starts offline; and what the tablet and we tell each other.

No cookie: a tablet proves itself with the secret it was given when it was paired.
"""

import hashlib
import json
from typing import Any, NoReturn, cast

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from xla import clock
from xla.models import Kiosk
from xla.services import audit, kiosk_ratings, kiosks
from xla.web.attempts import Attempts
from xla.web.database import changing, kept, reading
from xla.web.kiosk_set_up import contract_of_kiosk, set_up
from xla.web.language import gettext as _
from xla.web.shell import asset

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk")

ATTEMPTS = "xla.kiosk_attempts"
MOST_BYTES = 128 << 10
KEPT = ("kiosk.css", "kiosk-store.js", "kiosk-line.js", "kiosk.js", "icon.svg")
FONTS = ("fonts/xla-inter-400.woff2", "fonts/xla-inter-600.woff2")
"""The files a tablet keeps besides the page; a style sheet names its fonts as they are."""
CODE = 12
"""A code's longest writing: eight digits and what people put between them."""


class Problem(Exception):
    """What the tablet asked is not done; `name` tells it why."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(name)
        self.status = status
        self.name = name


@kiosk.get("")
def shell() -> str:
    """The page every tablet opens and keeps; what it shows comes with its set-up."""
    return render_template("kiosk/shell.html")


@kiosk.get("/worker.js")
def worker() -> Response:
    """What lets a tablet start without a connection: it keeps the page and all it needs."""
    page = url_for("kiosk.shell")
    files = [page, *map(asset, KEPT), *(url_for("static", filename=font) for font in FONTS)]
    version = hashlib.sha256("".join(files).encode()).hexdigest()[:10]
    response = make_response(render_template("kiosk/worker.js", page=page, files=files, version=version))
    response.mimetype = "text/javascript"
    response.headers["Service-Worker-Allowed"] = "/kiosk"
    response.headers["Cache-Control"] = "no-cache"
    return response


@kiosk.get("/manifest.json")
def manifest() -> Response:
    """What a tablet needs to know to keep the page on its home screen and show it on the whole screen."""
    icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    told = {
        "name": _("Kiosk"),
        "short_name": _("Kiosk"),
        "start_url": "/kiosk",
        "scope": "/kiosk",
        "display": "fullscreen",
        "background_color": "#0d2b33",
        "theme_color": "#0d2b33",
        "icons": [icon],
    }
    return Response(json.dumps(told), mimetype="application/manifest+json")


@kiosk.post("/pair")
def pair() -> Response:
    """Use a code up: the tablet's secret, which only it keeps from now on."""
    now, address = clock.now(), request.remote_addr or ""
    told = _body().get("code")
    if _attempts().are_spent(address, now):
        raise Problem(429, "slow")
    code = told.replace(" ", "") if isinstance(told, str) and len(told) <= CODE else ""
    with changing() as session:
        paired = kiosks.pair(session, code, now) if code.isascii() else None
        if paired:
            row = session.get_one(Kiosk, paired.kiosk_id)
            contract_id = contract_of_kiosk(session, row)
            audit.note(session, None, "kiosk.pair", subject=row.name, contract_id=contract_id, now=now)
    if paired is None:
        _attempts().note(address, now)
        raise Problem(422, "code")
    return jsonify(kiosk=paired.kiosk_id, secret=paired.secret)


@kiosk.get("/set-up")
def setting_up() -> Response:
    """What the tablet shows; kept there for when there is no connection."""
    now = clock.now()
    with reading() as session:
        return jsonify(set_up(session, _paired(session), now))


@kiosk.post("/alive")
def alive() -> Response:
    """The tablet is there; it hears which set-up it should have."""
    told, now = _body(), clock.now()
    with changing() as session:
        row = _paired(session)
        _heard(session, row, told)
        version = set_up(session, row, now)["version"]
    return jsonify(version=version)


@kiosk.post("/ratings")
def ratings() -> Response:
    """Take ratings that waited on the tablet, each once; says of each what became of it."""
    told, now = _body(), clock.now()
    batch, sent = told.get("ratings"), told.get("sent")
    if not isinstance(batch, list) or len(batch) > kiosk_ratings.MOST or type(sent) is not int:
        raise Problem(400, "batch")
    with changing() as session:
        row = _paired(session)
        outcomes = kiosk_ratings.deliver(session, row, batch, sent, kept(), now)
        _heard(session, row, told)
    return jsonify(results=[outcome._asdict() for outcome in outcomes])


@kiosk.errorhandler(Problem)
def told_why(problem: Problem) -> tuple[Response, int]:
    """Why not, as the tablet reads it."""
    return jsonify(problem=problem.name), problem.status


@kiosk.errorhandler(HTTPException)
def told_http(error: HTTPException) -> tuple[Response, int]:
    """What Flask refuses, as the tablet reads it."""
    return jsonify(problem="http"), error.code or 500


def _paired(session: Session) -> Kiosk:
    """Whose tablet asks. Raises `Problem` for one that was revoked or replaced."""
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    found = kiosks.by_secret(session, secret) if kind == "Bearer" else None
    if found is None:
        raise Problem(401, "unknown")
    if found.revoked_at is not None:
        raise Problem(401, "revoked")
    return found


def _heard(session: Session, row: Kiosk, told: dict[str, Any]) -> None:
    counts = [told.get(name) for name in ("waiting", "refused")]
    waiting, refused = (count if type(count) is int else 0 for count in counts)
    kiosks.note_alive(session, row, waiting=waiting, refused=refused, now=clock.now())


def _body() -> dict[str, Any]:
    """The request's JSON object."""
    request.max_content_length = MOST_BYTES
    try:
        told = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        _unreadable()
    return told if isinstance(told, dict) else _unreadable()


def _unreadable() -> NoReturn:
    raise Problem(400, "json")


def _attempts() -> Attempts:
    return cast("Attempts", current_app.extensions.setdefault(ATTEMPTS, Attempts()))
