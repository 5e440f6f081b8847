"""Reports: the archive of what was issued, the bytes themselves, and issuing."""

from flask import Blueprint, Response, abort, current_app, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.agreement import Language
from xla.core.role import Permission
from xla.core.window import YEARS
from xla.documents.pdf import RenderFailed
from xla.documents.printer import PANGO_MISSING
from xla.documents.signing import Key, Unsigned
from xla.documents.time_stamp import reply
from xla.rendering import Made, rendered
from xla.services import deliveries, issued, stamps
from xla.services.agreements import Refused, contract_of
from xla.services.issued import Wanted
from xla.web.access import needs, visitor
from xla.web.asked import Asked, asked, language_of
from xla.web.database import changing, engine, reading, settings
from xla.web.language import gettext as _
from xla.web.look import provider

reports = Blueprint("reports", __name__)


@reports.get("/reports")
@needs(Permission.SEE)
def archive() -> str:
    """Everything issued that the visitor may see, narrowed by the address."""
    wanted = Wanted(
        contract=request.args.get("contract") or None,
        year=_whole("year"),
        language=language_of(request.args.get("language")),
        page=_whole("page") or 1,
    )
    with reading() as session:
        found = issued.find(session, visitor(), wanted)
        since = stamps.awaited_since(settings().timestamp_url, clock.now())
        return render_template("reports/archive.html", found=found, wanted=wanted, awaited_since=since)


@reports.get("/contracts/<key>/reports/<int:issue>.pdf")
@needs(Permission.SEE)
def report(key: str, issue: int) -> Response:
    """One issued report, the very bytes that were issued."""
    with reading() as session:
        found = issued.report_of(session, key, issue)
        if found is None:
            abort(404)
        response = _pdf(found.pdf, f"{key}-{issue}")
        response.set_etag(found.sha256)
        return response


@reports.get("/contracts/<key>/reports/<int:issue>.tsr")
@needs(Permission.SEE)
def time_stamp(key: str, issue: int) -> Response:
    """An issued report's time stamp, as an authority's answer (RFC 3161)."""
    with reading() as session:
        found = issued.report_of(session, key, issue)
        stamp = stamps.of_report(session, found) if found else None
        if stamp is None:
            abort(404)
        try:
            response = Response(reply(stamp.token), mimetype="application/timestamp-reply")
        except ValueError:
            current_app.logger.exception("A time stamp can't be read; xla verify says which")
            abort(404)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{issue}.tsr"'
    return response


@reports.get("/contracts/<key>/periods/<period>/draft.pdf")
@needs(Permission.WORK)
def draft(key: str, period: str) -> AnyResponse:
    """A running period's report as it would be now, marked as a draft; nothing is kept."""
    with reading() as session:
        about = asked(session, key, period)
        if about.row is not None:
            abort(404)
    try:
        made = _rendered(about, language_of(request.args.get("language")))
    except (RenderFailed, Unsigned) as failed:
        return _sorry(about, failed)
    return _pdf(made.pdf, f"{key}-{about.period}-draft")


@reports.post("/contracts/<key>/periods/<period>/reports")
@needs(Permission.WORK)
def issue(key: str, period: str) -> AnyResponse:
    """Issue a closed period's report, once a language; again changes nothing."""
    with reading() as session:
        about = asked(session, key, period)
    if about.row is None:
        flash(_("The period still runs: its report is issued once it is closed."))
        return about.back()
    try:
        made = _rendered(about, language_of(request.form.get("language")))
    except (RenderFailed, Unsigned) as failed:
        return _sorry(about, failed)
    flash(_("The report is issued (%(name)s).", name=made.name))
    return about.back()


@reports.post("/contracts/<key>/periods/<period>/deliveries/<int:delivery>/again")
@needs(Permission.WORK)
def sent_again(key: str, period: str, delivery: int) -> AnyResponse:
    """Mail a report to one address once more."""
    with reading() as session:
        about = asked(session, key, period)
    try:
        with changing() as session:
            to = deliveries.again(session, contract_of(session, key), delivery, visitor(), clock.now())
    except LookupError:
        abort(404)
    except Refused:
        flash(_("It is on its way already, or it is a draft; nothing was sent."))
    else:
        flash(_("It goes to %(email)s once more.", email=to))
    return about.back()


def _rendered(about: Asked, language: Language | None) -> Made:
    return rendered(
        engine(),
        about.key,
        about.period,
        provider=provider(),
        base_url=settings().base_url,
        language=language,
        by=visitor(),
        key=Key(settings().signing_key, settings().signing_passphrase),
        now=clock.now(),
    )


def _sorry(about: Asked, failed: RenderFailed | Unsigned) -> AnyResponse:
    """What the provider's people can do about it; the details are for the log."""
    current_app.logger.error("The report of %s %s could not be made: %s", about.key, about.period, failed)
    if isinstance(failed, Unsigned):
        flash(_("No report was made: it can’t be signed. The server’s log says why."))
    elif PANGO_MISSING in failed.reason:
        flash(
            _("No report was made: the server lacks Pango, which draws its text. Its log says how to get it.")
        )
    else:
        flash(_("No report was made: drawing it failed. The server's log says why."))
    return about.back()


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _whole(name: str) -> int | None:
    """A number of the address; None where it is none, or far away."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= YEARS[-1] else None
