"""Report pages: a period's report in the browser, from the same template as the PDF; and the portfolio's."""

from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.role import Permission
from xla.core.window import parse_period
from xla.documents import screen
from xla.documents.page import compose
from xla.documents.pdf import RenderFailed
from xla.documents.workbook import workbook
from xla.rendering import drawn_portfolio
from xla.services.agreements import Refused
from xla.services.portfolio_reports import contracts_of
from xla.services.previews import Preview, day_over, known_at, preview
from xla.web.access import allowed, needs, visitor
from xla.web.asked import Asked, asked, language_of
from xla.web.database import engine, reading
from xla.web.language import gettext as _
from xla.web.language import ngettext, spoken
from xla.web.look import provider

report_pages = Blueprint("report_pages", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
MOST_CONTRACTS = 50
"""Of a portfolio that is made while somebody waits for it: some 25 seconds."""
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
        found = _preview(session, about, at)
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


@report_pages.get("/contracts/<key>/periods/<period>/report.xlsx")
@needs(Permission.SEE)
def tables(key: str, period: str) -> Response:
    """The tables of a period's report as a workbook, for whoever may read its pages."""
    with reading() as session:
        about = asked(session, key, period)
        refuse_drafts(about)
        at, flaw = asked_instant(session, about)
        if flaw:
            abort(404)
        found = _preview(session, about, at)
    response = Response(workbook(found.data), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{about.period}.xlsx"'
    return response


@report_pages.get("/portfolio.pdf")
@needs(Permission.WORK)
def portfolio() -> AnyResponse:
    """One period of all contracts the visitor may see, on paper: a table, then a page each."""
    chosen = request.args.get("period", "").strip()
    try:
        period = parse_period(chosen)
    except ValueError:
        flash(_("Write the period as 2026-09, 2026-Q3 or 2026."))
        return redirect(url_for("reports.archive"), code=303)
    with reading() as session:
        count = len(contracts_of(session, visitor()))
    if count > MOST_CONTRACTS:
        flash(_too_many(count))
        return redirect(url_for("reports.archive"), code=303)
    try:
        pdf = drawn_portfolio(
            engine(),
            period,
            provider=provider(),
            language=language_of(request.args.get("language")) or spoken(),
            person=visitor(),
            now=clock.now(),
        )
    except Refused:
        flash(_("No contract has this period."))
        return redirect(url_for("reports.archive"), code=303)
    except RenderFailed:
        current_app.logger.exception("The portfolio of %s could not be made", period)
        flash(_("No report was made: drawing it failed. The server's log says why."))
        return redirect(url_for("reports.archive"), code=303)
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="portfolio-{period}.pdf"'
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

    What was known while the period ran is for those only who saw its drafts, and by whole days: what came
    between two instants of a day may be one person's.
    """
    told = request.args.get("as_known_at", "")
    if not told.strip():
        return None, ""
    try:
        at = known_at(session, about.contract, about.period, told)
    except Refused:
        return None, _("Write a day such as 2026-10-05, or an instant such as 2026-10-05T09:00.")
    if about.row and at >= about.row.evaluation.known_at:
        return at, ""
    if not allowed(Permission.WORK):
        return None, _("The period still ran then. Choose a day from its close on.")
    if at >= about.now:
        return at, ""
    return day_over(session, about.contract, about.period, at), ""


def _too_many(count: int) -> str:
    return ngettext(
        "%(count)s contract takes longer than a page may. On the server, xla portfolio does it.",
        "%(count)s contracts take longer than a page may. On the server, xla portfolio does it.",
        count,
    )


def _preview(session: Session, about: Asked, at: datetime | None) -> Preview:
    """What the address asks for, in its language."""
    return preview(
        session,
        about.contract,
        about.period,
        provider=provider(),
        language=language_of(request.args.get("language")),
        as_known_at=at,
        now=about.now,
    )


def refuse_drafts(about: Asked) -> None:
    """A running period's report is there for those only who may make one."""
    if about.row is None and not allowed(Permission.WORK):
        abort(404)
