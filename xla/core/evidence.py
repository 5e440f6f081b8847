"""Evidence: what a value rests on, so that its interval and the chance of a level below can be worked out.

Levels and intervals are in the metric's own units: points of 100 for shares and nets. `times` asks "had the
same answers come that many times over"; a design effect says how many answers are worth one opinion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Protocol

from scipy.special import betainc, ndtr

from xla.core.interval import Confidence, Interval, adjusted_wald, student_t, wilson


class Evidence(Protocol):
    """What every kind of evidence can be asked."""

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """The two-sided interval; None where so few answers give none."""
        ...

    def chance_below(self, level: float) -> float | None:
        """The posterior chance, under a flat prior, that the true level is below; None where unknown."""
        ...


@dataclass(frozen=True)
class ShareEvidence:
    """`good` of `n` answers."""

    good: int
    n: int
    design_effect: float = 1.0

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """Wilson's, of the effective number of answers."""
        worth = times / self.design_effect
        return _percent(wilson(self.good * worth, self.n * worth, confidence))

    def chance_below(self, level: float) -> float:
        """Exact: the posterior is Beta(1 + good, 1 + poor)."""
        good, poor = self.good / self.design_effect, (self.n - self.good) / self.design_effect
        return float(betainc(1 + good, 1 + poor, min(max(level / 100, 0.0), 1.0)))


@dataclass(frozen=True)
class NetEvidence:
    """Detractors, passives and promoters."""

    detractors: int
    passives: int
    promoters: int
    design_effect: float = 1.0

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """Adjusted Wald, its variance times the design effect."""
        counts = self.detractors * times, self.passives * times, self.promoters * times
        return _percent(adjusted_wald(*counts, confidence, design_effect=self.design_effect))

    def chance_below(self, level: float) -> float:
        """Dirichlet mean and variance, normal tail."""
        weights = Fraction(-100), Fraction(0), Fraction(100)
        counts = self.detractors, self.passives, self.promoters
        return _dirichlet_below(level, dict(zip(weights, counts, strict=True)), self.design_effect)


@dataclass(frozen=True)
class MeanEvidence:
    """How many answers carry each weight; every weight the metric has is a key, also with no answers.

    `groups` is the number of respondents where they are the unit that differs, otherwise None.
    """

    counts: Mapping[Fraction, int]
    design_effect: float = 1.0
    groups: int | None = None

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """Student's t; with groups their number less one is the freedom."""
        single = sum(self.counts.values())
        n = single * times
        if n <= 1:
            return None
        mean = sum(weight * count for weight, count in self.counts.items()) / Fraction(single)
        around = sum((weight - mean) ** 2 * count for weight, count in self.counts.items()) / single
        variance = float(around) * n / (n - 1) * self.design_effect
        freedom = None if self.groups is None else self.groups * times - 1
        return student_t(float(mean), variance, n, confidence, freedom=freedom)

    def chance_below(self, level: float) -> float:
        """Dirichlet mean and variance, normal tail."""
        return _dirichlet_below(level, self.counts, self.design_effect)


@dataclass(frozen=True)
class SpreadEvidence:
    """A mean with the mean square of the deviations around it (over n), from sums instead of counts."""

    mean: float
    around: float
    n: int

    def interval(self, confidence: Confidence, times: float = 1.0) -> Interval | None:
        """Student's t."""
        n = self.n * times
        return student_t(self.mean, self.around * n / (n - 1), n, confidence) if n > 1 else None

    def chance_below(self, level: float) -> float | None:
        """Normal tail with the sample variance; None without any spread."""
        if not self.around:
            return None
        return float(ndtr((level - self.mean) / sqrt(self.around / (self.n - 1))))


@dataclass(frozen=True)
class OneVoice:
    """All answers came from one respondent: nothing says how respondents differ."""

    def interval(self, confidence: Confidence, times: float = 1.0) -> None:  # noqa: ARG002 - the common shape
        """None: nothing to go by."""
        return

    def chance_below(self, level: float) -> None:  # noqa: ARG002 - the common shape
        """None: nothing to go by."""
        return


def _percent(interval: Interval | None) -> Interval | None:
    return Interval(100 * interval.low, 100 * interval.high) if interval else None


def _dirichlet_below(level: float, counts: Mapping[Fraction, int], design_effect: float) -> float:
    """Of the mean weight under Dirichlet(1 + count): its exact mean and variance, then a normal tail."""
    alphas = {float(weight): 1 + count / design_effect for weight, count in counts.items()}
    total = sum(alphas.values())
    mean = sum(weight * alpha for weight, alpha in alphas.items()) / total
    variance = sum((weight - mean) ** 2 * alpha for weight, alpha in alphas.items()) / total / (total + 1)
    return float(ndtr((level - mean) / sqrt(variance))) if variance else float(mean < level)
