"""The report's site table: every KPI at every site, with what must be hidden hidden."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from xla.core.agreement import Agreement, Kpi
from xla.core.outcome import Judged
from xla.core.privacy import WHOLE, hidden_sites, is_few
from xla.core.verdict import judge
from xla.documents.report_data import SiteCell, SiteRow
from xla.services.breakdowns import around, groups, measured, rolled_up
from xla.services.evaluations import Knowing

OUTSIDE = SiteCell(None, None, None, outside=True)
HIDDEN = SiteCell(None, None, None, hidden=True)


def site_rows(knowing: Knowing, agreement: Agreement, kpis: tuple[Judged, ...]) -> tuple[SiteRow, ...]:
    """One row a site, those inside it included, in the agreement's order; no query for each site.

    A KPI about some of those whom another asks the same has all its sites hidden where the two, subtracted at
    a site, would tell of fewer than five answers.
    """
    columns = [site_column(knowing, agreement, judged) for judged in kpis]
    for place in set(_telling(agreement, kpis, columns)):
        columns[place] = {key: cell if cell.outside else HIDDEN for key, cell in columns[place].items()}
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


def _telling(
    agreement: Agreement, kpis: Sequence[Judged], columns: Sequence[Mapping[str, SiteCell]]
) -> Iterator[int]:
    """The places of KPIs that another's figures, less theirs at a site, would make tell of few."""
    for inner, outer in permutations(range(len(kpis)), 2):
        if _is_part(agreement, kpis[inner].kpi, kpis[outer].kpi) and any(
            is_few((columns[outer][key].n or 0) - (cell.n or 0))
            for key, cell in columns[inner].items()
            if cell.value is not None and columns[outer][key].value is not None
        ):
            yield inner


def _is_part(agreement: Agreement, inner: Kpi, outer: Kpi) -> bool:
    """Whether the one measures some of the answers that the other measures, in the same way."""
    ours, theirs = inner.scope, outer.scope
    sites = [agreement.descendants(each.sites or agreement.site_keys) for each in (ours, theirs)]
    return (
        bool(inner.asked)
        and _how(inner) == _how(outer)
        and _narrows(ours.personas, theirs.personas)
        and _narrows(ours.touchpoints, theirs.touchpoints)
        and sites[0] <= sites[1]
    )


def _how(kpi: Kpi) -> tuple[object, ...]:
    return (kpi.asked, kpi.metric, kpi.top, kpi.scores, kpi.weights, kpi.window)


def _narrows(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return not theirs or (bool(ours) and set(ours) <= set(theirs))
