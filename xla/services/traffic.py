"""Traffic: how many passed each site, and KPIs weighted by it instead of by who answered."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Agreement, Kpi
from xla.core.outcome import Judged, judged
from xla.core.stratified import Stratum, measure_stratified
from xla.core.weight import KINDS, weighted
from xla.services.knowledge import Knowledge


def passages(known: Knowledge, kpi: Kpi | None = None) -> dict[str, Decimal]:
    """Site key -> traffic counted there in `known`'s window and known by its instant, above 0.

    Of the agreement's `traffic`, in the KPI's scope or in the whole contract; none where none is named. An
    `amount_mean` counts with its amounts, a `rate` with its denominators. A site inside which traffic is
    counted, too, stands for the whole of those and is left out.
    """
    agreement = known.agreement
    if agreement.traffic is None or not agreement.kpis:
        return {}
    asked = (kpi or agreement.kpis[0]).model_copy(update={"observation": agreement.traffic})
    if kpi is None:
        asked = asked.model_copy(update={"scope": type(asked.scope)()})
    is_amount = agreement.observation(agreement.traffic).kind == "amount_mean"
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in known.observations(asked):
        if known.known_at is None or row.received_at <= known.known_at:
            found[row.site_key] += row.amount if is_amount else row.base
    holders = {site.key: parent for site, _, parent in agreement.walk_sites()}
    counted = {key: amount for key, amount in found.items() if key in holders and amount > 0}
    return {key: n for key, n in counted.items() if not _is_whole(agreement, key, counted)}


def weighted_by_traffic(
    known: Knowledge, published: Judged, traffic: Mapping[str, Decimal], hidden: Collection[str]
) -> Judged | None:
    """The KPI with each site weighted by its traffic; None where that is not defined or tells nothing.

    It is defined for the mean of a weight per rating, at two sites or more that have traffic and answers;
    sites whose own figure is `hidden`, or that have none, are left out: it is made of figures that are shown.
    """
    kpi = published.kpi
    if kpi.metric not in KINDS or kpi.observation:
        return None
    metric = weighted(kpi, known.agreement.question(kpi.asked[0]).scores)
    counts = _counts(known, kpi, traffic)
    strata = []
    for site in sorted(set(traffic) - set(hidden)):
        by_weight = dict.fromkeys(metric.weights.values(), 0)
        for score, n in counts[site].items():
            by_weight[metric.weights[score]] += n
        strata.append(Stratum(Fraction(traffic[site]), by_weight))
    if len(strata) <= 1:
        return None
    effect = published.measurement.design_effect or 1.0
    return judged(kpi, measure_stratified(strata, kpi.confidence, effect), 0)


def _counts(known: Knowledge, kpi: Kpi, traffic: Mapping[str, Decimal]) -> Mapping[str, Counter[int]]:
    """Site with traffic -> score -> n, those inside it included."""
    inside = {each: site for site in traffic for each in known.agreement.descendants((site,))}
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for where, score, n in known.cells(kpi.asked[0], kpi.scope):
        if where.site in inside:
            counts[inside[where.site]][score] += n
    return counts


def _is_whole(agreement: Agreement, key: str, counted: Collection[str]) -> bool:
    return any(other in counted for other in agreement.descendants((key,)) - {key})
