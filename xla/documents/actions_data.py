"""Actions as plain values: what is done about breaches, what it changed; and the days that come next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xla.core.agreement import Metric
from xla.core.effect import Effect
from xla.core.verdict import Thresholds


@dataclass(frozen=True)
class ActionLine:
    """One action as it stood at the report's knowledge."""

    breach: int
    """The breach's number within its contract."""
    number: int
    """Its own within the breach, as planned."""
    kpi: str
    """The key of the breach's KPI."""
    kpi_title: str
    title: str
    owner: str
    due_on: date
    done_on: date | None
    days_late: int
    """Days since it was due; 0 where it is done or not due yet."""
    site: str
    """Where its effect is measured; empty for all of the KPI's sites."""
    reason: str
    """The reason among poor ratings its effect is measured on; empty for the KPI itself."""
    metric: Metric
    """What the effect is in: the KPI's own metric, or the share of poor ratings that name the reason."""
    thresholds: Thresholds
    confidence: Decimal
    effect: Effect | None
    """None while it is not done, or no day after it is known. Its values are None where too few answered."""


@dataclass(frozen=True)
class Ahead:
    """Days that follow from the agreement."""

    proposed_on: date | None
    """When the period was closed and its figures proposed; None before."""
    silence_accepts_on: date | None
    """When what nobody disputed becomes final; None before it is proposed."""
    next_start: date | None
    """The next period's first day; None where the contract ends before it, or this one is not closed."""
    next_end: date | None
    """The first day after it."""
