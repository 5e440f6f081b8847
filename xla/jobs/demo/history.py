"""History: thirteen months and the running one of one contract, lived through in order.

Each rating is recorded as received in the night after it was felt, each month is closed some hours after it
is due, and what is done about breaches happens in between. So what was known when is all sound.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from xla.core.window import due_at, local_day
from xla.jobs.demo.answers import Answer, given
from xla.jobs.demo.counts import observations
from xla.jobs.demo.crowds import PAPER, Month, People
from xla.jobs.demo.passengers import passengers
from xla.jobs.demo.plan import Left, Script
from xla.jobs.demo.remedy import Workers
from xla.jobs.demo.worked import Cast
from xla.models import Exclusion, bulk
from xla.services import periods
from xla.services.agreements import apply, contract_of
from xla.services.catalogue import catalogue
from xla.services.rating_input import Given, Wrong
from xla.services.ratings import Recorder

SIGNED_BEFORE = timedelta(days=24)
CLOSED_AFTER = timedelta(hours=6, minutes=10)
LATE_AFTER = timedelta(days=2, hours=3)


class History:
    """One contract's past, from its signing to `now`."""

    def __init__(self, session: Session, script: Script, now: datetime) -> None:
        agreement = script.agreement
        self.session = session
        self.script = script
        self.now = now
        self.zone = ZoneInfo(agreement.contract.timezone)
        self.today = local_day(now, self.zone)
        signed_on = agreement.contract.starts_on - SIGNED_BEFORE
        apply(session, agreement, datetime.combine(signed_on, time(12), UTC))
        self.contract = contract_of(session, agreement.contract.key)
        self.workers = Workers(Cast(session, self.contract, self.zone), script.remedies, script.stories)
        self.asked = catalogue(session, self.contract).questions
        self.people = People(agreement, script.plan, now) if script.plan else None
        self.passengers = [] if script.plan else self._passengers()
        self.recorded = 0
        bulk.alone(session, self.contract.id)

    def live(self, month: Month) -> bool:
        """Record what was felt and counted in the month; close it if it is due. Says whether it was."""
        answers, late = self._answers(month)
        self._record(answers)
        self._count(month)
        closed_at = self._close(month)
        if closed_at:
            at = min(closed_at + LATE_AFTER, self.now)
            self._record([answer._replace(received_at=at, channel=PAPER) for answer in late])
        return closed_at is not None

    def _passengers(self) -> list[Answer]:
        first = self.script.agreement.contract.starts_on
        return list(passengers(first, self.today, self.zone, self.now))

    def _answers(self, month: Month) -> tuple[list[Answer], list[Answer]]:
        """What the month's people said: received in time, and late."""
        if self.people is None:
            return [each for each in self.passengers if each.moment.rated_on in month.period], []
        answers = list(self.people.answers(month, before=self.today))
        told = self.people.plan.late
        if month.number not in told.months:
            return answers, []
        touchpoint = next(crowd.touchpoint for crowd in self.people.plan.crowds if crowd.name == told.crowd)
        late = [answer for answer in answers if answer.touchpoint == touchpoint][-told.responses :]
        return [answer for answer in answers if answer not in late], late

    def _record(self, answers: Sequence[Answer]) -> None:
        """Night by night, as they are received."""
        received = attrgetter("received_at")
        for received_at, night in groupby(sorted(answers, key=received), received):
            recorder = Recorder(
                self.session, self.contract.id, source="demo", wrong=_contradicts, now=received_at
            )
            recorder.record(given(night, self.asked))
            self.recorded += recorder.accepted

    def _count(self, month: Month) -> None:
        if self.people is None:
            return
        for kind, counted in self.people.plan.observations.items():
            self.session.add_all(
                observations(
                    self.contract.id,
                    kind,
                    counted,
                    month,
                    zone=self.zone,
                    before=self.today,
                    now=self.now,
                )
            )
        if (left := self.people.plan.exclusion) and left.month == month.number:
            self.session.add(self._exclusion(month, left))
        self.session.flush()

    def _exclusion(self, month: Month, left: Left) -> Exclusion:
        first, after = left.days
        agreed_on = month.period.start.replace(day=after)
        return Exclusion(
            contract_id=self.contract.id,
            site_key=left.site,
            start_on=month.period.start.replace(day=first),
            end_on=agreed_on,
            reason=left.reason,
            provider_agreed_at=_at(agreed_on, time(9, 30), self.zone),
            client_agreed_at=_at(agreed_on, time(13, 5), self.zone),
        )

    def _close(self, month: Month) -> datetime | None:
        """Close the month some hours after it is due, and work on its breaches."""
        due_from = due_at(month.period, self.script.agreement.contract.close_after_days, self.zone)
        if due_from > self.now:
            return None
        at = min(due_from + CLOSED_AFTER, self.now)
        closed = periods.close(self.session, self.contract, month.period, known_at=at, now=at)
        self.workers.work(self.session, closed.outcome, at, self.now)
        return at


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _contradicts(given: Given, wrong: Wrong) -> None:
    raise AssertionError(f"the demo contradicts itself: {given}: {wrong}")
