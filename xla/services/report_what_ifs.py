"""The report's what-ifs: every KPI as it would be with another sample, as far as that may be shown.

What is shown beside a published figure must not tell, by subtraction, of fewer than five answers (domain,
section 9); `docs/calculation.md` says what is shown when.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select

from xla.core.agreement import Agreement
from xla.core.few import could_change
from xla.core.outcome import Judged, judged
from xla.core.privacy import K_VALUE, WHOLE, hidden_sites, is_few
from xla.core.weight import KINDS, weighted
from xla.core.window import Window, local_day
from xla.documents.report_data import SiteRow
from xla.documents.sampling_data import (
    ExclusionLine,
    Supposed,
    Supposition,
    WhatIfLine,
    WhatIfs,
    WithAndWithout,
)
from xla.models import Contract, Exclusion
from xla.services.evaluations import Knowing, Moment
from xla.services.exclusions import agreed_at
from xla.services.knowledge import Knowledge
from xla.services.late_added import LateAdded
from xla.services.traffic import passages, weighted_by_traffic
from xla.services.unflagged import Unflagged

MOST_EXCLUSIONS = 6
"""Of which each is measured without it; where there are more, all of them together are."""
Found = dict[str, Judged]
"""KPI -> what it would be, where its answers differ."""


@dataclass(frozen=True)
class Published:
    """What stands in the report, and what it leaves out."""

    knowing: Knowing
    kpis: Sequence[Judged]
    sites: Sequence[SiteRow]

    @property
    def known(self) -> Knowledge:
        """What is known of the period."""
        return self.knowing.within(Window(self.knowing.period.start, self.knowing.period.end))

    @property
    def known_at(self) -> datetime:
        """The report's instant."""
        return self.knowing.moment.known_at

    @cached_property
    def contract(self) -> Contract:
        """Whose report it is."""
        return self.known.session.get_one(Contract, self.known.contract_id)

    @property
    def agreement(self) -> Agreement:
        """The agreement the period is judged by."""
        return self.known.agreement

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """All that both parties had agreed to by then, of whatever days."""
        rows = self.known.session.scalars(
            select(Exclusion)
            .where(Exclusion.contract_id == self.contract.id)
            .order_by(Exclusion.start_on, Exclusion.id)
        )
        return [row for row in rows if (at := agreed_at(row)) is not None and at <= self.known_at]

    @cached_property
    def here(self) -> list[Exclusion]:
        """The exclusions that touch the period."""
        return [
            row
            for row in self.exclusions
            if row.start_on < self.known.window.end and row.end_on > self.known.window.start
        ]

    @cached_property
    def put_back(self) -> Found:
        """Without any exclusion that touches the period."""
        return self.supposing([row for row in self.exclusions if row not in self.here])

    def supposing(self, supposed: Sequence[Exclusion], knowledge: type[Knowledge] = Knowledge) -> Found:
        """The KPIs that would differ, measured; as known at the report's instant."""
        moment = Moment(self.known_at, self.knowing.moment.now, supposed, knowledge)
        knowing = Knowing(self.known.session, self.contract, self.agreement, self.known.window, moment)
        return {
            each.kpi.key: judged(each.kpi, knowing.measure(each.kpi), 0)
            for each in self.kpis
            if not each.kpi.observation and _differs(knowing.of(each.kpi), each)
        }

    def hidden_at(self, kpi: int) -> AbstractSet[str]:
        """The sites at which that KPI's figure is not shown."""
        return {row.key for row in self.sites if row.cells[kpi].value is None}


def what_ifs(
    published: Published, *, outage_sites: Sequence[str], has_late: bool, has_flagged: bool
) -> WhatIfs | None:
    """Every KPI that would differ; None where none would. The same number of queries for any contract."""
    found: dict[Supposition, Mapping[str, Supposed]] = {}
    if published.here:
        found[Supposition.PUT_BACK] = _shown(published, published.put_back)
    if has_late:
        late = _shown(published, published.supposing(published.exclusions, LateAdded))
        found[Supposition.LATE] = {key: _without_value(each) for key, each in late.items()}
    if outage_sites:
        found[Supposition.OUTAGE] = _without_sites(published, outage_sites)
    found[Supposition.TRAFFIC] = _by_traffic(published)
    if has_flagged:
        unflagged = published.supposing(published.exclusions, Unflagged)
        found[Supposition.UNFLAGGED] = _shown(published, unflagged)
    lines = tuple(
        WhatIfLine(each.kpi.key, then)
        for each in published.kpis
        if (then := {asked: told[each.kpi.key] for asked, told in found.items() if each.kpi.key in told})
    )
    if not lines:
        return None
    titles = {site.key: site.title for site, _, _ in published.agreement.walk_sites()}
    return WhatIfs(
        tuple(each for each in Supposition if found.get(each)),
        tuple(titles[key] for key in outage_sites),
        lines,
    )


