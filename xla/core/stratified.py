"""A stratified value: a metric's means in several groups, weighted by something else than their answers.

Sites weighted by traffic: a site that many pass through and few rate at counts by those who pass.
Source: stratified sampling, Cochran 1977, Sampling Techniques, chapter 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from scipy.special import ndtr

from xla.core.interval import Confidence, Interval, quantile
from xla.core.measurement import Measurement


@dataclass(frozen=True)
class Stratum:
    """One group of answers."""

    size: Fraction
    """What it is weighted by, above 0, in any unit that all groups share."""
    counts: Mapping[Fraction, int]
    """How many answers carry each weight of the metric (`core.weight`); at least one answer."""

    @property
    def n(self) -> int:
        """Its answers."""
        return sum(self.counts.values())

    @property
    def mean(self) -> Fraction:
        """Its value."""
        return sum(weight * count for weight, count in self.counts.items()) / Fraction(self.n)


@dataclass(frozen=True)
class StratifiedEvidence:
    """What the weighted value rests on."""

    strata: Sequence[Stratum]
    design_effect: float = 1.0

    @property
    def value(self) -> Fraction:
        """The sum of size times mean, over the sum of sizes."""
        total = sum((each.size for each in self.strata), Fraction(0))
        return sum((each.size * each.mean for each in self.strata), Fraction(0)) / total

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """Normal, its variance the sum of (size / total)^2 * s^2 / n; None where a group has one answer."""
        if any(each.n * times <= 1 for each in self.strata):
            return None
        variance = sum(
            share**2 * _around(each.counts, float(each.mean)) / (each.n * times - 1)
            for each, share in self._shares()
        )
        half = quantile(confidence) * sqrt(variance * self.design_effect)
        weights = [float(weight) for each in self.strata for weight in each.counts]
        value = float(self.value)
        return Interval(max(value - half, min(weights)), min(value + half, max(weights)))

    def chance_below(self, level: float) -> float:
        """Each group's Dirichlet mean and variance, put together, with a normal tail."""
        mean = variance = 0.0
        for each, share in self._shares():
            alphas = {float(weight): 1 + n / self.design_effect for weight, n in each.counts.items()}
            total = sum(alphas.values())
            middle = sum(weight * alpha for weight, alpha in alphas.items()) / total
            spread = sum((weight - middle) ** 2 * alpha for weight, alpha in alphas.items()) / total
            mean += share * middle
            variance += share**2 * spread / (total + 1)
        return float(ndtr((level - mean) / sqrt(variance)))

    def _shares(self) -> list[tuple[Stratum, float]]:
        total = sum((each.size for each in self.strata), Fraction(0))
        return [(each, float(each.size / total)) for each in self.strata]


def measure_stratified(
    strata: Sequence[Stratum], confidence: Confidence, design_effect: float = 1.0
) -> Measurement:
    """The weighted value of the groups, with its interval; every weight of the metric is a key in each."""
    evidence = StratifiedEvidence(strata, design_effect)
    low, high = evidence.interval(confidence) or (None, None)
    n = sum(each.n for each in strata)
    return Measurement(n, evidence.value, low, high, design_effect=None, evidence=evidence)


def _around(counts: Mapping[Fraction, int], mean: float) -> float:
    """The mean square of the deviations."""
    n = sum(counts.values())
    return sum((float(weight) - mean) ** 2 * count for weight, count in counts.items()) / n
