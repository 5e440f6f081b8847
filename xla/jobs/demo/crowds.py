"""Crowds: invented people, the same ones every time, who answer by weekday, season and story."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from math import cos, tau
from zoneinfo import ZoneInfo

from xla.core.agreement import Agreement
from xla.core.window import CalendarPeriod, localised
from xla.jobs.demo.answers import Answer, collected_at
from xla.jobs.demo.plan import Crowd, Plan, level_at
from xla.services.rating_input import Moment

PEOPLE_APART, DAYS_APART = 0.12, 0.16
"""How far apart people are, and one person's answers."""
POOR, GOOD = 0.5, 0.95
"""Where on its scale a score is given a reason, and where a kind word."""
GIVES_REASONS, COMMENTS = 0.7, 0.15
PAPER = "paper"


@dataclass(frozen=True)
class Month:
    """One of the demo's months: 0 the first, 12 the latest whole one, 13 the one that runs."""

    number: int
    period: CalendarPeriod


@dataclass(frozen=True)
class People:
    """The invented people of one contract."""

    agreement: Agreement
    plan: Plan
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The contract's."""
        return ZoneInfo(self.agreement.contract.timezone)

    def answers(self, month: Month, *, before: date) -> Iterator[Answer]:
        """What they say on the month's days before `before`."""
        for crowd in self.plan.crowds:
            yield from _Gathering(self, crowd, month).answers(before)


class _Gathering:
    """One crowd in one month."""

    def __init__(self, people: People, crowd: Crowd, month: Month) -> None:
        self.people = people
        self.crowd = crowd
        self.month = month
        self.contract = people.agreement.contract.key
        # Chance for a demo that is the same every time, not for secrets.
        self.chance = random.Random(f"{self.contract}/{crowd.name}/{month.number}")  # noqa: S311  # no secret
        self.poor, self.good = list(crowd.poor), list(crowd.good)
        self.chance.shuffle(self.poor)
        self.chance.shuffle(self.good)

    def answers(self, before: date) -> Iterator[Answer]:
        """The month's answers, day by day; those after `before` are thought up, too, and left out."""
        moments = sorted(self._moments())
        for answer in [self._answer(moment) for moment in moments]:
            if answer.moment.rated_on < before:
                yield answer

    def _moments(self) -> Iterator[datetime]:
        """Wall-clock times on the crowd's days."""
        period, crowd = self.month.period, self.crowd
        busy = 1.0 if crowd.steady else self.people.plan.busy[period.start.month - 1]
        days = [period.start + timedelta(days=number) for number in range(period.day_count)]
        weights = [crowd.weekdays[day.weekday()] for day in days]
        first, last = crowd.hours
        for day in self.chance.choices(days, weights, k=round(crowd.a_month * busy)):
            hour = self.chance.randint(first, last)
            minute, second = divmod(self.chance.randrange(3600), 60)
            yield datetime.combine(day, time(hour, minute, second))

    def _answer(self, wall: datetime) -> Answer:
        crowd, zone = self.crowd, self.people.zone
        site, persona = self._one_of(crowd.sites), self._one_of(crowd.personas)
        respondent = f"{crowd.name}-{self.chance.randrange(crowd.known):03d}" if crowd.known else None
        feeling = self._feeling(respondent) + crowd.site_levels.get(site, 0) + self._season
        scores = {key: self._score(key, feeling) for key in crowd.questions}
        worst = min(self._place(key, score) for key, score in scores.items())
        return Answer(
            Moment(wall.date(), localised(wall, zone)),
            collected_at(wall.date(), zone, self.people.now),
            scores,
            site,
            crowd.channel,
            crowd.touchpoint,
            persona,
            respondent,
            self._reasons(scores),
            self._comment(worst),
        )

    @cached_property
    def _season(self) -> float:
        """What the time of year does to the level: most in July, nothing in January."""
        warmth = (1 - cos(tau * (self.month.period.start.month - 1) / 12)) / 2
        return self.crowd.season.get("warmest", 0.0) * warmth

    def _feeling(self, respondent: str | None) -> float:
        """A person's own: whoever has a key feels alike every time."""
        if respondent is None:
            return self.chance.gauss(0, PEOPLE_APART)
        return random.Random(f"{self.contract}/{respondent}").gauss(0, PEOPLE_APART)  # noqa: S311  # no secret

    def _score(self, question: str, feeling: float) -> int:
        levels = self.crowd.questions[question].levels
        scale = self.people.agreement.question(question).scores
        felt = level_at(levels, self.month.number) + feeling + self.chance.gauss(0, DAYS_APART)
        width = scale.highest - scale.lowest
        return scale.lowest + min(max(round(felt * width), 0), width)

    def _place(self, question: str, score: int) -> float:
        scale = self.people.agreement.question(question).scores
        return (score - scale.lowest) / (scale.highest - scale.lowest)

    def _reasons(self, scores: Mapping[str, int]) -> list[str]:
        reasons: set[str] = set()
        for key, score in scores.items():
            known = self.crowd.questions[key].reasons
            if known and self._place(key, score) <= POOR and self.chance.random() < GIVES_REASONS:
                reasons.update(self._one_of(known) for _ in range(self.chance.randint(1, 2)))
        return sorted(reasons)

    def _comment(self, worst: float) -> str | None:
        """Each is written once a month, at most."""
        left = self.poor if worst <= POOR else self.good if worst >= GOOD else []
        return left.pop() if left and self.chance.random() < COMMENTS else None

    def _one_of(self, weights: Mapping[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]
