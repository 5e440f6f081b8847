"""The experience budget: how much of what a floor allows in a period is spent, and how long the rest lasts.

Every metric of ratings is the mean of a weight per rating (`xla.core.weight`). A rating spends what it lies
short of the best weight, `w_max - w`; the floor allows `w_max - floor` a rating. Where lower is better, the
mirror: a rating spends `w - w_min`. All in the units shown, all exact (domain, section 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate

from xla.core.agreement import Kpi
from xla.core.scale import Scale
from xla.core.verdict import Thresholds
from xla.core.weight import KINDS, WeightedMetric, weighted

Days = Mapping[date, Mapping[int, int]]
"""Score counts of each local day."""


@dataclass(frozen=True)
class Budget:
    """What was spent by `n` ratings, and what the floor allows them and the whole period's ratings."""

    n: int
    """Ratings so far."""
    expected: Fraction
    """Ratings of the whole period: those so far and those still expected."""
    spent: Fraction
    allowed_each: Fraction
    """What the floor allows a rating; 0 where the floor is the best value there is."""
    poor: Fraction | None
    """What a poor rating spends, where the metric is a share and ratings are either poor or good."""
    runs_out_on: date | None
    """The local day on which more is spent than the whole period may: a past day when it has happened, a
    coming one at this pace, None when it lasts. Spending all to the last is lasting: a value on its floor is
    not worse than it."""

    @property
    def allowed_so_far(self) -> Fraction:
        """What the floor allows the ratings so far."""
        return self.allowed_each * self.n

    @property
    def used(self) -> Fraction | None:
        """Spent / allowed so far, the burn: 1 is exactly on the floor, more is worse.

        None when nothing is allowed.
        """
        return self.spent / self.allowed_so_far if self.allowed_so_far else None

    @property
    def allowed(self) -> Fraction:
        """What the floor allows the whole period."""
        return self.allowed_each * self.expected

    @property
    def left(self) -> Fraction:
        """What the period may still spend, never below 0."""
        return max(self.allowed - self.spent, Fraction(0))

    @property
    def left_share(self) -> Fraction | None:
        """`left` as a share of the period's allowance, 0..1; None when nothing is allowed."""
        return self.left / self.allowed if self.allowed else None

    @property
    def even_share(self) -> Fraction | None:
        """The share that would be left today on an even pace, that is with every rating on the floor.

        More than that left is a burn under 1. None when nothing is allowed.
        """
        return 1 - self.n / self.expected if self.allowed else None

    @property
    def poor_count(self) -> int | None:
        """Poor ratings so far, for a share."""
        return int(self.spent / self.poor) if self.poor else None

    @property
    def poor_allowed_so_far(self) -> Fraction | None:
        """Poor ratings allowed so far, for a share; may lie between two whole numbers."""
        return self.allowed_so_far / self.poor if self.poor else None

    @property
    def poor_allowed(self) -> Fraction | None:
        """Poor ratings the whole period may have, for a share."""
        return self.allowed / self.poor if self.poor else None


def budget_of(kpi: Kpi, scale: Scale | None, days: Days, coming: Mapping[date, Fraction]) -> Budget | None:
    """The KPI's budget, `scale` its question's; arguments as in `budget`.

    None for `nki`, `rate` and `amount_mean`. An index is a mean of means over several questions, so what one
    rating spends depends on how many answered the others; a rate's and an amount's figures are what
    operations counted for a stretch of days, with no rating that could spend.

    Raises:
        ValueError: as `weighted`.
    """
    if scale is None or kpi.metric not in KINDS:
        return None
    return budget(weighted(kpi, scale), kpi.thresholds, days, coming)


def budget(
    metric: WeightedMetric, thresholds: Thresholds, days: Days, coming: Mapping[date, Fraction]
) -> Budget:
    """The budget of a period whose score counts are `days` and whose further ratings are `coming`, by day.

    Without ratings nothing is spent and there is no pace, so it lasts. A coming rating spends what those so
    far did on average: `runs_out_on` is a day exactly when `used` is over 1. Days without a coming rating,
    such as an office's weekend, use nothing up. A period that is over has no coming ratings.

    Raises:
        KeyError: a score outside the scale.
    """
    best, worst = max(metric.units.values()), min(metric.units.values())
    top = best if thresholds.higher_is_better else worst
    spends = {score: abs(top - weight) for score, weight in metric.units.items()}
    spent_on = {
        day: sum(spends[score] * count for score, count in counts.items()) for day, counts in days.items()
    }
    floor = Fraction(thresholds.floor) * metric.per_one
    allowed_each = max(top - floor if thresholds.higher_is_better else floor - top, Fraction(0))
    n = sum(sum(counts.values()) for counts in days.values())
    expected = n + sum(coming.values(), Fraction(0))
    spent = sum(spent_on.values())
    return Budget(
        n=n,
        expected=expected,
        spent=Fraction(spent, metric.per_one),
        allowed_each=allowed_each / metric.per_one,
        poor=Fraction(best - worst, metric.per_one) if metric.kind == "share" else None,
        runs_out_on=_runs_out_on(spent_on, Fraction(spent, n), coming, allowed_each * expected)
        if spent > allowed_each * n
        else None,
    )


def _runs_out_on(
    spent_on: Mapping[date, int], each: Fraction, coming: Mapping[date, Fraction], allowed: Fraction
) -> date:
    """The first day with more than `allowed` spent, where every rating to come spends `each`."""
    past = sorted(spent_on)
    totals = list(accumulate(spent_on[day] for day in past))
    if totals[-1] > allowed:
        return next(day for day, spent in zip(past, totals, strict=True) if spent > allowed)
    room = (allowed - totals[-1]) / each
    ahead = sorted(coming)
    came = accumulate(coming[day] for day in ahead)
    return next(day for day, count in zip(ahead, came, strict=True) if count > room)
