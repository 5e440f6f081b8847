"""The agreement: one contract's promise, questions, sites, KPIs and thresholds, as one version says them."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import Discriminator, Field, Tag

from xla.core.agreement_numbers import Day, Level, NotBelowZero, Number, Switch, Whole
from xla.core.agreement_parts import (
    Contract,
    Credit,
    ObservationKind,
    OwnScale,
    Part,
    Question,
    Reason,
    Rolling,
    Scope,
    Score,
    Site,
    Titled,
    written_as,
)
from xla.core.agreement_texts import LANGUAGES, Key, Language, Note, Prose, Words, words
from xla.core.verdict import DecisionRule, Thresholds

__all__ = [
    "FORMAT",
    "LANGUAGES",
    "Agreement",
    "Composite",
    "Contract",
    "Credit",
    "Key",
    "Kpi",
    "Language",
    "Metric",
    "ObservationKind",
    "OwnScale",
    "Part",
    "Question",
    "Reason",
    "Rolling",
    "Scope",
    "Site",
    "Titled",
    "Words",
    "words",
]

FORMAT = "xla-agreement/1"


class Metric(StrEnum):
    """What a KPI's value is (domain, section 3)."""

    CSAT = "csat"
    SHARE = "share"
    MEAN = "mean"
    NPS = "nps"
    ENPS = "enps"
    CES_MEAN = "ces_mean"
    CES_AGREE = "ces_agree"
    CES_NET = "ces_net"
    HAPPINESS = "happiness"
    NKI = "nki"
    RATE = "rate"
    AMOUNT_MEAN = "amount_mean"


class Kpi(Part):
    """An experience indicator with its thresholds."""

    key: Key
    """Names the KPI in results."""
    title: Words
    """What it promises, per language."""
    service: Key
    """The service it is about."""
    question: Key | None = None
    """The question it measures."""
    questions: tuple[Key, ...] = ()
    """For nki: the questions it measures, two or more."""
    observation: Key | None = None
    """For rate and amount_mean: the operational data it measures."""
    metric: Metric
    """How the value is computed."""
    top: Annotated[Whole, Field(ge=1, le=100)] | None = None
    """For csat: how many of the best scores count; 2 when left out."""
    scores: tuple[Score, ...] | None = None
    """For share: the scores that count."""
    weights: dict[str, Number] | None = None
    """For happiness: what each score is worth."""
    scope: Scope = Scope()
    """Where it looks; the whole contract when left out."""
    window: Annotated[
        Annotated[Literal["period"], Tag("<name>")] | Annotated[Rolling, Tag("<fields>")],
        Discriminator(written_as),
    ] = "period"
    """The stretch of days it is measured in: the period, or a number of days that end with it."""
    target: Number
    """The value promised."""
    floor: Number | None = None
    """The value it must not be worse than; the target when left out."""
    higher_is_better: Switch = True
    """Whether more is better."""
    min_responses: Whole = Field(default=30, ge=1, le=1_000_000)
    """Fewer answers decide nothing."""
    decision_rule: DecisionRule = DecisionRule.SIMPLE
    """Who bears the noise of few answers."""
    confidence: Level = Decimal("0.95")
    """The level of its interval."""
    cluster: Literal["respondent"] | None = None
    """Counts a person who answers often as one person in the interval."""
    weight: NotBelowZero = Decimal(1)
    """How much it counts in the contract's score."""
    credit: Credit | None = None
    """What a breach costs, in percent of the monthly fee."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions it measures; none for an observation."""
        return (self.question,) if self.question else self.questions

    @property
    def thresholds(self) -> Thresholds:
        """What its measurement is judged against; the floor defaults to the target."""
        return Thresholds(
            target=self.target,
            floor=self.target if self.floor is None else self.floor,
            higher_is_better=self.higher_is_better,
            min_responses=self.min_responses,
            decision_rule=self.decision_rule,
        )


class Composite(Part):
    """How the contract's score is made of its KPIs."""

    method: Literal["weighted", "minimum"] = "weighted"
    """The weighted mean of the KPIs' points, or the lowest."""


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


KeyedPart = TypeVar("KeyedPart", bound=_Keyed)


def _named(parts: Sequence[KeyedPart], key: str) -> KeyedPart:
    for part in parts:
        if part.key == key:
            return part
    raise KeyError(key)


class Agreement(Part):
    """One version of one contract's experience level agreement."""

    format: Literal["xla-agreement/1"]
    """The form of this file."""
    contract: Contract
    """Who agreed with whom."""
    effective_from: Day
    """The first day this version is in force."""
    note: Note = ""
    """Why this version was made."""
    promise: Prose
    """What people are promised, per language."""
    sites: tuple[Site, ...] = ()
    """The tree of places."""
    services: tuple[Titled, ...]
    """What is delivered."""
    journey: tuple[Titled, ...] = ()
    """The moments where a service is met, in order."""
    personas: tuple[Titled, ...] = ()
    """Named groups of raters."""
    questions: tuple[Question, ...] = ()
    """What is asked."""
    observations: tuple[ObservationKind, ...] = ()
    """Operational data the contract counts."""
    traffic: Key | None = None
    """The observation that counts who passes each site."""
    overall: Key | None = None
    """The question about the whole, which reports explain by the others."""
    kpis: tuple[Kpi, ...]
    """What is judged."""
    composite: Composite = Composite()
    """How the contract's score is made."""

    def question(self, key: str) -> Question:
        """The question of that key; KeyError when there is none."""
        return _named(self.questions, key)

    def observation(self, key: str) -> ObservationKind:
        """The operational data of that key; KeyError when there is none."""
        return _named(self.observations, key)

    def kpi(self, key: str) -> Kpi:
        """The KPI of that key; KeyError when there is none."""
        return _named(self.kpis, key)

    def walk_sites(self) -> Iterator[tuple[Site, int, str | None]]:
        """Every site with its depth (0 at the top) and its parent's key, parents first, as written."""
        return _walk(self.sites, 0, None)

    @property
    def site_keys(self) -> tuple[str, ...]:
        """The keys of all sites, parents first, as written."""
        return tuple(site.key for site, _, _ in self.walk_sites())

    def descendants(self, site_keys: Iterable[str]) -> frozenset[str]:
        """The sites named and everything inside them; names the agreement does not know are left out."""
        found: set[str] = set()
        wanted = frozenset(site_keys)
        for site, _, parent in self.walk_sites():
            if site.key in wanted or parent in found:
                found.add(site.key)
        return frozenset(found)


def _walk(sites: Iterable[Site], depth: int, parent: str | None) -> Iterator[tuple[Site, int, str | None]]:
    for site in sites:
        yield site, depth, parent
        yield from _walk(site.sites, depth + 1, site.key)
