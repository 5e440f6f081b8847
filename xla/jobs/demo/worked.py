"""Worked: how the demo's people go about one breach, as things done one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.role import Role
from xla.core.window import local_day
from xla.models import Action, Breach, Contract, Membership, Person
from xla.services import actions, breach_work, breaches
from xla.services.actions import Planned
from xla.services.breach_work import Details
from xla.services.breaches import Held

Deed = tuple[datetime, Callable[[datetime], object]]
"""When, and what is done then."""
NOON = time(11, 40)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Intended(_Part):
    """An action: days after the close it is due and done; one without `done` waits for better figures."""

    title: str
    owner: str
    due: int
    done: int | None = None
    reason: str | None = None
    site: str | None = None


class Remark(_Part):
    """What somebody says, so many days after the close."""

    by: Role
    day: int
    text: str


class Story(_Part):
    """How one KPI's breaches are worked on."""

    cause: tuple[str, str]
    due: int
    actions: list[Intended]
    again: Intended
    """What is planned after a relapse; its days count from the close that found it."""
    comments: list[Remark]


@dataclass(frozen=True)
class Cast:
    """One contract's people, as far as there are any."""

    session: Session
    contract: Contract
    zone: ZoneInfo

    def somebody(self, role: Role) -> Person | None:
        """The first of the role who is a member."""
        return self.session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.contract_id == self.contract.id, Person.role == role)
            .order_by(Person.id)
        ).first()

    def hold(self, breach: Breach, role: Role = Role.MANAGER) -> Held:
        """The breach, held by somebody of the role."""
        by = self.somebody(role)
        return breaches.hold(self.session, self.contract, breach.id, revision=None, by=by)

    def begin(self, breach: Breach, story: Story, closed_at: datetime) -> Iterator[Deed]:
        """Everything done until the next close."""
        yield closed_at + timedelta(days=1, hours=3, minutes=40), lambda at: self._own(breach, story, at)
        yield closed_at + timedelta(days=4, hours=2), lambda at: self._explain(breach, story, at)
        yield closed_at + timedelta(days=5, hours=7), lambda at: self._plan(breach, story, closed_at, at)
        for intended in story.actions:
            if intended.done is not None:
                yield self._noon(closed_at, intended.done), self._finishing(breach, intended)
        for remark in story.comments:
            yield self._noon(closed_at, remark.day) + timedelta(hours=2), self._saying(breach, remark)

    def plan_again(self, breach: Breach, story: Story, closed_at: datetime, at: datetime) -> None:
        """Plan what the relapse asks for."""
        self._add(breach, story.again, closed_at, at)

    def finish_all(self, breach: Breach, at: datetime) -> None:
        """Do what is left, so that verification begins."""
        for action in breach_work.actions(self.session, breach):
            if not action.done_on:
                self._done(breach, action, at)

    def say(self, breach: Breach, text: str, at: datetime, role: Role = Role.MANAGER) -> None:
        """Comment on it; only where there is somebody to."""
        if self.somebody(role):
            breach_work.comment(self.session, self.hold(breach, role), text, at)

    def _own(self, breach: Breach, story: Story, at: datetime) -> None:
        owner = self.somebody(Role.MANAGER)
        due = local_day(breach.opened_at, self.zone) + timedelta(days=story.due)
        details = Details(owner.id if owner else None, due, None, "")
        breach_work.describe(self.session, self.hold(breach), details, at)

    def _explain(self, breach: Breach, story: Story, at: datetime) -> None:
        work = self.hold(breach).work
        details = Details(work.owner_id, work.due_on, *story.cause)
        breach_work.describe(self.session, self.hold(breach), details, at)

    def _plan(self, breach: Breach, story: Story, closed_at: datetime, at: datetime) -> None:
        for intended in story.actions:
            self._add(breach, intended, closed_at, at)

    def _add(self, breach: Breach, intended: Intended, closed_at: datetime, at: datetime) -> None:
        due = local_day(self._noon(closed_at, intended.due), self.zone)
        planned = Planned(intended.title, intended.owner, due, intended.reason, intended.site)
        actions.add(self.session, self.hold(breach), planned, at)

    def _finishing(self, breach: Breach, intended: Intended) -> Callable[[datetime], None]:
        def finish(at: datetime) -> None:
            for action in breach_work.actions(self.session, breach):
                if action.title == intended.title and not action.done_on:
                    self._done(breach, action, at)

        return finish

    def _done(self, breach: Breach, action: Action, at: datetime) -> None:
        done_on = local_day(at, self.zone)
        actions.finish(self.session, self.hold(breach), action, done_on=done_on, now=at)

    def _saying(self, breach: Breach, remark: Remark) -> Callable[[datetime], None]:
        return lambda at: self.say(breach, remark.text, at, remark.by)

    def _noon(self, closed_at: datetime, days: int) -> datetime:
        day = local_day(closed_at, self.zone) + timedelta(days=days)
        return datetime.combine(day, NOON, self.zone).astimezone(closed_at.tzinfo)
