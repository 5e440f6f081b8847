"""Why: the KPI to explain, at its sites and by its reasons, as plain values; nothing of too few answers."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Span:
    """The period compared with: the same a year before, or else the one before; half-open."""

    start: date
    end: date


@dataclass(frozen=True)
class FocusRow:
    """One of the innermost sites. `before` is None where it was hidden, or nobody answered."""

    key: str
    title: str
    n: int
    value: Fraction
    low: float | None
    high: float | None
    before: Fraction | None


@dataclass(frozen=True)
class SiteFocus:
    """The KPI to explain at its innermost sites, worst first; only those that may be shown."""

    kpi: str
    then: Span | None
    rows: tuple[FocusRow, ...]


@dataclass(frozen=True)
class SiteEffect:
    """What one site adds to the change, exact; shares of all answers, 0 to 1."""

    key: str
    title: str
    real: Fraction
    mix: Fraction
    share_then: Fraction
    share_now: Fraction


@dataclass(frozen=True)
class MixAndReal:
    """The change since then; `real` and `mix` add up to it."""

    then: Fraction
    now: Fraction
    real: Fraction
    mix: Fraction
    low: float
    high: float
    """The interval of the real effect."""
    sites: tuple[SiteEffect, ...]
    """Only those that may be shown in both periods; all other answers are pooled into one rest."""
    is_pooled: bool
    """Whether there is such a rest."""


@dataclass(frozen=True)
class ReasonLine:
    """One reason of poor answers: how often given, and its share of all reasons given then."""

    text: str
    n: int
    share_before: Fraction | None


@dataclass(frozen=True)
class ReasonsGiven:
    """The reasons given with poor scores, most first; one answer may give several."""

    poor: int
    named: int
    lines: tuple[ReasonLine, ...]


@dataclass(frozen=True)
class HourBar:
    """Part of a day, by the contract's clock: from `start` to before `end`, in hours."""

    start: int
    end: int
    n: int
    value: Fraction
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Hours:
    """One site by part of the day."""

    site: str
    bars: tuple[HourBar, ...]


@dataclass(frozen=True)
class Quote:
    """What somebody wrote with a poor score; the site is '' where not that many answered there."""

    text: str
    site: str
    on: date


@dataclass(frozen=True)
class DriverLine:
    """One question that goes with the overall score; whole per cent of R², with the 95 % interval."""

    text: str
    share: int
    low: int
    high: int
    is_clear: bool
    """Whether it is surely above the next; of the last one always."""


@dataclass(frozen=True)
class DriversTold:
    """What drives the answers to the question about the whole, largest share first."""

    question: str
    answered: int
    """Responses that answered it."""
    n: int
    """Those of them that answered every driver, too."""
    r2: int
    """What all drivers explain together, in whole per cent."""
    lines: tuple[DriverLine, ...]


@dataclass(frozen=True)
class Why:
    """What speaks for a cause; what has no data is None or empty."""

    kpi: str
    then: Span | None
    mix: MixAndReal | None
    reasons: ReasonsGiven | None
    hours: Hours | None
    quotes: tuple[Quote, ...]
    drivers: DriversTold | None = None
