"""Poor ratings: the scores of a KPI's question that pull it below its floor."""

from fractions import Fraction

from xla.core.agreement import Kpi, Metric
from xla.core.scale import Scale
from xla.core.weight import BEST, KINDS, kind_of, weights_for


def poor_scores(kpi: Kpi, scale: Scale) -> frozenset[int]:
    """The scores that, were all to give them, would be worse than the floor.

    Of a share with better when higher, the scores that do not count; where lower is better, those that do. Of
    a mean or an index, the scores below the floor. Of a net score only the detractors' (promoters' where
    lower is better): a passive rating is not poor. Operational data has none.
    """
    side = 1 if kpi.higher_is_better else -1
    floor = side * Fraction(kpi.thresholds.floor)
    if kpi.metric is Metric.NKI:
        width = scale.highest - scale.lowest
        levels = {score: BEST * (score - scale.lowest) / width for score in scale.scores}
    elif kpi.metric in KINDS:
        levels = dict(weights_for(kpi, scale))
    else:
        return frozenset()
    if kpi.metric in KINDS and kind_of(kpi.metric) == "net":
        return frozenset(score for score, level in levels.items() if side * level == -BEST)
    return frozenset(score for score, level in levels.items() if side * level < floor)
