"""Few answers: whether so few that their figure is hidden could change a verdict, whatever they said."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from xla.core.metric import WeightedMetric, measure
from xla.core.verdict import DecisionRule, Thresholds, Verdict, judge


def could_change(
    metric: WeightedMetric, counts: Mapping[int, int], further: int, thresholds: Thresholds, level: Decimal
) -> bool:
    """Whether `further` answers (below 0: so many of `counts` gone) could give another verdict.

    It looks at the published counts only, never at those few: all of them at the best and all at the worst.
    Under the simple rule every other case lies between; under a guarded rule it need not, so there they
    could.
    """
    if thresholds.decision_rule is not DecisionRule.SIMPLE:
        return True
    return (
        len({_verdict(metric, each, thresholds, level) for each in (counts, *_ends(metric, counts, further))})
        > 1
    )


def _ends(metric: WeightedMetric, counts: Mapping[int, int], further: int) -> list[Mapping[int, int]]:
    ranked = sorted(metric.weights, key=lambda score: metric.weights[score])
    return [_with(counts, order, further) for order in (ranked, ranked[::-1])]


def _with(counts: Mapping[int, int], order: list[int], further: int) -> Mapping[int, int]:
    """The counts with so many more of the first score of `order`, or less so many of the first there are."""
    found = Counter(counts)
    if further >= 0:
        found[order[0]] += further
        return found
    gone = -further
    for score in order:
        taken = min(found[score], gone)
        found[score] -= taken
        gone -= taken
    return found


def _verdict(
    metric: WeightedMetric, counts: Mapping[int, int], thresholds: Thresholds, level: Decimal
) -> Verdict:
    return judge(measure(metric, counts, level), thresholds)
