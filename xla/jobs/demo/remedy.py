"""Remedy: what people do about a breach after each close, step by step, and what they write."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.breach import BreachState
from xla.core.outcome import Outcome
from xla.core.verdict import Verdict
from xla.jobs.demo.plan import Remedies
from xla.models import Breach
from xla.services import breaches

Move = tuple[timedelta, BreachState, str]
"""How long after the close, to which state, and what happened."""
SATURDAY = 5

BEGUN: list[Move] = [
    (timedelta(days=1, hours=3, minutes=12), BreachState.ACKNOWLEDGED, "acknowledged"),
    (timedelta(days=5, hours=7, minutes=40), BreachState.ACTION_PLANNED, "action_planned"),
]
BETTER: dict[BreachState, list[Move]] = {
    BreachState.ACTION_PLANNED: [(timedelta(days=1, hours=4), BreachState.VERIFYING, "verifying")],
    BreachState.VERIFYING: [(timedelta(days=1, hours=5), BreachState.CLOSED, "closed")],
}
WORSE: dict[BreachState, list[Move]] = {
    BreachState.VERIFYING: [(timedelta(days=2, hours=2), BreachState.ACTION_PLANNED, "back")],
}
PROVED = {Verdict.MET, Verdict.AT_RISK}


class Workers:
    """The people of one contract who work on its breaches."""

    def __init__(self, contract_id: int, remedies: Remedies, zone: ZoneInfo) -> None:
        self.contract_id = contract_id
        self.remedies = remedies
        self.zone = zone
        self._written: Counter[tuple[str, str]] = Counter()

    def work(self, session: Session, outcome: Outcome, closed_at: datetime, now: datetime) -> None:
        """Take each live breach of the contract as far as it gets after a close."""
        for breach in _live(session, self.contract_id):
            verdict = outcome.kpi(breach.kpi_key).verdict
            for after, state, happened in _moves(breaches.state_of(breach), verdict):
                at = self._workday(closed_at + after)
                if at > now:
                    break
                breaches.step(
                    session, breach, state, written=self._sentence(breach.kpi_key, happened), now=at
                )

    def _sentence(self, kpi: str, happened: str) -> str:
        lines = self.remedies.get(kpi, self.remedies["usual"])[happened]
        self._written[kpi, happened] += 1
        return lines[(self._written[kpi, happened] - 1) % len(lines)]

    def _workday(self, at: datetime) -> datetime:
        while at.astimezone(self.zone).weekday() >= SATURDAY:
            at += timedelta(days=1)
        return at


def _moves(state: BreachState, verdict: Verdict) -> list[Move]:
    if state is BreachState.OPEN:
        return BEGUN
    if verdict is Verdict.BREACHED:
        return WORSE.get(state, [])
    return BETTER.get(state, []) if verdict in PROVED else []


def _live(session: Session, contract_id: int) -> Sequence[Breach]:
    return session.scalars(
        select(Breach)
        .where(Breach.contract_id == contract_id, Breach.closed_at.is_(None))
        .order_by(Breach.id)
    ).all()
