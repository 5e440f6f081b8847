"""The demo's files, read: who answers what, how they feel as the months go by, and what is done about it."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from xla.core.agreement import Agreement
from xla.jobs.demo.worked import Story
from xla.services import agreement_files

CONTRACTS = ("airport-terminals", "airport-passenger-services", "office-park", "hospital-patient-services")
FOLDER = Path(__file__).resolve().parent
Levels = dict[int, float]
"""Month -> level; between the months named it changes evenly."""
Stories = dict[str, Story]
"""KPI, or `usual` -> how its breaches are worked on."""
Remedies = dict[str, dict[str, list[str]]]
"""KPI, or `usual` -> what happened -> what is written about it, the first time, the second, …"""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mood(_Part):
    """How a question is answered, 0 (worst) to 1 (best), and the reasons given with poor scores."""

    levels: Levels
    reasons: dict[str, int]


class Crowd(_Part):
    """People who answer the same questions at the same moment of their journey."""

    name: str
    touchpoint: str
    channel: str
    sites: dict[str, int]
    site_levels: dict[str, float] = {}
    personas: dict[str, int]
    a_month: int
    steady: bool = False
    """Whether as many answer every month, however busy it is."""
    season: dict[str, float] = {}
    """`warmest`: what July does to the level."""
    weekdays: list[int]
    hours: tuple[int, int]
    known: int = 0
    """How many people they are, where each has a key; 0 where nobody is known."""
    questions: dict[str, Mood]
    poor: list[str]
    good: list[str]


class Late(_Part):
    """Answers that were received after their month was closed."""

    months: list[int]
    crowd: str
    responses: int


class Left(_Part):
    """A site and days of a month both parties agreed to leave out; the second day is the first after it."""

    site: str
    month: int
    days: tuple[int, int]
    reason: str


class Counted(_Part):
    """Operational data: cases a week at a level (share, or minutes a case), or tenants as a month starts."""

    a_week: tuple[int, int] | None = None
    levels: Levels = {}
    spread: float | None = None
    """For minutes a case: how far apart they lie."""
    start: int = 0
    lost: list[int] = []
    sites: dict[str, int] = {}
    """For passages: how many a week pass each site, more or less."""


class Plan(_Part):
    """One contract's invented people."""

    crowds: list[Crowd]
    busy: list[float]
    """January to December: how many answer, 1 being usual."""
    late: Late
    exclusion: Left | None
    observations: dict[str, Counted]


@dataclass(frozen=True)
class Script:
    """One contract of the demo."""

    agreement: Agreement
    plan: Plan | None
    """None where real people answered."""
    remedies: Remedies
    stories: Stories


def scripts(starts_on: date) -> list[Script]:
    """The demo's contracts, all of them from `starts_on`."""
    plans, remedies, stories = _yaml("people"), _yaml("remedies"), _yaml("work")
    return [
        Script(
            _agreement(key, starts_on),
            Plan.model_validate(plans[key]) if key in plans else None,
            remedies[key],
            {kpi: Story.model_validate(story) for kpi, story in stories[key].items()},
        )
        for key in CONTRACTS
    ]


def level_at(levels: Levels, month: float) -> float:
    """The level in a month, between those named."""
    points = sorted(levels.items())
    for (before, low), (after, high) in pairwise(points):
        if before <= month <= after:
            return low + (high - low) * (month - before) / (after - before)
    return points[-1][1]


def _agreement(key: str, starts_on: date) -> Agreement:
    agreement = _parsed(key)
    contract = agreement.contract.model_copy(update={"starts_on": starts_on})
    return agreement.model_copy(update={"contract": contract, "effective_from": starts_on})


@cache
def _parsed(key: str) -> Agreement:
    return agreement_files.parse((FOLDER / f"{key}.yaml").read_bytes())


def _yaml(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "story" / f"{name}.yaml").read_bytes())
    return found
