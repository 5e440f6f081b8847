"""KPIs: one indicator's page, from its history to how it is computed."""

from flask import Blueprint, abort, render_template, request

from xla.core.role import Permission
from xla.documents import cells, chart_glance, charts
from xla.documents.words import FORMULAS, INTERVALS, RULES
from xla.services.kpi_page import comments_of, details, kpi_page
from xla.web import contract_words, kpi_charts
from xla.web.access import needs
from xla.web.contracts import seen
from xla.web.database import kept, reading
from xla.web.language import spoken

kpis = Blueprint("kpis", __name__)


@kpis.get("/contracts/<key>/kpis/<kpi>")
@needs(Permission.SEE)
def kpi(key: str, kpi: str) -> str:
    """One KPI in one period."""
    with reading() as session:
        page = kpi_page(
            session,
            seen(session, key),
            kpi,
            period=request.args.get("period"),
            language=spoken(),
            kept=kept(),
        )
        if page is None:
            abort(404)
        return render_template(
            "kpis/kpi.html",
            page=page,
            agreed=page.agreement.contract,
            cells=cells,
            glance=chart_glance,
            charts=charts,
            told=contract_words,
            formulas=FORMULAS,
            intervals=INTERVALS,
            rules=RULES,
            pictures=kpi_charts,
            details=details(page, kept(), site_page=request.args.get("sites", 1, type=int)),
            comments=comments_of(page, request.args.get("comments", 1, type=int)),
        )