def exclusion_lines(
    published: Published, excluded: Mapping[tuple[int, date], int], *, is_measured: bool
) -> tuple[ExclusionLine, ...]:
    """The exclusions that touch the period; `excluded` counts responses by rating point and day."""
    zone = ZoneInfo(published.agreement.contract.timezone)
    titles = {site.key: site.title for site, _, _ in published.agreement.walk_sites()}
    effects = _effects(published) if is_measured else [() for _ in published.here]
    lines = []
    for row, kpis in zip(published.here, effects, strict=True):
        sites = published.agreement.descendants((row.site_key,))
        provider, client = (
            local_day(at, zone) for at in (row.provider_agreed_at, row.client_agreed_at) if at
        )
        n = sum(
            count
            for (point, day), count in excluded.items()
            if row.start_on <= day < row.end_on and published.known.places[point][0] in sites
        )
        title = titles.get(row.site_key, row.site_key)
        days = (row.start_on, row.end_on)
        lines.append(ExclusionLine(row.site_key, title, *days, row.reason, provider, client, n=n, kpis=kpis))
    return tuple(lines)


def _effects(published: Published) -> list[tuple[WithAndWithout, ...]]:
    """Of each exclusion the KPIs with its answers put back; none where there are too many to measure each.

    Beside the figure with all of them put back, one is shown only where no difference between shown figures
    is of fewer than five.
    """
    here = published.here
    if len(here) > MOST_EXCLUSIONS:
        return [() for _ in here]
    if len(here) == 1:
        each = [published.put_back]
    else:
        each = [published.supposing(_all_but(published, row)) for row in here]
    hidden = {kpi.kpi.key: _hidden_parts(kpi, published.put_back, each) for kpi in published.kpis}
    return [
        tuple(
            WithAndWithout(
                now.kpi.key,
                _supposed(published, now, found[now.kpi.key], is_hidden=f"{place}" in hidden[now.kpi.key]),
            )
            for now in published.kpis
            if now.kpi.key in found
        )
        for place, found in enumerate(each)
    ]


def _all_but(published: Published, row: Exclusion) -> list[Exclusion]:
    return [other for other in published.exclusions if other is not row]


def _hidden_parts(kpi: Judged, whole: Found, each: Sequence[Found]) -> set[str]:
    key, n = kpi.kpi.key, kpi.measurement.n
    parts = {f"{place}": found[key].measurement.n - n for place, found in enumerate(each) if key in found}
    together = whole[key].measurement.n - n if key in whole else 0
    return hidden_sites(dict.fromkeys(parts, WHOLE), parts | {WHOLE: together})


def _shown(published: Published, found: Found) -> dict[str, Supposed]:
    return {
        each.kpi.key: _supposed(published, each, found[each.kpi.key])
        for each in published.kpis
        if each.kpi.key in found
    }


def _without_value(told: Supposed) -> Supposed:
    """Of late ratings only the verdict: later reports of the period are of a few more of them."""
    return replace(told, value=None, chance_below_floor=None)


def _without_sites(published: Published, sites: Sequence[str]) -> dict[str, Supposed]:
    """Without a site whose own figure is hidden nothing is shown: the rest would tell it."""
    left = [Exclusion(site_key=key, start_on=date.min, end_on=date.max) for key in sites]
    found = published.supposing([*published.exclusions, *left])
    return {
        each.kpi.key: _supposed(
            published, each, found[each.kpi.key], is_hidden=not published.hidden_at(place).isdisjoint(sites)
        )
        for place, each in enumerate(published.kpis)
        if each.kpi.key in found
    }


def _by_traffic(published: Published) -> dict[str, Supposed]:
    found = {}
    for place, each in enumerate(published.kpis):
        known = published.knowing.of(each.kpi)
        hidden = published.hidden_at(place)
        other = weighted_by_traffic(known, each, passages(known, each.kpi), hidden)
        if other:
            found[each.kpi.key] = _supposed(published, each, other, count=0)
    return found


def _supposed(
    published: Published, now: Judged, then: Judged, *, is_hidden: bool = False, count: int | None = None
) -> Supposed:
    """One figure as far as it may be shown; `count` by how many answers it differs where n does not tell."""
    further = then.measurement.n - now.measurement.n
    count = abs(further) if count is None else count
    if not (is_hidden or is_few(count) or min(then.measurement.n, now.measurement.n) < K_VALUE):
        is_same = then.verdict is now.verdict
        return Supposed(count, then.measurement.value, then.chance_below_floor, then.verdict, is_same=is_same)
    told = now.measurement.n >= K_VALUE and is_few(count)
    return Supposed(count, is_same=told and not _could_change(published.agreement, now, further))


def _could_change(agreement: Agreement, now: Judged, further: int) -> bool:
    kpi = now.kpi
    if kpi.metric not in KINDS:
        return True
    metric = weighted(kpi, agreement.question(kpi.asked[0]).scores)
    return could_change(metric, now.measurement.counts, further, kpi.thresholds, kpi.confidence)


def _differs(known: Knowledge, each: Judged) -> bool:
    """Whether other answers count."""
    found: Counter[int] = Counter()
    for question in each.kpi.asked:
        found.update(known.counts(question, each.kpi.scope))
    return +found != +Counter(each.measurement.counts)
