"""A KPI day by day: each day's own value, and what all days so far came to, as far as they may be shown."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from xla.core.agreement import Kpi, Metric
from xla.core.measurement import Measurement
from xla.core.metric import measure, weighted
from xla.core.privacy import shown_days
from xla.services.days import Days
from xla.services.knowledge import Knowledge


@dataclass(frozen=True)
class DayPoint:
    """One local day; its figures are None, their n 0, where hidden or where nobody answered."""

    day: date
    n: int
    value: Fraction | None
    so_far_n: int
    so_far: Fraction | None
    low: float | None
    high: float | None


def kpi_days(known: Knowledge, kpi: Kpi, until: date) -> tuple[DayPoint, ...]:
    """Every day of the window up to and with `until`; none for an index or what operations count.

    The interval so far is left out where the KPI counts people who answer often once: it would look narrower
    than it is.
    """
    if kpi.observation or kpi.metric is Metric.NKI:
        return ()
    told: defaultdict[date, Counter[int]] = defaultdict(Counter)
    for day, counts in Days(known, [kpi]).of(kpi).items():
        told[day].update(counts)
    for day, score, n in known.later_days(kpi):
        told[day][score] -= n
    last = min(until, known.window.last_day)
    days = [
        known.window.start + timedelta(days=index) for index in range((last - known.window.start).days + 1)
    ]
    own, after = shown_days([told[day].total() for day in days])
    metric = weighted(kpi, known.agreement.question(kpi.asked[0]).scores)
    nothing = Measurement(0, None, None, None)
    counts_so_far: Counter[int] = Counter()
    points = []
    for index, day in enumerate(days):
        counts_so_far.update(told[day])
        alone = measure(metric, told[day], kpi.confidence) if index in own else nothing
        so_far = measure(metric, counts_so_far, kpi.confidence) if index in after else nothing
        low, high = (None, None) if kpi.cluster else (so_far.low, so_far.high)
        points.append(DayPoint(day, alone.n, alone.value, so_far.n, so_far.value, low, high))
    return tuple(points)
