"""ReportData: everything one report says, as plain values; nothing in it can be asked for more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Language, Metric
from xla.core.measurement import Measurement
from xla.core.verdict import Thresholds, Verdict
from xla.documents.actions_data import ActionLine, Ahead
from xla.documents.counted import CountedKpi
from xla.documents.credits_data import CreditStatement
from xla.documents.look import Look
from xla.documents.sampling_data import ExclusionLine, Sampling, WhatIfs
from xla.documents.seal_mark import SealMark
from xla.documents.since_data import SinceLast
from xla.documents.why_data import SiteFocus, Why


@dataclass(frozen=True)
class TrendPoint:
    """One KPI in one period of its history. Values are None where hidden (under five answers) or absent."""

    start: date
    end: date
    n: int
    value: Fraction | None
    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True)
class KpiResult:
    """One KPI in the report's period, with up to 13 periods of history (oldest first, this period last)."""

    key: str
    title: str
    service: str
    question: str
    """What was asked, in the report's language; empty for an observation."""
    metric: Metric
    how: str
    """How the value is computed, in one plain sentence, such as "share of ratings 4-5 of 5"."""
    scale_low: Decimal
    scale_high: Decimal
    """The metric's own range, for axes; equal when it has none (amount_mean)."""
    measurement: Measurement
    """Value and interval are None when hidden."""
    hidden: bool
    """Under five answers: the value is not shown."""
    thresholds: Thresholds
    confidence: Decimal
    verdict: Verdict
    chance_below_floor: float | None
    more_ratings_needed: int | None
    late: int
    excluded: int
    weight: Decimal
    points: Fraction | None
    """Its place on 0-100 in the score; None when left out."""
    trend: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class SiteCell:
    """One KPI at one site. Hidden: too few answers to show. Outside: the KPI does not look here."""

    n: int | None
    value: Fraction | None
    verdict: Verdict | None
    hidden: bool = False
    outside: bool = False
    low: float | None = None
    high: float | None = None
    """The interval of the KPI's level; None where there is none."""


@dataclass(frozen=True)
class SiteRow:
    """One site (children included in it), with a cell per KPI in the KPIs' order."""

    key: str
    title: str
    depth: int
    cells: tuple[SiteCell, ...]


@dataclass(frozen=True)
class BreachLine:
    """A breach that was live in the period or opened by it."""

    number: int
    kpi_title: str
    opened_on: date
    start: date
    end: date
    """The period whose measurement opened it, half-open."""
    value: Fraction | None
    floor: Decimal
    metric: Metric
    state: str
    """open, acknowledged, action_planned, verifying, closed or accepted."""
    steps: tuple[tuple[date, str], ...]
    """What happened since, oldest first: day and sentence."""
    state_since: date | None = None
    cause: str = ""
    """The root cause agreed, in words; empty before."""
    owner: str = ""
    due_on: date | None = None
    """By when it shall be closed."""


@dataclass(frozen=True)
class Figure:
    """What a KPI came to on one count."""

    n: int
    value: Fraction | None
    verdict: Verdict
    credit: Decimal | None
    """What it costs the provider, in the contract's currency; None where no fee is agreed."""


@dataclass(frozen=True)
class CorrectedKpi:
    """One KPI that a later count changed."""

    key: str
    title: str
    metric: Metric
    thresholds: Thresholds
    old: Figure
    new: Figure


@dataclass(frozen=True)
class Correction:
    """A numbered addendum to a closed period."""

    number: int
    to_issue: int | None
    """The issue it corrects; None where none was issued before."""
    reason: str
    currency: str
    kpis: tuple[CorrectedKpi, ...]


@dataclass(frozen=True)
class ReportData:
    """One report of one contract's period."""

    contract_key: str
    contract_title: str
    client: str
    provider: str
    agreement_version: int
    agreement_effective_from: date
    language: Language
    timezone: str
    period: str
    """As written on the command line: 2018-05, 2018-Q2, 2018."""
    start: date
    end: date
    """The first day after the period."""
    is_draft: bool
    issue: int | None
    """The report's number within its contract; None for a draft."""
    as_of: datetime
    """The knowledge the figures stand for, aware; printed in `timezone`."""
    promise: str
    close_after_days: int
    respond_within_days: int
    respond_by: date | None
    """Until when the client may answer; None before it is closed."""
    score: Fraction | None
    score_method: str
    score_trend: tuple[tuple[date, Fraction | None], ...]
    """(start of period, score), oldest first, this period last."""
    kpis: tuple[KpiResult, ...]
    sites: tuple[SiteRow, ...]
    breaches: tuple[BreachLine, ...]
    late_total: int
    excluded_total: int
    counts: Mapping[str, Mapping[int, int]]
    """Per KPI the score counts, left out where under eight answers; goes into the attached files."""
    final_on: date | None = None
    """Since when the period is final; None before."""
    correction: Correction | None = None
    """What a later count changed; None in the first report of a period."""
    actions: tuple[ActionLine, ...] = ()
    """What is done about its breaches, in the order planned."""
    ahead: Ahead | None = None
    """The days that matter next; None where none is known."""
    credits: CreditStatement | None = None
    """What its breaches cost; None where the agreement has no credits."""
    since_last: SinceLast | None = None
    """What is other than in the period before; None where none was closed before."""
    look: Look = field(default_factory=Look)
    shown_as_known_at: datetime | None = None
    """The instant it was asked as known at; None where it says what stands."""
    counted: tuple[CountedKpi, ...] = ()
    """What the figures come from, one of each KPI."""
    agreement_text: str = ""
    """The agreement file of the version."""
    sampling: Sampling | None = None
    """Where the answers came from; None where nobody was asked."""
    what_ifs: WhatIfs | None = None
    """What would be with another sample; None where nothing would differ, and in an addendum's report."""
    exclusions: tuple[ExclusionLine, ...] = ()
    """What both parties agreed to leave out of the period."""
    site_focus: SiteFocus | None = None
    why: Why | None = None
    seal: SealMark | None = None
    """The newest day seal there was; None in a draft, and before the first."""


def as_draft(data: ReportData) -> ReportData:
    """The report of a proposed period as a draft: the same figures, without a number."""
    return replace(data, is_draft=True, issue=None, seal=None)
