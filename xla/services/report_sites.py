"""The report's site table: every KPI at every site, with what must be hidden hidden."""

from xla.core.agreement import Agreement, Kpi, Scope
from xla.core.measurement import Measurement
from xla.core.outcome import Judged
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.verdict import judge
from xla.documents.report_data import SiteCell, SiteRow
from xla.services.evaluations import Knowing

OUTSIDE = SiteCell(None, None, None, outside=True)
HIDDEN = SiteCell(None, None, None, hidden=True)


def site_rows(knowing: Knowing, agreement: Agreement, kpis: tuple[Judged, ...]) -> tuple[SiteRow, ...]:
    """One row a site, those inside it included, in the agreement's order."""
    inside = {key: agreement.descendants((key,)) for key in agreement.site_keys}
    columns = [_column(knowing, agreement, judged, inside) for judged in kpis]
    return tuple(
        SiteRow(site.key, site.title, depth, tuple(column[site.key] for column in columns))
        for site, depth, _ in agreement.walk_sites()
    )


def _column(
    knowing: Knowing, agreement: Agreement, judged: Judged, inside: dict[str, frozenset[str]]
) -> dict[str, SiteCell]:
    kpi = judged.kpi
    looked_at = agreement.descendants(kpi.scope.sites or agreement.site_keys)
    at = {key: _measured(knowing, kpi, sites & looked_at) for key, sites in inside.items()}
    tree = {site.key: parent or WHOLE for site, _, parent in agreement.walk_sites()}
    n_by_site = {key: found.n for key, found in at.items() if found}
    hidden = hidden_sites(tree, n_by_site | {WHOLE: judged.measurement.n})
    return {key: _cell(kpi, found, is_hidden=key in hidden) for key, found in at.items()}


def _measured(knowing: Knowing, kpi: Kpi, inside: frozenset[str]) -> Measurement | None:
    """The KPI at one site, as far as it looks there; None where it does not look."""
    if not inside:
        return None
    scope = Scope(sites=tuple(sorted(inside)), touchpoints=kpi.scope.touchpoints, personas=kpi.scope.personas)
    return knowing.measure(kpi.model_copy(update={"scope": scope, "cluster": None}))


def _cell(kpi: Kpi, found: Measurement | None, *, is_hidden: bool) -> SiteCell:
    if found is None or (kpi.observation and not found.n):
        return OUTSIDE
    if is_hidden:
        return HIDDEN
    return SiteCell(found.n, found.value, judge(found, kpi.thresholds))
