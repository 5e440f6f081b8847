"""A measurement: what a KPI came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from xla.core.evidence import Evidence


@dataclass(frozen=True)
class Measurement:
    """Value, number of answers, interval and score counts of one KPI in one window.

    `value` is exact; `low` and `high` bound the two-sided interval, None where the metric has none.
    All three are None when `n` is 0. Shares and nets are in points of 100.
    `design_effect` is the cluster-robust variance over the naive one, where a KPI asks for it.
    `evidence` is what interval and chance rest on; None where an interval has no meaning, and in a
    measurement read back from storage, which is why equality does not look at it.
    """

    n: int
    value: Fraction | None
    low: float | None
    high: float | None
    counts: Mapping[int, int] = field(default_factory=dict)
    design_effect: float | None = None
    evidence: Evidence | None = field(default=None, compare=False, repr=False)
