"""The parts of an agreement that KPIs refer to: contract, sites, services, questions, observations."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from xla.core.agreement_numbers import Amount, Day, Switch, Whole
from xla.core.agreement_texts import Key, Language, Line, Words
from xla.core.scale import NAMED_SCALES, Scale

Score = Annotated[int, Field(strict=True, ge=-1000, le=1000)]


def written_as(value: Any) -> str:  # noqa: ANN401 -- pydantic hands over whatever the file holds
    """Which of two forms a field is written in: a name, or fields of its own."""
    return "<fields>" if isinstance(value, dict | BaseModel) else "<name>"


class Part(BaseModel):
    """A part of the agreement: immutable, and nothing in it that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Contract(Part):
    """Who agreed with whom, where and for how long."""

    key: Key
    """Names the contract in commands and addresses; never changes."""
    title: Line
    """What the contract is about."""
    client: Line
    """Who buys the services."""
    timezone: str
    """The IANA time zone its days are counted in, such as Europe/Stockholm."""
    language: Language = "en"
    """The language of its reports; every text has it."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    """The ISO 4217 code of its money."""
    starts_on: Day
    """The first day."""
    ends_on: Day | None = None
    """The last day; null while no end is agreed."""
    period: Literal["month", "quarter", "year"] = "month"
    """How long one judged period lasts."""
    close_after_days: Whole = Field(default=3, ge=0, le=90)
    """Days from the period's end until its result is proposed."""
    respond_within_days: Whole = Field(default=10, ge=0, le=365)
    """Days the client has to accept or dispute the result; silence accepts."""
    monthly_fee: Amount | None = None
    """What credits are a percent of, in quotes."""


class Site(Part):
    """A node in the tree of places."""

    key: Key
    """Names the site in ratings."""
    title: Line
    """What people call it."""
    sites: tuple["Site", ...] = ()
    """The places inside it."""


class Titled(Part):
    """A service, a touchpoint of the journey or a persona."""

    key: Key
    """Names it elsewhere in the file."""
    title: Words
    """What people call it, per language."""


class Reason(Part):
    """A tappable cause."""

    key: Key
    """Names it in ratings."""
    text: Words
    """What people tap, per language."""
    given_with: Literal["poor", "good"] | None = None
    """Which answers it is offered with; with any when left out."""


class OwnScale(Part):
    """A scale of the contract's own."""

    min: Score
    """The lowest score."""
    max: Score
    """The highest score."""
    step: Whole = Field(default=1, ge=1, le=1)
    """Scores are whole."""


class Question(Part):
    """What is asked."""

    key: Key
    """Names it in ratings."""
    scale: Annotated[
        Annotated[str, Tag("<name>")] | Annotated[OwnScale, Tag("<fields>")], Discriminator(written_as)
    ]
    """A named scale (csat5, smiley4, smiley5, ces7, nps11, nki10) or one of its own."""
    text: Words
    """The wording, per language."""
    labels: dict[str, Words] = Field(default_factory=dict, max_length=101)
    """What each score is called, per language: score -> words; our own words where left out."""
    reasons: tuple[Reason, ...] = Field(default=(), max_length=12)
    """Causes people may tap, at most six with any one answer."""

    @property
    def scores(self) -> Scale:
        """The scale its answers must lie on; KeyError or ValueError where it breaks the rules."""
        if isinstance(self.scale, OwnScale):
            return Scale(self.scale.min, self.scale.max)
        return NAMED_SCALES[self.scale]


class ObservationKind(Part):
    """Operational data: a `rate` (numerator, denominator) or an `amount_mean` (amount, count)."""

    key: Key
    """Names it in imports."""
    kind: Literal["rate", "amount_mean"]
    """A share of cases, or an amount per case."""
    title: Words | None = None
    """What people call it, per language."""
    subset: Switch = True
    """For a rate: the numerator counts some of the denominator's cases, so an interval has a meaning."""


class Scope(Part):
    """Where a KPI looks; what is left out does not narrow."""

    sites: tuple[Key, ...] = ()
    """Sites, each with everything inside it."""
    touchpoints: tuple[Key, ...] = ()
    """Moments of the journey."""
    personas: tuple[Key, ...] = ()
    """Groups of raters."""


class Rolling(Part):
    """A window of the last days, ending with the period."""

    rolling_days: Whole = Field(ge=1, le=1100)
    """How many days."""


class Credit(Part):
    """Percent of the monthly fee due for a breached month, and the most that may fall due."""

    breached: Annotated[Amount, Field(le=100)]
    """Percent for one breached month, in quotes."""
    cap: Annotated[Amount, Field(le=100)] | None = None
    """The most percent that may fall due, in quotes."""
