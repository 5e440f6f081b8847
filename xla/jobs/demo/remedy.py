"""Remedy: what people do about a breach after each close, step by step, and what they write."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.breach import BreachState
from xla.core.outcome import Outcome
from xla.core.verdict import Verdict
from xla.jobs.demo.plan import Remedies, Stories
from xla.jobs.demo.worked import Cast, Deed
from xla.models import Breach
from xla.services import breaches

SATURDAY = 5

SEEN = timedelta(days=1, hours=3, minutes=12)
PLANNED = timedelta(days=5, hours=7, minutes=40)
BETTER = timedelta(days=1, hours=4)
CLOSED = timedelta(days=1, hours=5)
WORSE = timedelta(days=2, hours=2)
PROVED = {Verdict.MET, Verdict.AT_RISK}


class Workers:
    """The people of one contract who work on its breaches."""

    def __init__(self, cast: Cast, remedies: Remedies, stories: Stories) -> None:
        self.cast = cast
        self.remedies = remedies
        self.stories = stories
        self._written: Counter[tuple[str, str]] = Counter()

    def work(self, session: Session, outcome: Outcome, closed_at: datetime, now: datetime) -> None:
        """Take each live breach of the contract as far as it gets after a close, one deed after the other."""
        for breach in _live(session, self.cast.contract.id):
            verdict = outcome.kpi(breach.kpi_key).verdict
            deeds = [(self._workday(at), deed) for at, deed in self._deeds(breach, verdict, closed_at)]
            for at, deed in sorted(deeds, key=itemgetter(0)):
                if at <= now:
                    deed(at)

    def _deeds(self, breach: Breach, verdict: Verdict, closed_at: datetime) -> Iterator[Deed]:
        state = breaches.state_of(breach)
        story = self.stories.get(breach.kpi_key, self.stories["usual"])
        if state is BreachState.OPEN:
            yield closed_at + SEEN, self._step(breach, BreachState.ACKNOWLEDGED, "acknowledged")
            yield from self.cast.begin(breach, story, closed_at)
            yield closed_at + PLANNED, self._step(breach, BreachState.ACTION_PLANNED, "action_planned")
        elif verdict is Verdict.BREACHED and _fell_back(breach):
            yield closed_at + WORSE, self._saying(breach, "back")
            yield (
                closed_at + WORSE + timedelta(hours=1),
                lambda at: self.cast.plan_again(breach, story, closed_at, at),
            )
        elif verdict in PROVED and state is BreachState.ACTION_PLANNED:
            yield closed_at + BETTER, lambda at: self.cast.finish_all(breach, at)
            yield closed_at + BETTER, self._saying(breach, "verifying")
        elif verdict in PROVED and state is BreachState.VERIFYING:
            yield closed_at + CLOSED, self._step(breach, BreachState.CLOSED, "closed")

    def _step(self, breach: Breach, state: BreachState, happened: str) -> Callable[[datetime], None]:
        def take(at: datetime) -> None:
            held = self.cast.hold(breach)
            written = self._sentence(breach.kpi_key, happened)
            breaches.step(self.cast.session, breach, state, written=written, by=held.by, now=at)

        return take

    def _saying(self, breach: Breach, happened: str) -> Callable[[datetime], None]:
        return lambda at: self.cast.say(breach, self._sentence(breach.kpi_key, happened), at)

    def _sentence(self, kpi: str, happened: str) -> str:
        lines = self.remedies.get(kpi, self.remedies["usual"])[happened]
        self._written[kpi, happened] += 1
        return lines[(self._written[kpi, happened] - 1) % len(lines)]

    def _workday(self, at: datetime) -> datetime:
        while at.astimezone(self.cast.zone).weekday() >= SATURDAY:
            at += timedelta(days=1)
        return at


def _fell_back(breach: Breach) -> bool:
    """Whether the close just now took it back from verification."""
    *_, before, last = breach.steps
    return last.kind == "again" and before.state == BreachState.VERIFYING


def _live(session: Session, contract_id: int) -> Sequence[Breach]:
    return session.scalars(
        select(Breach)
        .where(Breach.contract_id == contract_id, Breach.closed_at.is_(None))
        .order_by(Breach.id)
    ).all()
