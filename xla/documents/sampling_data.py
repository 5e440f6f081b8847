"""Sampling data: where a period's answers came from, what was left out, and what would be if it were not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from xla.core.verdict import Verdict


@dataclass(frozen=True)
class ChannelLine:
    """Responses that count and came in one way, or by several small ones together."""

    keys: tuple[str, ...]
    """As told by who collected them, '' where it was not."""
    n: int
    share: Fraction
    """Of all that count, 0..1."""


@dataclass(frozen=True)
class DayLine:
    """One day's responses that count, in the channels' order."""

    day: date
    by_channel: tuple[int, ...]


@dataclass(frozen=True)
class OutageLine:
    """Days, half-open, on which a rating point was silent against its own rhythm."""

    site: str
    site_title: str
    touchpoint_title: str
    """'' where the point is of no touchpoint."""
    start: date
    end: date
    expected: int
    """Ratings that were to be expected."""


@dataclass(frozen=True)
class CoverageLine:
    """What came from one site itself, without the sites inside it."""

    site: str
    title: str
    days: int | None
    """Days that brought some; None where hidden."""
    of_days: int
    n: int | None
    """Responses that count; None where hidden."""
    share: Fraction | None
    traffic_share: Fraction | None = None
    """Of the traffic counted at the sites; None where none is counted."""
    has_outage: bool = False


@dataclass(frozen=True)
class Sampling:
    """A period's responses: what one person gave at one moment, however many questions it answered."""

    received: int
    excluded: int
    counted: int
    late: int
    """Felt in the period, received after it was closed: not counted."""
    is_closed: bool
    flagged: int
    """Look unusual, and count."""
    changed: int
    """Taken back or replaced by who gave them: not received any more."""
    taken_back: int
    """Taken back with their file."""
    channels: tuple[ChannelLine, ...]
    days: tuple[DayLine, ...]
    coverage: tuple[CoverageLine, ...]
    """Worst covered first."""
    outages: tuple[OutageLine, ...]
    delivered: int
    """Invitations by mail about the period."""
    answered: int


class Supposition(StrEnum):
    """What could have been otherwise in the sample."""

    PUT_BACK = "excluded_put_back"
    LATE = "late_added"
    OUTAGE = "outage_left_out"
    TRAFFIC = "weighted_by_traffic"
    UNFLAGGED = "flagged_left_out"


@dataclass(frozen=True)
class Supposed:
    """One KPI on one supposition.

    Values are None where showing them beside those published would tell of fewer than five answers.
    """

    count: int
    """By how many answers it differs; 0 for another weighting."""
    value: Fraction | None = None
    chance_below_floor: float | None = None
    verdict: Verdict | None = None
    is_same: bool = False
    """Whether the verdict is the published one, or whatever so few answers said could not change it."""


@dataclass(frozen=True)
class WhatIfLine:
    """One KPI of which at least one supposition changes the figure."""

    kpi: str
    then: Mapping[Supposition, Supposed]


@dataclass(frozen=True)
class WhatIfs:
    """The KPIs that would differ, in the report's order."""

    asked: tuple[Supposition, ...]
    """The suppositions by which anything differs."""
    outage_sites: tuple[str, ...]
    """Titles of the sites left out for an outage."""
    lines: tuple[WhatIfLine, ...]


@dataclass(frozen=True)
class WithAndWithout:
    """One KPI with an exclusion, as published, and without."""

    kpi: str
    supposed: Supposed


@dataclass(frozen=True)
class ExclusionLine:
    """A site and days, half-open, that both parties agreed to leave out."""

    site: str
    site_title: str
    start: date
    end: date
    reason: str
    provider_agreed_on: date
    client_agreed_on: date
    n: int
    """Responses it leaves out of the period."""
    kpis: tuple[WithAndWithout, ...]
