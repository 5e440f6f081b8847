"""The forecast: the chance that a running period's final value is worse than the floor.

The posterior predictive of the value (domain, section 7): a Dirichlet prior over the metric's distinct
weights from the KPI's own past, the counts so far, and the ratings still expected drawn from what that leaves
likely. No random numbers: the same figures give the same chance.

Source: Mosimann 1962, "On the compound multinomial distribution, the multivariate beta-distribution, and
correlations among proportions", Biometrika 49:65, for the mean and variance; with two weights it is the
beta-binomial, exactly.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, exp, gcd, lgamma, log, sqrt

from scipy.special import ndtr

from xla.core.agreement import Kpi
from xla.core.scale import Scale
from xla.core.verdict import Thresholds
from xla.core.weight import KINDS, WeightedMetric, weighted

PRIOR_RATINGS = 5
"""How many ratings the past is worth."""
FLAT_RATINGS = 2
"""How many a flat prior is worth: for a share it is the uniform one. One a weight would pull a mean of five
scores to the middle with five ratings, and the forecast would come true too seldom."""
NOTHING = 1e-17
"""A term of a sum that no longer changes it."""


def chance_of_breach_of(
    kpi: Kpi, scale: Scale | None, counts: Mapping[int, int], *, past: Mapping[int, int], remaining: Fraction
) -> float | None:
    """The KPI's chance, `scale` its question's; arguments as in `chance_of_breach`.

    None for `nki`, `rate` and `amount_mean`: no single rating's weight says what the rest of the period adds.

    Raises:
        ValueError: as `weighted`.
    """
    if scale is None or kpi.metric not in KINDS:
        return None
    return chance_of_breach(weighted(kpi, scale), kpi.thresholds, counts, past=past, remaining=remaining)


def chance_of_breach(
    metric: WeightedMetric,
    thresholds: Thresholds,
    counts: Mapping[int, int],
    *,
    past: Mapping[int, int],
    remaining: Fraction,
) -> float | None:
    """The chance, 0..1, that the value of all the period's ratings is worse than the floor.

    `counts` are the score counts so far, `past` those of earlier periods (empty: a flat prior), `remaining`
    the ratings still expected; any expectation above 0 counts as one rating or more. A share's chance is
    exact (beta-binomial); a net's and a mean's has the Dirichlet-multinomial's mean and variance and a normal
    tail, half a step of the weights further. With nothing remaining it is 0 or 1, by the exact value. None
    when there are no ratings, neither given nor expected.

    Raises:
        KeyError: a score outside the scale.
    """
    more = max(round(remaining), 1) if remaining > 0 else 0
    given = _by_weight(metric, counts)
    n = sum(given.values())
    if n + more == 0:
        return None
    floor = Fraction(thresholds.floor) * metric.per_one
    short = floor * (n + more) - sum(weight * count for weight, count in given.items())
    prior = _prior(_by_weight(metric, past))
    likely = {weight: count + prior[weight] for weight, count in given.items()}
    if not thresholds.higher_is_better:
        short, likely = -short, {-weight: alpha for weight, alpha in likely.items()}
    if short > more * max(likely):
        return 1.0
    if short <= more * min(likely):
        return 0.0
    lowest = min(likely)
    step = gcd(*(weight - lowest for weight in likely))
    steps = {(weight - lowest) // step: alpha for weight, alpha in likely.items()}
    most = ceil((short - more * lowest) / step) - 1
    return (_share_at_most if metric.kind == "share" else _mean_at_most)(most, more, steps)


def _by_weight(metric: WeightedMetric, counts: Mapping[int, int]) -> dict[int, int]:
    """Ratings per distinct weight, in the metric's units; weights without ratings stand at 0."""
    weighed = dict.fromkeys(metric.units.values(), 0)
    for score, count in counts.items():
        weighed[metric.units[score]] += count
    return weighed


def _prior(past: Mapping[int, int]) -> Mapping[int, float]:
    """The past's shares, worth `PRIOR_RATINGS` in all; no weight is ruled out for not having occurred.

    Without a past all weights alike, worth `FLAT_RATINGS` in all.
    """
    n = sum(past.values())
    if n == 0:
        return dict.fromkeys(past, FLAT_RATINGS / len(past))
    return {weight: PRIOR_RATINGS * (count + 1) / (n + len(past)) for weight, count in past.items()}


def _share_at_most(most: int, more: int, likely: Mapping[int, float]) -> float:
    """The chance that at most `most` of `more` ratings are good; exact."""
    poor, good = likely[0], likely[1]
    if most * (good + poor) < more * good:
        return _beta_binomial_tail(most, more, good, poor)
    return 1 - _beta_binomial_tail(more - most - 1, more, poor, good)


def _beta_binomial_tail(most: int, n: int, alpha: float, beta: float) -> float:
    """P(X <= most) of a beta-binomial with alpha + beta >= 2, which has one peak.

    Summed from `most` down, each term from the one above, until what follows no longer counts.
    """
    log_term = _log_beta(alpha + most, beta + n - most) - _log_beta(alpha, beta)
    term = exp(log_term - _log_beta(most + 1, n - most + 1) - log(n + 1))
    total = term
    for k in range(most, 0, -1):
        term *= k * (beta + n - k) / ((n - k + 1) * (alpha + k - 1))
        total += term
        if term < NOTHING * total:
            break
    return total


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)


def _mean_at_most(most: int, more: int, likely: Mapping[int, float]) -> float:
    """The chance that `more` ratings come to at most `most` steps in all, by a normal tail half a step on."""
    worth = sum(likely.values())
    mean = sum(steps * alpha for steps, alpha in likely.items()) / worth
    spread = sum((steps - mean) ** 2 * alpha for steps, alpha in likely.items()) / worth
    variance = more * spread * (worth + more) / (worth + 1)
    return float(ndtr((most + 0.5 - more * mean) / sqrt(variance)))
