"""Point files: QR codes, posters and labels. Their addresses come from the configured base alone."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.agreement import LANGUAGES
from xla.core.role import Permission
from xla.documents import labels, poster, qr
from xla.documents.labels import GRIDS, MOST_LABELS
from xla.documents.paper import Paper
from xla.documents.pdf import MEMORY_MB, TIMEOUT_SECONDS, RenderFailed, print_in_process
from xla.documents.poster import SIZES
from xla.documents.printer import PANGO_MISSING
from xla.models import RatingPoint
from xla.services import point_sheets
from xla.services.points import agreement_today, point_of
from xla.web.access import needs
from xla.web.addresses import short_link
from xla.web.contracts import seen
from xla.web.database import reading
from xla.web.language import gettext as _
from xla.web.look import provider

point_files = Blueprint("point_files", __name__)

AN_HOUR = 3600
"""How long a browser keeps a code: a list shows many, and a link never changes."""
POINT = "/contracts/<key>/points/<int:point>"


@point_files.get(f"{POINT}/qr.svg")
@needs(Permission.SEE)
def qr_svg(key: str, point: int) -> Response:
    """The QR code as a picture."""
    with reading() as session:
        address = _address(_found(session, key, point))
    response = _sent(str(qr.svg(address, address)).encode(), "image/svg+xml", f"{key}-{point}-qr.svg")
    response.headers["Cache-Control"] = f"private, max-age={AN_HOUR}"
    return response


@point_files.get(f"{POINT}/qr.pdf")
@needs(Permission.SEE)
def qr_pdf(key: str, point: int) -> Response:
    """The QR code as a page."""
    with reading() as session:
        address = _address(_found(session, key, point))
    return _sent(qr.pdf(address), "application/pdf", f"{key}-{point}-qr.pdf")


@point_files.get(f"{POINT}/poster.pdf")
@needs(Permission.WORK)
def poster_pdf(key: str, point: int) -> AnyResponse:
    """The poster in a size, in one language or in all there are."""
    size = next((each for each in SIZES if each == request.args.get("size", SIZES[0])), None) or abort(404)
    spoken = [each for each in LANGUAGES if each in request.args.getlist("language")]
    with reading() as session:
        contract, row = seen(session, key), _found(session, key, point)
        said = point_sheets.poster(
            session,
            contract,
            row,
            size=size,
            spoken=spoken,
            address=_address(row),
            provider=provider(),
            now=clock.now(),
        )
    back = url_for("points.one", key=key, point=point)
    return _printed(poster.compose(said), f"{key}-{point}-{size}.pdf", back)


@point_files.get("/contracts/<key>/points/labels.pdf")
@needs(Permission.WORK)
def labels_pdf(key: str) -> AnyResponse:
    """Labels of every open rating point of a site and all inside it, or of the contract."""
    grid = next((each for each in GRIDS if each == request.args.get("grid", GRIDS[0])), None) or abort(404)
    site, now = request.args.get("site", ""), clock.now()
    with reading() as session:
        contract = seen(session, key)
        if site and site not in agreement_today(session, contract, now).site_keys:
            abort(404)
        sheet = point_sheets.labels(
            session, contract, site=site, grid=grid, address=short_link, provider=provider(), now=now
        )
    back = url_for("agreements.points", key=key, site=site or None)
    if not sheet.labels:
        return _back(back, _("There is no open rating point here to print a label for."))
    if len(sheet.labels) > MOST_LABELS:
        return _back(
            back,
            _(
                "These are %(n)s labels; at most %(most)s are printed at once. Choose a site.",
                n=len(sheet.labels),
                most=MOST_LABELS,
            ),
        )
    return _printed(labels.compose(sheet), f"{key}{'-' * bool(site)}{site}-labels.pdf", back)


def _found(session: Session, key: str, point_id: int) -> RatingPoint:
    """The rating point, where it has a link."""
    row = point_of(session, seen(session, key), point_id)
    return row if row is not None and row.token else abort(404)


def _address(point: RatingPoint) -> str:
    return short_link(point.token or "")


def _printed(paper: Paper, name: str, back: str) -> AnyResponse:
    """The paper as PDF, made in a process of its own."""
    try:
        pdf = print_in_process(paper, timeout_seconds=TIMEOUT_SECONDS, memory_mb=MEMORY_MB)
    except RenderFailed as failed:
        current_app.logger.exception("%s could not be made.", name)
        if PANGO_MISSING in failed.reason:
            return _back(back, _("Nothing was printed: the server lacks Pango, which draws its text."))
        return _back(back, _("Nothing was printed: drawing it failed. The server's log says why."))
    return _sent(pdf, "application/pdf", name)


def _back(address: str, sentence: str) -> AnyResponse:
    flash(sentence)
    return redirect(address, code=303)


def _sent(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
