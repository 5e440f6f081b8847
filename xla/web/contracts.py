"""Contracts: one contract's page, and the reports it links."""

from flask import Blueprint, Response, abort

from xla.core.role import Permission
from xla.services.overview import report_of
from xla.web.access import needs
from xla.web.database import reading

contracts = Blueprint("contracts", __name__)


@contracts.get("/contracts/<key>/reports/<int:issue>.pdf")
@needs(Permission.SEE)
def report(key: str, issue: int) -> Response:
    """One issued report, the very bytes that were issued."""
    with reading() as session:
        found = report_of(session, key, issue)
        if found is None:
            abort(404)
        response = Response(found.pdf, mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{key}-{issue}.pdf"'
        response.set_etag(found.sha256)
        return response
