"""Reports: what was issued, and the very bytes of it."""

from datetime import datetime
from typing import Annotated

from flask import Response, url_for
from pydantic import Field

from xla.services import issued
from xla.services.issued import Issued
from xla.web.api import cursors
from xla.web.api.access import contract, opens
from xla.web.api.bodies import asked_for
from xla.web.api.cursors import Page
from xla.web.api.operations import Document, NoQuery, Operation, told
from xla.web.api.problems import document, not_there
from xla.web.api.root import api
from xla.web.database import reading


class ReportDocument(Document):
    """One issued report; immutable."""

    id: int
    issue: Annotated[int, Field(description="Its number in the contract.")]
    period: Annotated[str, Field(description="2026-03, 2026-Q1 or 2026.")]
    language: str
    issued_at: datetime
    sha256: Annotated[str, Field(description="Of the PDF’s bytes.")]
    size: Annotated[int, Field(description="In bytes.")]
    href: Annotated[str, Field(description="Where the PDF is.")]


class ReportsDocument(Document):
    """A page of reports."""

    items: list[ReportDocument]
    next: str | None


@api.get("/contracts/<key>/reports")
@opens("read")
@told(Operation("List reports", "What was issued, the newest first.", ReportsDocument, query=Page))
def reports(key: str) -> Response:
    """A page of a contract's reports."""
    page = asked_for(Page)
    below = cursors.after(page, int)
    with reading() as session:
        found = issued.of_contract(session, contract(session, key), below=below, limit=page.limit + 1)
        items, following = cursors.cut(found, page, lambda each: each.report.issue)
        return document(ReportsDocument(items=[_report(each) for each in items], next=following))


@api.get("/contracts/<key>/reports/<int:id>.pdf")
@opens("read")
@told(Operation("Read a report", "The very bytes that were issued.", None))
def report_file(key: str, id: int) -> Response:  # noqa: A002 -- what the address calls it
    """The PDF of one report."""
    asked_for(NoQuery)
    with reading() as session:
        found = issued.by_id(session, contract(session, key), id)
        if found is None:
            raise not_there()
        response = Response(found.pdf, mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}-{found.issue}.pdf"'
        response.set_etag(found.sha256)
        return response


def _report(each: Issued) -> ReportDocument:
    row = each.report
    return ReportDocument(
        id=row.id,
        issue=row.issue,
        period=each.period_key,
        language=row.language,
        issued_at=row.issued_at,
        sha256=row.sha256,
        size=each.size,
        href=url_for("api.report_file", key=each.contract_key, id=row.id),
    )
