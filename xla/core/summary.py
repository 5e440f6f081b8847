"""A summary: the counts and sums one KPI's figures come from, and nothing of any one person.

What a report carries of its ratings, so that whoever holds it can compute its figures again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xla.core.agreement import Agreement, Kpi, Metric
from xla.core.cluster import Respondents
from xla.core.measurement import Measurement
from xla.core.metric import IndexSums, measure_amount, measure_grouped, measure_index_of, measure_rate
from xla.core.weight import weighted


@dataclass(frozen=True)
class Observed:
    """Operational data summed over a window: numerator and denominator, or amount and count."""

    amount: Decimal
    base: Decimal
    squares: Decimal | None


@dataclass(frozen=True)
class Summary:
    """Of ratings the score counts of each question asked; of an observation its sums."""

    scores: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Question key -> score -> how many gave it, every score of the scale."""
    observed: Observed | None = None
    index: IndexSums | None = None
    """For nki: of the responses' own indices."""
    respondents: Respondents | None = None
    """Where the KPI says `cluster`."""


def measure_summary(agreement: Agreement, kpi: Kpi, told: Summary) -> Measurement:
    """What the KPI comes to.

    Raises:
        ValueError: counts off the scale, sums that are missing, or that no ratings can have.
    """
    if kpi.observation:
        return _observed(agreement, kpi, told.observed)
    scale = agreement.question(kpi.asked[0]).scores
    if set(told.scores) != set(kpi.asked):
        raise ValueError(f"{kpi.key} asks {', '.join(kpi.asked)}, not {', '.join(told.scores) or 'nothing'}")
    if kpi.metric is Metric.NKI:
        if told.index is None:
            raise ValueError(f"{kpi.key} has no sums of the responses' own indices")
        return measure_index_of(told.scores, scale, told.index, kpi.confidence)
    if kpi.cluster and told.respondents is None:
        raise ValueError(f"{kpi.key} has no sums over respondents")
    respondents = told.respondents if kpi.cluster else None
    return measure_grouped(weighted(kpi, scale), told.scores[kpi.asked[0]], kpi.confidence, respondents)


def _observed(agreement: Agreement, kpi: Kpi, observed: Observed | None) -> Measurement:
    if observed is None:
        raise ValueError(f"{kpi.key} has no sums of {kpi.observation}")
    if kpi.metric is Metric.AMOUNT_MEAN:
        return measure_amount(observed.amount, int(observed.base), observed.squares, kpi.confidence)
    subset = agreement.observation(str(kpi.observation)).subset
    return measure_rate(observed.amount, observed.base, subset, kpi.confidence)
