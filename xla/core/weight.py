"""A weight: what one rating adds to its KPI's value.

Every metric of ratings is the mean of a weight per rating, in the units shown: in a share a good rating
weighs 100, in a net a detractor weighs -100, in a mean a rating weighs its score.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

from xla.core.agreement import Kpi, Metric
from xla.core.scale import NAMED_SCALES, Scale

Kind = Literal["share", "net", "mean"]
Bounds = tuple[Fraction | None, Fraction | None]

BEST = Fraction(100)
WORST = Fraction(0)
DEFAULT_TOP = 2

KINDS: Mapping[Metric, Kind] = {
    Metric.CSAT: "share",
    Metric.SHARE: "share",
    Metric.CES_AGREE: "share",
    Metric.NPS: "net",
    Metric.ENPS: "net",
    Metric.CES_NET: "net",
    Metric.MEAN: "mean",
    Metric.CES_MEAN: "mean",
    Metric.HAPPINESS: "mean",
}
"""The metrics of ratings; `nki` is an index of several, `rate` and `amount_mean` come from operations."""

SCALES: Mapping[Metric, Scale] = {
    Metric.NPS: NAMED_SCALES["nps11"],
    Metric.ENPS: NAMED_SCALES["nps11"],
    Metric.CES_MEAN: NAMED_SCALES["ces7"],
    Metric.CES_AGREE: NAMED_SCALES["ces7"],
    Metric.CES_NET: NAMED_SCALES["ces7"],
}
"""The scale a metric is defined on, where it is only one."""

POLES: Mapping[Metric, tuple[range, range]] = {
    Metric.NPS: (range(7), range(9, 11)),
    Metric.ENPS: (range(7), range(9, 11)),
    Metric.CES_NET: (range(1, 4), range(6, 8)),
}
"""Detractors' scores, promoters' scores."""


@dataclass(frozen=True)
class WeightedMetric:
    """A metric of ratings: the weight of every score of its scale, in the units shown."""

    kind: Kind
    weights: Mapping[int, Fraction]

    @cached_property
    def per_one(self) -> int:
        """How many units make 1; a unit is the largest part of 1 that all weights are whole numbers of."""
        return lcm(*(weight.denominator for weight in self.weights.values()))

    @cached_property
    def units(self) -> Mapping[int, int]:
        """The weight of every score in those units: whole numbers, exact and quick to add."""
        return {score: int(weight * self.per_one) for score, weight in self.weights.items()}


def weighted(kpi: Kpi, scale: Scale) -> WeightedMetric:
    """The KPI's metric on its question's scale.

    Raises:
        ValueError: the metric is not one of ratings, not defined on this scale, or its parameters do not fit.
    """
    return WeightedMetric(kind_of(kpi.metric), weights_for(kpi, scale))


def kind_of(metric: Metric) -> Kind:
    """Share, net or mean; raises ValueError for a metric that is none of them."""
    if metric not in KINDS:
        raise ValueError(f"{metric} is not a metric of one question's ratings")
    return KINDS[metric]


def weights_for(kpi: Kpi, scale: Scale) -> Mapping[int, Fraction]:
    """The weight of every score of the scale in the units shown (domain, section 3); errors of `weighted`."""
    kind = kind_of(kpi.metric)
    needed = SCALES.get(kpi.metric, scale)
    if scale != needed:
        raise ValueError(f"{kpi.metric} is defined on {needed}, not on {scale}")
    if kind == "share":
        good = _good_scores(kpi, scale)
        return {score: BEST if score in good else WORST for score in scale.scores}
    if kind == "net":
        detractors, promoters = POLES[kpi.metric]
        return {score: BEST * ((score in promoters) - (score in detractors)) for score in scale.scores}
    if kpi.metric is Metric.HAPPINESS:
        return _happiness(kpi, scale)
    return {score: Fraction(score) for score in scale.scores}


def poor_scores(kpi: Kpi, scale: Scale) -> frozenset[int]:
    """The scores of somebody who was let down.

    Those that add nothing to a share, detractors' in a net, and in a mean or an index those in the worse half
    of the scale, where a middle score is none. Where lower is better, the mirror.
    """
    if kpi.metric in KINDS and KINDS[kpi.metric] != "mean":
        weights = weights_for(kpi, scale)
        worst = (min if kpi.higher_is_better else max)(weights.values())
        return frozenset(score for score, weight in weights.items() if weight == worst)
    side, middle = 1 if kpi.higher_is_better else -1, Fraction(scale.lowest + scale.highest, 2)
    return frozenset(score for score in scale.scores if side * (score - middle) < 0)


def range_of(kpi: Kpi, scale: Scale | None) -> Bounds:
    """The lowest and highest value the KPI can take; (None, None) for an amount, which has no bounds.

    `scale` is the question's, None for an observation. A rate is 0-100, although operations may count below
    or beyond.

    Raises:
        ValueError: as `weighted`, or a metric of ratings without a scale.
    """
    if kpi.metric is Metric.AMOUNT_MEAN:
        return None, None
    if kpi.metric in {Metric.RATE, Metric.NKI}:
        return WORST, BEST
    if scale is None:
        raise ValueError(f"{kpi.metric} needs a question's scale")
    weights = weights_for(kpi, scale).values()
    return min(weights), max(weights)


def _good_scores(kpi: Kpi, scale: Scale) -> Collection[int]:
    if kpi.metric is Metric.CES_AGREE:
        return range(5, 8)
    if kpi.metric is Metric.CSAT:
        top = DEFAULT_TOP if kpi.top is None else kpi.top
        if not 1 <= top < len(scale.scores):
            raise ValueError(f"top {top} must leave scores on both sides of {scale}")
        return scale.scores[-top:]
    if not kpi.scores or not all(score in scale for score in kpi.scores):
        raise ValueError(f"share needs scores within {scale}, not {kpi.scores}")
    return kpi.scores


def _happiness(kpi: Kpi, scale: Scale) -> Mapping[int, Fraction]:
    """The KPI's own weights, or equally spaced from worst 0 to best 100."""
    if kpi.weights is None:
        steps = scale.highest - scale.lowest
        return {score: BEST * (score - scale.lowest) / steps for score in scale.scores}
    if set(kpi.weights) != {str(score) for score in scale.scores}:
        given = ", ".join(kpi.weights)
        raise ValueError(f"happiness needs a weight for each score of {scale}, not for {given}")
    return {score: Fraction(kpi.weights[str(score)]) for score in scale.scores}
