"""A warning: what a running period's ratings say about its floor, and how surely, however often one looks.

Three lanes (domain, section 7), each surer than the one before:

* *watch* is sensitive: the chance that the level is worse than the floor is 80 % by what came so far.
  Looked at every day it cries wolf often.
* *forecast* is calibrated: the breach forecast is a third or more. However often one looks, of the periods in
  which it ever gets there about a third or more are breached: a calibrated chance has no drift.
* *evidence* is anytime-valid: where the level is not worse than the floor, at most 5 % of periods ever get
  there, however often one looks.

Sources: Ville 1939 for betting against a hypothesis; Waudby-Smith & Ramdas 2024, "Estimating means of bounded
random variables by betting", JRSS B 86:1, section 4; Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform,
nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49:1055, for the beta-binomial
mixture.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import inf, log, log1p

from scipy.special import betainc, betaln, logsumexp

from xla.core.agreement import Kpi
from xla.core.metric import measure
from xla.core.privacy import K_VALUE
from xla.core.scale import Scale
from xla.core.verdict import DecisionRule, Thresholds, Verdict, chance_below_floor, judge
from xla.core.weight import WeightedMetric, weighted

WATCH_CHANCE = 0.8
FORECAST_CHANCE = 1 / 3
FORECAST_RATINGS = 10
FALSE_ALARMS = 0.05
"""In how many periods that hold their floor the evidence lane may ever fire."""
CONFIDENCE = Decimal("0.95")
"""Of the interval, which nobody looks at."""
BETS = 100
"""Between how many stakes the money is divided; any number is valid, more see small differences sooner."""


class Lane(StrEnum):
    """How sure a warning is, the surest last."""

    WATCH = "watch"
    FORECAST = "forecast"
    EVIDENCE = "evidence"


def lane_of(kpi: Kpi, scale: Scale, counts: Mapping[int, int], *, chance: float | None) -> Lane | None:
    """The KPI's, `scale` its question's; arguments as in `lane`.

    Raises:
        ValueError: as `weighted`.
    """
    metric, thresholds = weighted(kpi, scale), kpi.thresholds
    return lane(metric, thresholds, counts, chance=chance, is_independent=not kpi.cluster)


def lane(
    metric: WeightedMetric,
    thresholds: Thresholds,
    counts: Mapping[int, int],
    *,
    chance: float | None,
    is_independent: bool,
) -> Lane | None:
    """The surest lane that fires; None where none does, and always under five answers.

    `counts` are the score counts of the ratings so far, `chance` the breach forecast. Without independence
    (one opinion per person) ratings are no evidence of that strength: that lane stays shut.

    Raises:
        KeyError: a score outside the scale.
    """
    n = sum(counts.values())
    if n < K_VALUE:
        return None
    if is_independent and log_wealth(metric, thresholds, counts) >= log(1 / FALSE_ALARMS):
        return Lane.EVIDENCE
    if chance is not None and chance >= FORECAST_CHANCE and n >= FORECAST_RATINGS:
        return Lane.FORECAST
    return Lane.WATCH if _is_watched(metric, thresholds, counts) else None


def log_wealth(metric: WeightedMetric, thresholds: Thresholds, counts: Mapping[int, int]) -> float:
    """The logarithm of what 1 has grown to, bet rating by rating on a level worse than the floor.

    Where the level is on the floor or better, no bet gains on average, and the chance of ever holding 20 is
    at most 1 in 20. The order of the ratings does not matter. Infinite where a rating came that the floor
    rules out.

    Raises:
        KeyError: a score outside the scale.
    """
    weights = [Fraction(weight) for weight in metric.weights.values()]
    worst, span = min(weights), max(weights) - min(weights)
    floor = _placed(Fraction(thresholds.floor), worst, span, thresholds)
    given: dict[Fraction, int] = {}
    for score, count in counts.items():
        place = _placed(metric.weights[score], worst, span, thresholds)
        given[place] = given.get(place, 0) + count
    if floor <= 0:
        return 0.0
    if floor >= 1:
        return inf if any(count for place, count in given.items() if place < floor) else 0.0
    if metric.kind == "share":
        return _share(given.get(Fraction(1), 0), given.get(Fraction(0), 0), float(floor))
    return _mean(given, float(floor))


def _is_watched(metric: WeightedMetric, thresholds: Thresholds, counts: Mapping[int, int]) -> bool:
    """A flat prior alone, as with a floor at the end of the scale, is nothing to watch."""
    measured = measure(metric, counts, CONFIDENCE)
    chance = chance_below_floor(measured, thresholds)
    simple = replace(thresholds, min_responses=1, decision_rule=DecisionRule.SIMPLE)
    return judge(measured, simple) is Verdict.BREACHED and chance is not None and chance >= WATCH_CHANCE


def _placed(value: Fraction, worst: Fraction, span: Fraction, thresholds: Thresholds) -> Fraction:
    """A value on 0 (worst) to 1 (best)."""
    place = (value - worst) / span if span else Fraction(1)
    return place if thresholds.higher_is_better else 1 - place


def _share(good: int, poor: int, floor: float) -> float:
    """Every share below the floor backed alike: the one-sided beta-binomial mixture, exactly."""
    below = float(betainc(1 + good, 1 + poor, floor))
    if below == 0:
        return -inf
    mixed = float(betaln(1 + good, 1 + poor)) + log(below) - log(floor)
    return mixed - good * log(floor) - poor * log(1 - floor)


def _mean(given: Mapping[Fraction, int], floor: float) -> float:
    """Every stake up to the one that a best rating would ruin, alike: for a share the same as `_share`."""
    tells = [(floor - float(place), count) for place, count in given.items()]
    grown = []
    for number in range(BETS):
        stake = (number + 0.5) / BETS / (1 - floor)
        grown.append(sum(count * log1p(stake * short) for short, count in tells))
    return float(logsumexp(grown)) - log(BETS)
