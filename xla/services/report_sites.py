"""The report's site table: every KPI at every site, with what must be hidden hidden."""

from xla.core.agreement import Agreement
from xla.core.outcome import Judged
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.verdict import judge
from xla.documents.report_data import SiteCell, SiteRow
from xla.services.breakdowns import around, groups, measured, rolled_up
from xla.services.evaluations import Knowing

OUTSIDE = SiteCell(None, None, None, outside=True)
HIDDEN = SiteCell(None, None, None, hidden=True)


def site_rows(knowing: Knowing, agreement: Agreement, kpis: tuple[Judged, ...]) -> tuple[SiteRow, ...]:
    """One row a site, those inside it included, in the agreement's order; no query for each site."""
    columns = [site_column(knowing, agreement, judged) for judged in kpis]
    return tuple(
        SiteRow(site.key, site.title, depth, tuple(column[site.key] for column in columns))
        for site, depth, _ in agreement.walk_sites()
    )


def site_column(knowing: Knowing, agreement: Agreement, judged: Judged) -> dict[str, SiteCell]:
    """One KPI at every site; its interval takes each answer as one person's."""
    kpi = judged.kpi
    inside = rolled_up(agreement, groups(knowing.of(kpi), kpi, lambda where: where.site))
    n_by_site = {key: group.n(kpi) for key, group in inside.items()}
    tree = {site.key: parent or WHOLE for site, _, parent in agreement.walk_sites()}
    hidden = hidden_sites(tree, n_by_site | {WHOLE: judged.measurement.n})
    looked_at = around(tree, agreement.descendants(kpi.scope.sites or agreement.site_keys))
    cells = {}
    for key, group in inside.items():
        if key not in looked_at or (kpi.observation and not n_by_site[key]):
            cells[key] = OUTSIDE
        elif key in hidden:
            cells[key] = HIDDEN
        else:
            found = measured(agreement, kpi, group)
            cells[key] = SiteCell(
                found.n, found.value, judge(found, kpi.thresholds), low=found.low, high=found.high
            )
    return cells
