"""What a report's figures were counted from, as far as it may be shown."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from xla.core.agreement import Agreement, Kpi, Metric
from xla.core.outcome import Judged, Outcome
from xla.core.privacy import K_DISTRIBUTION, is_few
from xla.core.summary import Summary, measure_summary
from xla.core.weight import KINDS, weights_for
from xla.documents.counted import CountedKpi, Kind, hide
from xla.services.evaluations import Knowing

OTHERS: dict[Metric, Kind] = {Metric.NKI: "index", Metric.RATE: "rate", Metric.AMOUNT_MEAN: "amount"}


def counted(knowing: Knowing, kpis: tuple[Judged, ...]) -> tuple[CountedKpi, ...]:
    """Each KPI's counts and sums; hidden under eight answers, and where two together would tell of fewer."""
    found = tuple(_counted(knowing, each) for each in kpis)
    return hide(found, _telling(found))


def distributions(outcome: Outcome, behind: Iterable[CountedKpi]) -> dict[str, Mapping[int, int]]:
    """The score counts of each KPI of which they may be shown."""
    return {each.key: outcome.kpi(each.key).measurement.counts for each in behind if each.summary}


def _counted(knowing: Knowing, judged: Judged) -> CountedKpi:
    kpi, agreement = judged.kpi, knowing.agreement
    summary = None if judged.measurement.n < K_DISTRIBUTION else _shown(knowing, judged)
    if kpi.observation:
        return CountedKpi(kpi.key, OTHERS[kpi.metric], summary)
    scale = agreement.question(kpi.asked[0]).scores
    ends = (scale.lowest, scale.highest)
    if kpi.metric is Metric.NKI:
        return CountedKpi(kpi.key, OTHERS[kpi.metric], summary, scale=ends)
    return CountedKpi(kpi.key, KINDS[kpi.metric], summary, weights_for(kpi, scale), ends)


def _shown(knowing: Knowing, judged: Judged) -> Summary | None:
    """None too where what is counted is not what stands, as where an addendum left a KPI as it was."""
    told = knowing.summary(judged.kpi)
    if _is_of_few(told) or not _stands(knowing.agreement, judged.kpi, told, judged):
        return None
    return told


def _is_of_few(told: Summary) -> bool:
    answers = [sum(counts.values()) for counts in told.scores.values()]
    respondents = [told.respondents.count] if told.respondents else []
    return any(is_few(n, K_DISTRIBUTION) for n in (*answers, *respondents))


def _stands(agreement: Agreement, kpi: Kpi, told: Summary, judged: Judged) -> bool:
    again = measure_summary(agreement, kpi, told)
    return (again.n, again.value) == (judged.measurement.n, judged.measurement.value)


def _telling(found: tuple[CountedKpi, ...]) -> Iterator[str]:
    """KPIs whose counts, less those of another about the same question, are those of a few answers."""
    for one, other in combinations(found, 2):
        if one.summary is None or other.summary is None:
            continue
        for question in one.summary.scores.keys() & other.summary.scores.keys():
            ours, theirs = one.summary.scores[question], other.summary.scores[question]
            if is_few(abs(sum(ours.values()) - sum(theirs.values())), K_DISTRIBUTION):
                yield other.key
