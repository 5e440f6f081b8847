"""An effect: what a KPI came to before and after an action, and whether the difference is more than noise."""

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from xla.core.interval import Confidence, Interval, difference
from xla.core.measurement import Measurement
from xla.core.privacy import K_VALUE
from xla.core.verdict import grown

MOST_RATINGS = 1_000_000
"""Further ratings beyond which a difference is said never to settle."""


class Result(StrEnum):
    """What a difference says about an action."""

    IMPROVED = "improved"
    """The whole interval of the difference lies on the better side."""
    WORSE = "worse"
    """The whole interval lies on the worse side."""
    NO_CHANGE_SEEN = "no_change_seen"
    """The interval holds 0, and further ratings like these would not settle it."""
    TOO_EARLY = "too_early"
    """Too few answers, or a difference that further ratings like these would settle."""
    CANNOT_TELL = "cannot_tell"
    """The metric has no interval: nothing says how much of the difference is noise."""


@dataclass(frozen=True)
class Effect:
    """A difference after less before, in the metric's unit, with its interval and what it means.

    All figures but the numbers of answers are None when one side has too few answers to be shown; `low` and
    `high` also where the metric has no interval.
    """

    result: Result
    n_before: int
    n_after: int
    before: Fraction | None = None
    after: Fraction | None = None
    difference: Fraction | None = None
    low: float | None = None
    high: float | None = None
    more_needed: int | None = None
    """When too early: the further ratings after the action that end it, were they to fall as those did; None
    where none would, as with too few ratings before it."""


def effect(
    before: Measurement,
    after: Measurement,
    *,
    higher_is_better: bool,
    least: int,
    confidence: Confidence,
) -> Effect:
    """What changed from `before` to `after`, two measurements of different answers at the level `confidence`.

    `least` answers are needed on each side (the KPI's `min_responses`), and never fewer than are shown. For
    the share of poor ratings that name a reason, measure each side with `measure_rate(naming, poor, ...)`
    and let lower be better. `after` must carry its evidence for the ratings still needed to be known.

    Source: the interval of `xla.core.interval.difference` (Newcombe 1998; Zou & Donner 2008).
    """
    least = max(least, K_VALUE)
    n_before, n_after = before.n, after.n
    if before.value is None or after.value is None or min(n_before, n_after) < K_VALUE:
        more = least - n_after if n_before >= least > n_after else None
        return Effect(Result.TOO_EARLY, n_before, n_after, more_needed=more)
    interval = _interval(before, after)
    if interval is None:
        result, more = Result.CANNOT_TELL, None
    else:
        result, more = _judged(before, after, least, confidence)
    if result in {Result.IMPROVED, Result.WORSE} and not higher_is_better:
        result = Result.WORSE if result is Result.IMPROVED else Result.IMPROVED
    low, high = interval or (None, None)
    return Effect(
        result, n_before, n_after, before.value, after.value, after.value - before.value, low, high, more
    )


def _judged(
    before: Measurement, after: Measurement, least: int, confidence: Confidence
) -> tuple[Result, int | None]:
    """The result as if higher were better, and the ratings still needed."""
    if before.n < least:
        return Result.TOO_EARLY, None
    if after.n >= least and (side := _side(before, after)):
        return (Result.IMPROVED if side > 0 else Result.WORSE), None
    fewest = max(0, least - after.n)

    def settles(more: int) -> bool:
        return _side(before, grown(after, more, confidence)) != 0

    if settles(MOST_RATINGS):
        return Result.TOO_EARLY, bisect_left(range(MOST_RATINGS), x=True, lo=fewest, key=settles)
    return (Result.TOO_EARLY, fewest) if fewest else (Result.NO_CHANGE_SEEN, None)


def _side(before: Measurement, after: Measurement) -> int:
    """1 where the whole interval lies above 0, -1 where it lies below, 0 where it holds it."""
    low, high = _interval(before, after) or (0.0, 0.0)
    return (low > 0) - (high < 0)


def _interval(before: Measurement, after: Measurement) -> Interval | None:
    first, second = _with_interval(after), _with_interval(before)
    return difference(first, second) if first and second else None


def _with_interval(measurement: Measurement) -> tuple[float, Interval] | None:
    if measurement.value is None or measurement.low is None or measurement.high is None:
        return None
    return float(measurement.value), Interval(measurement.low, measurement.high)
