"""Unsubscribe: where the last link of a notice's mail leads. Looking changes nothing; the button does."""

from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.services import audit, unsubscribing
from xla.services.installations import installation
from xla.services.unsubscribing import Asked
from xla.web.database import changing, reading
from xla.web.notice_words import EVENTS

if TYPE_CHECKING:
    from xla.core.agreement import Language

unsubscribe = Blueprint("unsubscribe", __name__, url_prefix="/notices/stop")


@unsubscribe.get("/<token>")
def ask(token: str) -> str:
    """Ask whether the person wants no more of these mails; mail scanners open links, too."""
    with reading() as session:
        wants = _asked(session, token)
        return _page(wants, token, is_stopped=unsubscribing.is_stopped(session, wants))


@unsubscribe.post("/<token>")
def stopped(token: str) -> str:
    """No more of these mails: by the page's button, or by a mail program's (RFC 8058)."""
    with changing() as session:
        wants = _asked(session, token)
        if not unsubscribing.is_stopped(session, wants):
            unsubscribing.stop(session, wants)
            subject, now = wants.person.name, clock.now()
            audit.note(session, wants.person, "account.choose_notices", subject=subject, now=now)
        return _page(wants, token, is_stopped=True)


@unsubscribe.after_request
def tell_nobody(response: Response) -> Response:
    """The link is the person's own."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _asked(session: Session, token: str) -> Asked:
    """What the link asks for, in the language of its mail; another link is a 404."""
    known = installation(session)
    wants = known and unsubscribing.asked(session, known, token)
    if not wants:
        abort(404)
    g.language = cast("Language", wants.person.language)
    return wants


def _page(wants: Asked, token: str, *, is_stopped: bool) -> str:
    return render_template(
        "account/stopped.html" if is_stopped else "account/stop.html",
        event=EVENTS[wants.event] if wants.event else None,
        action=url_for("unsubscribe.stopped", token=token),
    )
