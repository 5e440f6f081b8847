"""A verdict: what a measurement means against its thresholds."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from xla.core.interval import Confidence
from xla.core.measurement import Measurement

MOST_RATINGS = 10_000_000
"""Further ratings beyond which a verdict is said never to settle."""


class Verdict(StrEnum):
    """The five answers (domain, section 4), worst last."""

    MET = "met"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"


class DecisionRule(StrEnum):
    """Who bears the noise of few ratings (JCGM 106, ILAC-G8)."""

    SIMPLE = "simple"
    GUARDED_REJECTION = "guarded_rejection"
    GUARDED_ACCEPTANCE = "guarded_acceptance"


@dataclass(frozen=True)
class Thresholds:
    """What a KPI was promised to reach (`target`) and must not fall below (`floor`)."""

    target: Decimal
    floor: Decimal
    higher_is_better: bool = True
    min_responses: int = 1
    decision_rule: DecisionRule = DecisionRule.SIMPLE


def judge(measurement: Measurement, thresholds: Thresholds) -> Verdict:
    """The verdict (domain, section 4), comparing the exact value; where lower is better, all is mirrored.

    Without a value there is no data. A guarded rule falls back to `simple` for a metric that has no interval
    (an amount without its squares, a rate whose numerator is no part of its denominator); where the interval
    is only not yet there, as with one answer or one respondent, the evidence is too thin.
    """
    if measurement.n == 0 or measurement.value is None:
        return Verdict.NO_DATA
    if measurement.n < thresholds.min_responses:
        return Verdict.INCONCLUSIVE
    side = 1 if thresholds.higher_is_better else -1
    value, floor = side * measurement.value, side * Fraction(thresholds.floor)
    low, high = _bounds(measurement, side)
    if value < floor:
        noise = thresholds.decision_rule is DecisionRule.GUARDED_REJECTION and high >= floor
        return Verdict.INCONCLUSIVE if noise else Verdict.BREACHED
    if thresholds.decision_rule is DecisionRule.GUARDED_ACCEPTANCE and low < floor:
        return Verdict.INCONCLUSIVE
    return Verdict.MET if value >= side * Fraction(thresholds.target) else Verdict.AT_RISK


def chance_below_floor(measurement: Measurement, thresholds: Thresholds) -> float | None:
    """The chance, 0..1, that the true level is worse than the floor: posterior under a flat prior.

    Exact Beta for shares, Dirichlet mean and variance with a normal tail for nets and means, a normal tail
    with the sample variance for an index and an amount; a design effect shrinks the evidence. None without
    data or without evidence.
    """
    if measurement.n == 0 or measurement.evidence is None:
        return None
    below = measurement.evidence.chance_below(float(thresholds.floor))
    if below is None or thresholds.higher_is_better:
        return below
    return 1 - below


def more_ratings_needed(
    measurement: Measurement, thresholds: Thresholds, confidence: Confidence
) -> int | None:
    """The fewest further ratings that settle an inconclusive verdict, were they to fall as the others did.

    `confidence` is the KPI's, the one it was measured with. None when the verdict is not inconclusive, and
    when it would not settle within `MOST_RATINGS`, as with a value exactly on its floor.
    """
    if judge(measurement, thresholds) is not Verdict.INCONCLUSIVE:
        return None

    def settles(more: int) -> bool:
        return judge(grown(measurement, more, confidence), thresholds) is not Verdict.INCONCLUSIVE

    return bisect_left(range(MOST_RATINGS), x=True, key=settles) if settles(MOST_RATINGS) else None


def grown(measurement: Measurement, more: int, confidence: Confidence) -> Measurement:
    """The measurement, had `more` ratings come in the same proportions; its interval has that confidence.

    Without evidence, as when read back from storage, its interval stays as it is.
    """
    n = measurement.n + more
    if measurement.evidence is None:
        return replace(measurement, n=n)
    low, high = measurement.evidence.interval(confidence, n / measurement.n) or (None, None)
    return replace(measurement, n=n, low=low, high=high)


def _bounds(measurement: Measurement, side: int) -> tuple[Fraction | float, Fraction | float]:
    """Worst and best plausible level, mirrored by `side`."""
    if measurement.low is not None and measurement.high is not None:
        low, high = sorted((side * measurement.low, side * measurement.high))
        return low, high
    if measurement.evidence is None and measurement.value is not None:
        return side * measurement.value, side * measurement.value
    return float("-inf"), float("inf")
