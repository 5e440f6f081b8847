"""Contracts: one contract's page with the period it is looked at in, and its table as a file."""

import csv
from io import StringIO

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from xla.core.role import Permission
from xla.documents import cells, chart_glance
from xla.documents.figures import printed
from xla.documents.spreadsheet import plain
from xla.models import Contract
from xla.services.contract_page import STRIP, ContractPage, Line, contract_page
from xla.services.memberships import visible_contract
from xla.services.site_tables import journey, journey_kpis, site_table, worst_first
from xla.web import contract_charts, contract_words
from xla.web.access import needs, visitor
from xla.web.database import kept, reading
from xla.web.language import spoken

contracts = Blueprint("contracts", __name__)


@contracts.get("/contracts/<key>")
@needs(Permission.SEE)
def contract(key: str) -> str:
    """One contract: its promise, its periods, and everything about the chosen one."""
    with reading() as session:
        page = _page(session, key)
        return render_template(
            "contract/contract.html",
            page=page,
            agreed=page.agreement.contract,
            glance=chart_glance,
            told=contract_words,
            drawn=_cells(page),
            **_places(page),
        )


@contracts.get("/contracts/<key>/kpis.csv")
@needs(Permission.SEE)
def table(key: str) -> Response:
    """The chosen period's KPI table as a file."""
    with reading() as session:
        page = _page(session, key)
        if page.stage is None:
            abort(404)
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(
            ("kpi", "title", "metric", "value", "low", "high", "confidence", "n", "verdict", "floor",
             "target", "late", "excluded", "weight", "points")
        )  # fmt: skip
        writer.writerows(_row(line) for line in page.lines)
        response = Response(text.getvalue(), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}-{page.stage.name}.csv"'
        return response


def seen(session: Session, key: str) -> Contract:
    """The contract of the address, which the guard has let the visitor see."""
    found = visible_contract(session, visitor(), key)
    if found is None:
        abort(404)
    return found


def _page(session: Session, key: str) -> ContractPage:
    page = contract_page(
        session, seen(session, key), period=request.args.get("period"), language=spoken(), kept=kept()
    )
    if page is None:
        abort(404)
    return page


def _places(page: ContractPage) -> dict[str, object]:
    """The chosen period by site and one KPI along the journey, drawn once for each evaluation."""
    if page.stage is None:
        return {"sites": "", "along": ""}
    evaluation, tongue = page.stage.evaluation.id, spoken()
    numbers = tuple(request.args.get(name, 1, type=int) for name in ("kpis", "sites"))
    followed = request.args.get("journey", "")
    return {
        "sites": kept().of(("sites", evaluation, tongue, *numbers), lambda: _sites(page, *numbers)),
        "along": kept().of(("journey", evaluation, tongue, followed), lambda: _journey(page, followed)),
    }


def _cells(page: ContractPage) -> dict[str, tuple[Markup, Markup]]:
    """Each KPI's evidence and sparkline, drawn once for each evaluation and its history."""
    if page.stage is None:
        return {}
    tongue = spoken()
    rests_on = tuple(stage.evaluation.id for stage in page.stages if stage.start <= page.stage.start)[-STRIP:]
    return kept().of(
        ("cells", tongue, rests_on),
        lambda: {
            line.kpi.key: (
                cells.evidence_cell(line.result, language=tongue),
                cells.sparkline(line.result, line.result.trend, language=tongue),
            )
            for line in page.lines
        },
    )


def _sites(page: ContractPage, kpi_page: int, site_page: int) -> Markup:
    """The table of sites; nothing where there are none."""
    if page.stage is None or page.knowing is None:
        return Markup()
    agreement, kpis = page.stage.agreement, page.stage.outcome.kpis
    table = site_table(page.knowing, agreement, kpis, kpi_page=kpi_page, site_page=site_page)
    return _drawn("contract/where.html", page, sites=table) if table else Markup()


def _journey(page: ContractPage, followed: str) -> Markup:
    """The journey of that KPI, else of the one to look at first; nothing where none can be followed."""
    if page.stage is None or page.knowing is None:
        return Markup()
    agreement = page.stage.agreement
    along = journey_kpis(page.knowing, agreement, page.stage.outcome.kpis)
    named = [each for each in along if each.kpi.key == followed]
    first = named[0] if named else worst_first(along)
    if first is None:
        return Markup()
    told = journey(page.knowing, agreement, first.kpi)
    return _drawn("contract/journey.html", page, journey=told, journey_kpis=along)


def _drawn(template: str, page: ContractPage, **more: object) -> Markup:
    """A part of the page that is the same for everybody who reads the language."""
    agreed = page.agreement.contract
    return Markup(  # noqa: S704 -- a template of ours, which escapes
        render_template(
            template, page=page, stage=page.stage, agreed=agreed, pictures=contract_charts, **more
        )
    )


def _row(line: Line) -> tuple[object, ...]:
    result, measured = line.result, line.result.measurement
    value = None if measured.value is None else printed(measured.value, result.metric, result.thresholds)
    return (
        plain(result.key), plain(result.title), str(result.metric), value, measured.low, measured.high,
        result.confidence, measured.n, str(result.verdict), result.thresholds.floor, result.thresholds.target,
        result.late, result.excluded, result.weight, None if result.points is None else float(result.points),
    )  # fmt: skip
