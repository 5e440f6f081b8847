"""A contract's course: its closed periods as they were frozen, and those still running as last evaluated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement
from xla.core.outcome import Outcome
from xla.core.verdict import Verdict
from xla.core.window import period_of
from xla.models import Contract, Evaluation, Period
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of
from xla.services.standings import WORST_FIRST


@dataclass(frozen=True)
class Stage:
    """One period as it was evaluated last; `closed` is its row once it was closed."""

    evaluation: Evaluation
    closed: Period | None

    @cached_property
    def outcome(self) -> Outcome:
        """What it came to, read when it is asked for."""
        return outcome_of(self.evaluation)

    @cached_property
    def name(self) -> str:
        """As written in an address: 2018-05, 2018-Q2, 2018."""
        return str(period_of(self.start, self.agreement.contract.period))

    @property
    def start(self) -> date:
        """Its first day."""
        return self.evaluation.start_on

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.evaluation.end_on

    @property
    def agreement(self) -> Agreement:
        """What it is judged by."""
        return agreement_of(self.evaluation.version)

    @property
    def verdict(self) -> Verdict:
        """Its worst KPI's."""
        return worst([each.verdict for each in self.outcome.kpis])


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict that stands for all of them; without any there is no data."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.NO_DATA)


def course(session: Session, contract: Contract, most: int) -> list[Stage]:
    """Up to `most` closed periods and every evaluated one after them, oldest first; two queries."""
    rows = session.scalars(
        select(Period).where(Period.contract_id == contract.id).order_by(Period.start_on.desc()).limit(most)
    ).all()
    since = rows[0].end_on if rows else date.min
    closed = [Stage(row.evaluation, row) for row in reversed(rows)]
    return closed + [Stage(each, None) for each in _running(session, contract, since)]


def _running(session: Session, contract: Contract, since: date) -> Sequence[Evaluation]:
    """The newest evaluation of each period that starts at `since` or later."""
    newest = (Evaluation.known_at.desc(), Evaluation.id.desc())
    place = func.row_number().over(partition_by=Evaluation.start_on, order_by=newest)
    placed = (
        select(Evaluation.id, place.label("place"))
        .where(Evaluation.contract_id == contract.id, Evaluation.start_on >= since)
        .subquery()
    )
    return session.scalars(
        select(Evaluation)
        .join(placed, placed.c.id == Evaluation.id)
        .where(placed.c.place == 1)
        .order_by(Evaluation.start_on)
    ).all()
