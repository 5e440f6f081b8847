"""Report pages: a period's report in the browser, from the same template as the PDF."""

from datetime import datetime

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from xla.core.role import Permission
from xla.documents import screen
from xla.documents.page import compose
from xla.services.agreements import Refused
from xla.services.previews import known_at, preview
from xla.web.access import allowed, needs
from xla.web.asked import Asked, asked, language_of
from xla.web.database import reading
from xla.web.language import gettext as _
from xla.web.look import provider

report_pages = Blueprint("report_pages", __name__)

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self';"
    " object-src 'none'"
)
"""A report's pictures lie in its own HTML."""


@report_pages.get("/contracts/<key>/periods/<period>/report")
@needs(Permission.SEE)
def page(key: str, period: str) -> Response:
    """A period's report as pages to look at; a running period's is for those who make it."""
    with reading() as session:
        about = asked(session, key, period)
        refuse_drafts(about)
        at, flaw = asked_instant(session, about)
        found = preview(
            session,
            about.contract,
            about.period,
            provider=provider(),
            language=language_of(request.args.get("language")),
            as_known_at=at,
            now=about.now,
        )
    html = render_template(
        "report_pages/report.html",
        about=about,
        found=found,
        told=request.args.get("as_known_at", ""),
        flaw=flaw,
        contract=about.agreement.contract,
        sheets=screen.sheets(compose(found.data).html),
        css=url_for("report_pages.stylesheet", v=screen.version()),
    )
    response = Response(html, 422 if flaw else 200)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@report_pages.get("/report.css")
def stylesheet() -> Response:
    """The style sheet of the report's sheets: the paper's own, and what a screen needs beside it."""
    fonts = url_for("static", filename="fonts/").rstrip("/")
    response = Response(screen.stylesheet(fonts), mimetype="text/css")
    is_this = request.args.get("v") == screen.version()
    response.headers["Cache-Control"] = FOR_GOOD if is_this else ASK_AGAIN
    return response


def asked_instant(session: Session, about: Asked) -> tuple[datetime | None, str]:
    """As known at which instant the address asks for it, and what is wrong with that.

    What was known while the period ran is for those only who saw its drafts.
    """
    told = request.args.get("as_known_at", "")
    if not told.strip():
        return None, ""
    try:
        at = known_at(session, about.contract, about.period, told)
    except Refused:
        return None, _("Write a day such as 2026-10-05, or an instant such as 2026-10-05T09:00.")
    if about.row and at < about.row.evaluation.known_at and not allowed(Permission.WORK):
        return None, _("The period still ran then. Choose a day from its close on.")
    return at, ""


def refuse_drafts(about: Asked) -> None:
    """A running period's report is there for those only who may make one."""
    if about.row is None and not allowed(Permission.WORK):
        abort(404)
