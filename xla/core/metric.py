"""A metric: how answers become one value, with its interval. All sums are exact."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from xla.core.cluster import Cluster, Respondents, design_effect, summed
from xla.core.evidence import Evidence, MeanEvidence, NetEvidence, OneVoice, ShareEvidence, SpreadEvidence
from xla.core.measurement import Measurement
from xla.core.scale import Scale
from xla.core.weight import BEST, WORST, Kind, WeightedMetric, kind_of, range_of, weighted, weights_for

__all__ = [
    "Cluster",
    "IndexSums",
    "OwnIndex",
    "WeightedMetric",
    "churn",
    "index_sums",
    "kind_of",
    "measure",
    "measure_amount",
    "measure_grouped",
    "measure_index",
    "measure_index_of",
    "measure_rate",
    "range_of",
    "weighted",
    "weights_for",
]


@dataclass(frozen=True)
class OwnIndex:
    """`times` responses whose own index, over the items they answered, is `value` on 0-100."""

    value: Fraction
    times: int


@dataclass(frozen=True)
class IndexSums:
    """What an index's interval needs of all responses' own indices together."""

    n: int
    """How many responses."""
    total: Fraction
    """The sum of their own indices, 0-100 each."""
    squares: Fraction
    """The sum of the squares of those."""


def index_sums(own: Sequence[OwnIndex]) -> IndexSums:
    """The sums of the responses' own indices."""
    return IndexSums(
        n=sum(each.times for each in own),
        total=sum((each.value * each.times for each in own), Fraction(0)),
        squares=sum((each.value**2 * each.times for each in own), Fraction(0)),
    )


def measure(
    metric: WeightedMetric,
    counts: Mapping[int, int],
    confidence: Decimal,
    clusters: Sequence[Cluster] | None = None,
) -> Measurement:
    """The value of score counts, with the interval of its kind: Wilson, adjusted Wald or Student's t.

    With `clusters`, which must hold the same ratings, the interval is cluster-robust: a mean has Student's t
    with respondents less one degrees of freedom, a share Wilson's with n / design effect answers, a net the
    adjusted Wald variance times the design effect. One respondent alone gives no interval.

    Raises:
        ValueError: a score outside the scale, a negative count, or clusters that hold other ratings.
    """
    return measure_grouped(metric, counts, confidence, None if clusters is None else summed(clusters))


def measure_grouped(
    metric: WeightedMetric,
    counts: Mapping[int, int],
    confidence: Decimal,
    respondents: Respondents | None,
) -> Measurement:
    """As `measure`, from the sums over respondents alone, or None where they do not matter."""
    by_weight = _by_weight(metric, counts)
    n = sum(by_weight.values())
    if n == 0:
        return Measurement(0, None, None, None, dict(counts))
    value = sum(weight * count for weight, count in by_weight.items()) / Fraction(n)
    if respondents is None:
        return _measured(n, value, _evidence(metric.kind, by_weight), confidence, counts)
    effect = design_effect(by_weight, respondents)
    if effect is None:
        return _measured(n, value, OneVoice(), confidence, counts)
    evidence = _evidence(metric.kind, by_weight, float(effect), respondents.count)
    measured = _measured(n, value, evidence, confidence, counts)
    return replace(measured, design_effect=float(effect))


def measure_index(
    items: Mapping[str, Mapping[int, int]],
    scale: Scale,
    own: Sequence[OwnIndex],
    confidence: Decimal,
    weights: Mapping[str, Fraction] | None = None,
) -> Measurement:
    """The satisfaction index, 0-100: the weighted mean over items of (mean - min) / (max - min) * 100.

    `items` are score counts per question, `own` the responses' own indices; `n` counts responses, and the
    measurement's score counts are those of all items together. Weights are equal unless told. An item nobody
    answered leaves no value: an index of the other items would be another index.
    The interval is Student's t with the spread of the responses' own indices, centred on the value: where all
    responses are complete, that is their mean.

    Raises:
        ValueError: no items, a score outside the scale, or weights that do not sum to more than 0.
    """
    return measure_index_of(items, scale, index_sums(own), confidence, weights)


