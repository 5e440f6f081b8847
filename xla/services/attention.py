"""Attention: what of a person's contracts needs them today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi
from xla.core.role import PARTIES, Role
from xla.models import Person
from xla.services import (
    attention_breaches,
    attention_kiosks,
    attention_periods,
    attention_standings,
    wish_inbox,
)
from xla.services.attention_breaches import BreachTask
from xla.services.attention_kiosks import KioskTask
from xla.services.attention_periods import PeriodTask
from xla.services.attention_standings import SilenceTask, WarningTask
from xla.services.terms import agreements
from xla.services.wish_inbox import WishTask

SHOWN = 5
"""Tasks of one kind that are shown at once."""


class Task(Protocol):
    """What every task has."""

    @property
    def version_id(self) -> int:
        """The agreement's version that names its KPIs."""


T = TypeVar("T", bound=Task)


@dataclass(frozen=True)
class Group(Generic[T]):
    """Tasks of one kind: the most urgent of them, and how many there are in all."""

    tasks: tuple[T, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.tasks)


@dataclass(frozen=True)
class Attention:
    """What needs a person today."""

    breaches: Group[BreachTask] = Group()
    warnings: Group[WarningTask] = Group()
    periods: Group[PeriodTask] = Group()
    reports: Group[PeriodTask] = Group()
    silences: Group[SilenceTask] = Group()
    kiosks: Group[KioskTask] = Group()
    wishes: Group[WishTask] = Group()
    evidence: Mapping[int, str] = field(default_factory=dict)
    """What the breaches shown were opened on, as JSON, by their ids."""
    next_on: date | None = None
    """The next day on which something that needs nobody yet falls due."""
    agreements: Mapping[int, Agreement] = field(default_factory=dict)
    """Of the tasks shown, by the version's id."""

    @property
    def count(self) -> int:
        """How many things need them."""
        groups = (
            self.breaches,
            self.warnings,
            self.periods,
            self.reports,
            self.silences,
            self.kiosks,
            self.wishes,
        )
        return sum(group.count for group in groups)

    def agreement(self, task: Task) -> Agreement:
        """The agreement of a task shown."""
        return self.agreements[task.version_id]

    def kpi(self, task: Task, key: str) -> Kpi | None:
        """A KPI of a task shown; None where its agreement has it no longer."""
        kpis = self.agreement(task).kpis
        return next((kpi for kpi in kpis if kpi.key == key), None)


def attention(session: Session, person: Person, now: datetime) -> Attention:
    """What needs the person: the provider's people what is theirs to do, a client's what they answer.

    An auditor stands for neither party, so nothing needs them. Always the same number of queries, but for
    agreements that were never read before.
    """
    party = PARTIES.get(Role(person.role))
    if party is None:
        return Attention()
    live = attention_breaches.live(session, person, party, now)
    proposed = attention_periods.proposed(session, person, party, now)
    late, unreported, warned, quiet = [], [], attention_standings.Warned([], []), []
    wishes: list[WishTask] = []
    if party == "provider":
        late = attention_periods.late(session, person, now)
        unreported = attention_periods.unreported(session, person, now)
        warned = attention_standings.warned(session, person, now)
        quiet = attention_kiosks.silent(session, person, now)
        wishes = wish_inbox.tasks(session, person)
    found = Attention(
        breaches=_shown(live.tasks),
        warnings=_shown(warned.warnings),
        periods=_shown([*proposed.tasks, *late]),
        reports=_shown(unreported),
        silences=_shown(warned.silences),
        kiosks=_shown(quiet),
        wishes=_shown(wishes),
        evidence=attention_breaches.evidence(session, live.tasks[:SHOWN]),
        next_on=min([*live.coming, *proposed.coming], default=None),
    )
    return _named(session, found)


def _shown(tasks: list[T]) -> Group[T]:
    return Group(tuple(tasks[:SHOWN]), len(tasks))


def _named(session: Session, found: Attention) -> Attention:
    """With the agreements of the tasks shown."""
    shown: Iterable[Task] = (
        *found.breaches.tasks,
        *found.warnings.tasks,
        *found.periods.tasks,
        *found.reports.tasks,
        *found.silences.tasks,
        *found.kiosks.tasks,
        *found.wishes.tasks,
    )
    return replace(found, agreements=agreements(session, {task.version_id for task in shown}))
