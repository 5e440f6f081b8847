"""Site tables: some KPIs at some sites of a contract, with what must be hidden over all of them hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from xla.core.agreement import Agreement, Kpi, Scope
from xla.core.outcome import Judged
from xla.core.paging import place
from xla.core.privacy import WHOLE, hidden_sites
from xla.services.breakdowns import UNTOLD, Part, around, part, parts, rolled_up
from xla.services.breakdowns import groups as grouped
from xla.services.evaluations import Knowing
from xla.services.standings import WORST_FIRST

MOST_KPIS = 6
MOST_SITES = 30


@dataclass(frozen=True)
class SiteLine:
    """One site, those inside it included; None where a KPI does not look there."""

    key: str
    title: str
    depth: int
    cells: tuple[Part | None, ...]


@dataclass(frozen=True)
class SiteTable:
    """One page of the table: of all KPIs and all sites as many as are read at once."""

    kpis: tuple[Kpi, ...]
    lines: tuple[SiteLine, ...]
    kpi_page: int
    kpi_pages: int
    site_page: int
    site_pages: int


@dataclass(frozen=True)
class Journey:
    """One KPI along the touchpoints, in the journey's order."""

    kpi: Kpi
    stops: tuple[Part, ...]
    weakest: Part | None
    """The shown one furthest down; None where fewer than two are shown."""


def site_table(
    knowing: Knowing, agreement: Agreement, kpis: Sequence[Judged], *, kpi_page: int, site_page: int
) -> SiteTable | None:
    """A page of the table, pages counted from 1; None where there are no sites."""
    walked = list(agreement.walk_sites())
    if not walked or not kpis:
        return None
    across, down = place(len(kpis), kpi_page, MOST_KPIS), place(len(walked), site_page, MOST_SITES)
    shown = walked[down.offset : down.offset + MOST_SITES]
    chosen = kpis[across.offset : across.offset + MOST_KPIS]
    columns = [_column(knowing, agreement, each, [site.key for site, _, _ in shown]) for each in chosen]
    return SiteTable(
        tuple(each.kpi for each in chosen),
        tuple(
            SiteLine(site.key, site.title, depth, tuple(column[site.key] for column in columns))
            for site, depth, _ in shown
        ),
        across.page,
        across.pages,
        down.page,
        down.pages,
    )


def journey(knowing: Knowing, agreement: Agreement, kpi: Kpi) -> Journey:
    """The KPI at each touchpoint it looks at; those who did not tell theirs stand last."""
    looked_at = kpi.scope.touchpoints
    keys = tuple(each.key for each in agreement.journey if not looked_at or each.key in looked_at)
    stops = parts(knowing.of(kpi), kpi, lambda where: where.touchpoint, keys)
    side = 1 if kpi.higher_is_better else -1
    told = [(side * stop.value, stop) for stop in stops if stop.value is not None and stop.key != UNTOLD]
    weakest = min(told, key=lambda each: each[0])[1] if len(told) > 1 else None
    return Journey(kpi, tuple(stops), weakest)


def journey_kpis(knowing: Knowing, agreement: Agreement, kpis: Sequence[Judged]) -> list[Judged]:
    """The KPIs that can be followed along the journey: rated at two of its touchpoints or more."""
    named = {each.key for each in agreement.journey}
    rated: dict[tuple[str, ...], set[str]] = {}
    followed = []
    for each in kpis:
        asked, looked_at = each.kpi.asked, set(each.kpi.scope.touchpoints) or named
        if asked not in rated:
            known = knowing.of(each.kpi)
            rated[asked] = {where.touchpoint for key in asked for where, _, _ in known.cells(key, Scope())}
        if len(rated[asked] & looked_at & named) > 1:
            followed.append(each)
    return followed


def worst_first(kpis: Sequence[Judged]) -> Judged | None:
    """The KPI to look at first: a breached one, else one at risk, and so on; of equals the first."""
    return min(kpis, key=lambda each: WORST_FIRST.index(each.verdict), default=None)


def _column(
    knowing: Knowing, agreement: Agreement, judged: Judged, shown: Sequence[str]
) -> dict[str, Part | None]:
    kpi = judged.kpi
    own = grouped(knowing.of(kpi), kpi, lambda where: where.site)
    inside = rolled_up(agreement, own)
    n = {key: group.n(kpi) for key, group in inside.items()}
    tree = {site.key: parent or WHOLE for site, _, parent in agreement.walk_sites()}
    hidden = hidden_sites(tree, n | {WHOLE: sum(group.n(kpi) for group in own.values())})
    looked_at = around(tree, agreement.descendants(kpi.scope.sites) if kpi.scope.sites else frozenset(tree))
    return {
        key: part(agreement, kpi, key, inside[key], is_hidden=key in hidden)
        if key in looked_at and (n[key] or not kpi.observation)
        else None
        for key in shown
    }