def measure_index_of(
    items: Mapping[str, Mapping[int, int]],
    scale: Scale,
    own: IndexSums,
    confidence: Decimal,
    weights: Mapping[str, Fraction] | None = None,
) -> Measurement:
    """As `measure_index`, from the sums of the responses' own indices alone."""
    n = own.n
    pooled = dict(sum((Counter(counts) for counts in items.values()), Counter()))
    if not all(score in scale for score in pooled):
        raise ValueError(f"a score lies outside {scale}")
    levels = {item: _level(counts, scale) for item, counts in items.items()}
    value = _weighted_mean(levels, weights or dict.fromkeys(items, Fraction(1)))
    if n == 0 or value is None:
        return Measurement(n, None, None, None, pooled)
    around = own.squares / n - (own.total / n) ** 2
    return _measured(n, value, SpreadEvidence(float(value), float(around), n), confidence, pooled)


def measure_rate(
    numerator: Decimal,
    denominator: Decimal,
    subset: bool,  # noqa: FBT001 -- a fact about the figures, as the agreement states it
    confidence: Decimal,
) -> Measurement:
    """100 * numerator / denominator, with `n` the whole part of the denominator.

    `subset` says that the numerator counts some of the denominator's cases; only then, and for whole numbers,
    is there an interval (Wilson's). A denominator of 0 is no data.

    Raises:
        ValueError: a denominator below 0.
    """
    if denominator < 0:
        raise ValueError(f"a denominator cannot be {denominator}")
    n = int(denominator)
    if n == 0:
        return Measurement(0, None, None, None)
    value = 100 * Fraction(numerator) / Fraction(denominator)
    whole = numerator == int(numerator) and denominator == n
    counted = subset and whole and 0 <= numerator <= denominator
    evidence = ShareEvidence(int(numerator), n) if counted else None
    return _measured(n, value, evidence, confidence)


def churn(start: int, end: int) -> Fraction:
    """The share lost of those there were: (start - end) / start, below 0 when they became more.

    Raises:
        ValueError: there was nobody to lose.
    """
    if start <= 0:
        raise ValueError(f"churn needs somebody at the start, not {start}")
    return Fraction(start - end, start)


def measure_amount(amount: Decimal, count: int, squares: Decimal | None, confidence: Decimal) -> Measurement:
    """The mean amount a case: amount / count. With the sum of squares, Student's interval.

    Raises:
        ValueError: a count below 0, or squares smaller than these amounts can have.
    """
    if count < 0:
        raise ValueError(f"a count cannot be {count}")
    if count == 0:
        return Measurement(0, None, None, None)
    value = Fraction(amount) / count
    if squares is None:
        return _measured(count, value, None, confidence)
    around = Fraction(squares) / count - value**2
    if around < 0:
        raise ValueError(f"squares {squares} are too small for {amount} in {count} cases")
    return _measured(count, value, SpreadEvidence(float(value), float(around), count), confidence)


def _measured(
    n: int,
    value: Fraction,
    evidence: Evidence | None,
    confidence: Decimal,
    counts: Mapping[int, int] | None = None,
) -> Measurement:
    low, high = (evidence and evidence.interval(confidence)) or (None, None)
    return Measurement(n, value, low, high, dict(counts or {}), evidence=evidence)


def _evidence(
    kind: Kind, by_weight: Mapping[Fraction, int], effect: float = 1.0, groups: int | None = None
) -> Evidence:
    n = sum(by_weight.values())
    if kind == "share":
        return ShareEvidence(by_weight[BEST], n, effect)
    if kind == "net":
        return NetEvidence(by_weight[-BEST], by_weight[WORST], by_weight[BEST], effect)
    return MeanEvidence(by_weight, effect, groups)


def _by_weight(metric: WeightedMetric, counts: Mapping[int, int]) -> Mapping[Fraction, int]:
    """Ratings per distinct weight; weights without ratings stand at 0."""
    by_weight = dict.fromkeys(metric.weights.values(), 0)
    for score, count in counts.items():
        if score not in metric.weights or count < 0:
            raise ValueError(f"{count} ratings of score {score} do not fit the scale")
        by_weight[metric.weights[score]] += count
    return by_weight


def _level(counts: Mapping[int, int], scale: Scale) -> Fraction | None:
    """An item's mean on 0-100."""
    n = sum(counts.values())
    if n == 0:
        return None
    mean = Fraction(sum(score * count for score, count in counts.items()), n)
    return BEST * (mean - scale.lowest) / (scale.highest - scale.lowest)


def _weighted_mean(levels: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]) -> Fraction | None:
    total = sum((weights[item] for item in levels), Fraction(0))
    if total <= 0:
        raise ValueError("an index needs items whose weights sum to more than 0")
    parts = [weights[item] * level for item, level in levels.items() if level is not None]
    return sum(parts, Fraction(0)) / total if len(parts) == len(levels) else None
