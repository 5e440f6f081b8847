"""Readings: textbook formulas the product has no use for, to read published figures as they were meant.

A published table often gives several ways to one interval. Working out the ways we do not use, from the same
input, shows that we read the entry as its authors meant it. Levels are 95 %, shares 0..1 and nets -1..1.
"""

from collections.abc import Mapping
from math import sqrt

from scipy.special import betaincinv

from xla.core.interval import Interval, quantile
from xla.core.metric import WeightedMetric

Z = quantile(0.95)


def variance(metric: WeightedMetric, counts: Mapping[int, int]) -> float:
    """Of one rating, over n, on -1..1."""
    n = sum(counts.values())
    mean = sum(metric.weights[score] * count for score, count in counts.items()) / n
    squares = sum((metric.weights[score] - mean) ** 2 * count for score, count in counts.items())
    return float(squares / n / 10000)


def wald(value: float, error: float) -> Interval:
    return Interval(value - Z * error, value + Z * error)


def clopper_pearson(x: int, n: int) -> Interval:
    low = float(betaincinv(x, n - x + 1, 0.025)) if x else 0.0
    return Interval(low, float(betaincinv(x + 1, n - x, 0.975)) if x < n else 1.0)


def agresti_coull(x: int, n: int) -> Interval:
    more = n + Z * Z
    share = (x + Z * Z / 2) / more
    low, high = wald(share, sqrt(share * (1 - share) / more))
    return Interval(max(0.0, low), min(1.0, high))


def wilson_with_continuity(x: int, n: int) -> Interval:
    """Newcombe 1998, method 4."""

    def end(x: int) -> float:
        share = x / n
        root = Z * sqrt(Z * Z - 2 - 1 / n + 4 * share * (n * (1 - share) + 1))
        return max(0.0, (2 * x + Z * Z - 1 - root) / (2 * (n + Z * Z))) if x else 0.0

    return Interval(end(x), 1 - end(n - x))


def tango(detractors: int, passives: int, promoters: int) -> Interval:
    """Score interval of a net (Tango 1998), each end by halving."""
    n = detractors + passives + promoters

    def statistic(net: float) -> float:
        b = (2 * n - promoters + detractors) * net - detractors - promoters
        c = -detractors * net * (1 - net)
        low = (sqrt(b * b - 8 * n * c) - b) / (4 * n)
        return (promoters - detractors - n * net) / sqrt(max(n * (2 * low + net * (1 - net)), 1e-300))

    def end(outside: float, level: float) -> float:
        inside = (promoters - detractors) / n
        for _ in range(100):
            middle = (outside + inside) / 2
            outside, inside = (outside, middle) if abs(statistic(middle)) < level else (middle, inside)
        return inside

    return Interval(end(-1, Z), end(1, Z))
