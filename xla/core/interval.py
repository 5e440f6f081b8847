"""An interval: the levels the answers leave plausible. Shares lie on 0..1, nets on -1..1."""

from decimal import Decimal
from math import inf, sqrt
from typing import NamedTuple

from scipy.special import ndtri, stdtrit

Confidence = Decimal | float
"""The level of a two-sided interval, in (0, 1), such as 0.95."""

EXTRA_DETRACTORS = EXTRA_PROMOTERS = 0.75
EXTRA_PASSIVES = 1.5
EXTRA = EXTRA_DETRACTORS + EXTRA_PASSIVES + EXTRA_PROMOTERS


class Interval(NamedTuple):
    """Two-sided, both ends included."""

    low: float
    high: float


def wilson(successes: float, n: float, confidence: Confidence) -> Interval | None:
    """Wilson's score interval of the share `successes / n`, within 0..1; None when nobody answered.

    Counts may be fractions, as an effective number of answers is. The ends never leave the share itself
    outside, whatever the last binary digit says.

    Source: Wilson 1927, JASA 22:209; Newcombe 1998, Statistics in Medicine 17:857, method 3.
    """
    if n <= 0:
        return None
    z, share = quantile(confidence), successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def student_t(
    mean: float, variance: float, n: float, confidence: Confidence, *, freedom: float | None = None
) -> Interval | None:
    """Student's interval of a mean from the sample variance (n-1) of single answers.

    `freedom` is n-1 unless told: with clusters, their number less one. None when `freedom` is not positive,
    since one answer says nothing about how answers differ. No spread at all gives the mean twice.
    """
    freedom = n - 1 if freedom is None else freedom
    if n <= 0 or freedom <= 0:
        return None
    half = float(stdtrit(freedom, upper_tail(confidence))) * sqrt(variance / n)
    return Interval(mean - half, mean + half)


def adjusted_wald(
    detractors: float,
    passives: float,
    promoters: float,
    confidence: Confidence,
    *,
    design_effect: float = 1.0,
) -> Interval | None:
    """Adjusted Wald interval of the net `(promoters - detractors) / n`, clipped to -1..1; None when n = 0.

    Three answers are added, 3/4 to the detractors, 3/2 to the passives and 3/4 to the promoters, which moves
    the centre towards 0: with one answer, or confidence below 0.9, further than the interval is wide.

    Source: Rocks 2016, "Interval estimation for the net promoter score", The American Statistician 70:365.
    """
    if detractors + passives + promoters <= 0:
        return None
    n = detractors + passives + promoters + EXTRA
    centre = (promoters - detractors) / n
    polar = (promoters + EXTRA_PROMOTERS + detractors + EXTRA_DETRACTORS) / n
    half = quantile(confidence) * sqrt((polar - centre * centre) * design_effect / n)
    return Interval(max(-1.0, centre - half), min(1.0, centre + half))


def difference(first: tuple[float, Interval], second: tuple[float, Interval]) -> Interval:
    """The interval of `first - second`, of two independent groups, each its value and its own interval.

    Squares of the distances from value to end are added and the root taken. With two Wilson intervals it is
    Newcombe's hybrid score interval. Any unit; the same in as out.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10; Zou & Donner 2008, ibid. 27:1693.
    """
    (value, (low, high)), (other, (other_low, other_high)) = first, second
    down = sqrt((value - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - value) ** 2 + (other - other_low) ** 2)
    return Interval(value - other - down, value - other + up)


def finite_population_correction(n: float, population: float = inf) -> float:
    """What a standard error shrinks by when `n` of a `population` of people answered: sqrt(1 - n/population).

    1 for an endless population, 0 when all have answered. It goes with the sample variance (n-1); the other
    convention, sqrt((population - n)/(population - 1)), goes with the variance over n.

    Raises:
        ValueError: more answered than there are.

    Source: Cochran 1977, Sampling Techniques, 3rd ed., section 2.6.
    """
    if not 0 <= n <= population:
        raise ValueError(f"{n} cannot have answered of {population}")
    return sqrt(1 - n / population) if population else 0.0


def quantile(confidence: Confidence) -> float:
    """The z of a two-sided interval: 1.96 for 0.95."""
    return float(ndtri(upper_tail(confidence)))


def upper_tail(confidence: Confidence) -> float:
    """The chance of staying below the upper end: 0.975 for 0.95."""
    return 0.5 + float(confidence) / 2
