"""The agreement: one contract's promise, questions, sites, KPIs and thresholds, as one version says them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xla.core.scale import NAMED_SCALES, Scale
from xla.core.verdict import DecisionRule, Thresholds

FORMAT = "xla-agreement/1"

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Language = Literal["en", "sv", "da", "nb", "fi"]
Words = dict[Language, Annotated[str, Field(min_length=1, max_length=500)]]
"""One text per language."""


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


class Part(BaseModel):
    """A part of the agreement: immutable, and nothing in it that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Contract(Part):
    """Who agreed with whom, where and for how long."""

    key: Key
    title: str = Field(min_length=1, max_length=200)
    client: str = Field(min_length=1, max_length=200)
    timezone: str
    language: Language = "en"
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    starts_on: date
    ends_on: date | None = None
    period: Literal["month", "quarter", "year"] = "month"
    close_after_days: int = Field(default=3, ge=0, le=90)
    respond_within_days: int = Field(default=10, ge=0, le=365)
    monthly_fee: Decimal | None = Field(default=None, ge=0)


class Site(Part):
    """A node in the tree of places."""

    key: Key
    title: str = Field(min_length=1, max_length=200)
    sites: tuple["Site", ...] = ()


class Titled(Part):
    """A service, a touchpoint of the journey, a persona or a reason."""

    key: Key
    title: Words


class Reason(Part):
    """A tappable cause."""

    key: Key
    text: Words


class OwnScale(Part):
    """A scale of the contract's own."""

    min: int
    max: int
    step: Literal[1] = 1


class Question(Part):
    """What is asked."""

    key: Key
    scale: str | OwnScale
    text: Words
    reasons: tuple[Reason, ...] = Field(default=(), max_length=6)

    @property
    def scores(self) -> Scale:
        """The scale its answers must lie on."""
        if isinstance(self.scale, OwnScale):
            return Scale(self.scale.min, self.scale.max)
        return NAMED_SCALES[self.scale]


class ObservationKind(Part):
    """Operational data the contract counts: `rate` (numerator, denominator) or `amount_mean` (amount, count)."""

    key: Key
    kind: Literal["rate", "amount_mean"]
    title: Words | None = None
    subset: bool = True
    """For a rate: the numerator counts some of the denominator's cases, so an interval has a meaning."""


class Scope(Part):
    """Where a KPI looks; what is left out does not narrow."""

    sites: tuple[Key, ...] = ()
    touchpoints: tuple[Key, ...] = ()
    personas: tuple[Key, ...] = ()


class Rolling(Part):
    """A window of the last days, ending with the period."""

    rolling_days: int = Field(ge=1, le=1100)


class Credit(Part):
    """Percent of the monthly fee due for a breached month, and the most that may fall due."""

    breached: Decimal = Field(ge=0, le=100)
    cap: Decimal | None = Field(default=None, ge=0, le=100)


class Kpi(Part):
    """An experience indicator with its thresholds."""

    key: Key
    title: Words
    service: Key
    question: Key | None = None
    questions: tuple[Key, ...] = ()
    observation: Key | None = None
    metric: Metric
    top: int | None = None
    scores: tuple[int, ...] | None = None
    weights: dict[str, Decimal] | None = None
    scope: Scope = Scope()
    window: Literal["period"] | Rolling = "period"
    target: Decimal
    floor: Decimal | None = None
    higher_is_better: bool = True
    min_responses: int = Field(default=30, ge=1)
    decision_rule: DecisionRule = DecisionRule.SIMPLE
    confidence: Decimal = Field(default=Decimal("0.95"), gt=0, lt=1)
    cluster: Literal["respondent"] | None = None
    weight: Decimal = Field(default=Decimal(1), ge=0)
    credit: Credit | None = None

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


class Agreement(Part):
    """One version of one contract's experience level agreement."""

    format: Literal["xla-agreement/1"]
    contract: Contract
    effective_from: date
    note: str = Field(default="", max_length=2000)
    promise: Words
    sites: tuple[Site, ...] = ()
    services: tuple[Titled, ...]
    journey: tuple[Titled, ...] = ()
    personas: tuple[Titled, ...] = ()
    questions: tuple[Question, ...] = ()
    observations: tuple[ObservationKind, ...] = ()
    kpis: tuple[Kpi, ...]
    composite: Composite = Composite()
