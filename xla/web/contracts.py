"""Contracts: the start page, and the reports it links."""

from flask import Blueprint, Response, abort, render_template

from xla import database
from xla.services.overview import overview, report_of
from xla.web.access import this_machine_only
from xla.web.database import engine
from xla.web.words import period_name

contracts = Blueprint("contracts", __name__)


@contracts.get("/")
@this_machine_only
def start() -> str:
    """Every contract with its latest verdicts."""
    with database.reading(engine()) as session:
        return render_template("contracts/list.html", lines=overview(session), period_name=period_name)


@contracts.get("/contracts/<key>/reports/<int:issue>.pdf")
@this_machine_only
def report(key: str, issue: int) -> Response:
    """One issued report, the very bytes that were issued."""
    with database.reading(engine()) as session:
        found = report_of(session, key, issue)
        if found is None:
            abort(404)
        response = Response(found.pdf, mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{key}-{issue}.pdf"'
        response.set_etag(found.sha256)
        return response
