"""An outcome: a contract's KPIs measured and judged for one period, and its score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from xla.core.agreement import Agreement, Kpi
from xla.core.composite import Part, contributions, points, score
from xla.core.measurement import Measurement
from xla.core.privacy import K_VALUE
from xla.core.verdict import Verdict, chance_below_floor, judge, more_ratings_needed
from xla.core.weight import range_of

State = Literal["open", "proposed", "final"]


@dataclass(frozen=True)
class Judged:
    """One KPI's measurement and what it means."""

    kpi: Kpi
    measurement: Measurement
    verdict: Verdict
    chance_below_floor: float | None
    more_ratings_needed: int | None
    excluded: int = 0
    late: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a period came to, as known at one instant."""

    contract: str
    version: int
    period: str
    start: date
    end: date
    timezone: str
    state: State
    known_at: datetime
    method: Literal["weighted", "minimum"]
    kpis: tuple[Judged, ...]
    parts: tuple[Part, ...]

    @property
    def score(self) -> Fraction | None:
        """0-100, exact; None when no KPI can be placed."""
        return score(self.parts, self.method)

    @property
    def contributions(self) -> Mapping[str, Fraction]:
        """What each KPI adds to the score."""
        return contributions(self.parts, self.method)

    def kpi(self, key: str) -> Judged:
        """One KPI's verdict. KeyError where there is none."""
        for judged in self.kpis:
            if judged.kpi.key == key:
                return judged
        raise KeyError(key)


def judged(kpi: Kpi, measurement: Measurement, excluded: int) -> Judged:
    """A measurement with its verdict and how sure it is."""
    return Judged(
        kpi,
        measurement,
        judge(measurement, kpi.thresholds),
        chance_below_floor(measurement, kpi.thresholds),
        more_ratings_needed(measurement, kpi.thresholds, kpi.confidence),
        excluded,
    )


def parts_of(agreement: Agreement, kpis: tuple[Judged, ...]) -> tuple[Part, ...]:
    """Each KPI's place in the score; under five answers it has none, or the score would give it away."""
    return tuple(Part(each.kpi.key, _points(agreement, each), each.kpi.weight) for each in kpis)


def _points(agreement: Agreement, each: Judged) -> Fraction | None:
    if each.measurement.n < K_VALUE:
        return None
    scale = agreement.question(each.kpi.asked[0]).scores if each.kpi.asked else None
    return points(each.measurement.value, *range_of(each.kpi, scale), each.kpi.higher_is_better)
