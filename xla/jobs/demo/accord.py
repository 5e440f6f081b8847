"""Accord: what the demo's clients said of the months that were proposed to them, and what was answered.

Most months are accepted some days after they were proposed; of some nothing was heard, so the date accepted
them; three disputes are told in `story/disputes.yaml`. Without the people nobody says anything.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.period_state import DecisionState, Step
from xla.core.role import Role
from xla.core.window import Window, local_day, localised
from xla.jobs.demo.staff import STAFF
from xla.models import Contract, Period, Person
from xla.services import decisions, exclusions, people
from xla.services.agreements import contract_of
from xla.services.decisions import Said, Wrong

STORY = Path(__file__).resolve().parent / "story" / "disputes.yaml"
SILENT = frozenset({5, 9})
"""Months before the latest of which nothing was heard."""
SATURDAY = 5


class Dispute(BaseModel):
    """What was disputed in a month, so many before the latest, and what came of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    back: int
    kpi: str
    wrong: Wrong
    reason: str
    answer: str | None = None
    settled: bool = False
    """Whether the client accepted the answer."""
    undecided: tuple[str, ...] = ()
    """KPIs nothing was said of."""
    leave_out: str | None = None
    """The site the client proposes to leave out, from the 12th to the 15th of the month."""


def live(session: Session, contract_key: str, now: datetime) -> None:
    """Everything said of a contract's months up to `now`, in order; the past ones become final."""
    contract = contract_of(session, contract_key)
    client, manager = (_person(session, contract_key, role) for role in (Role.CLIENT, Role.MANAGER))
    closed = session.scalars(
        select(Period).where(Period.contract_id == contract.id).order_by(Period.start_on)
    ).all()
    disputes = {each.back: each for each in _disputes().get(contract_key, ())}
    for back, period in zip(reversed(range(len(closed))), closed, strict=True):
        if client and manager and back not in SILENT:
            for after, by, said in _told(session, period, disputes.get(back), client, manager):
                at = _workday(period, after)
                if at <= now:
                    _decide(session, period, said, by, at)
            if (dispute := disputes.get(back)) and dispute.leave_out:
                _leave_out(session, contract, period, dispute, client, now)
        respond = timedelta(days=decisions.respond_within(period) + 2)
        decisions.finalise_due(session, contract, min(now, period.proposed_at + respond))


def _told(
    session: Session, period: Period, dispute: Dispute | None, client: Person, manager: Person
) -> Iterator[tuple[int, Person, Sequence[Said]]]:
    """So many days after the proposal, who said what."""
    keys = [each.kpi for each in decisions.standing(session, period, period.proposed_at).decided.decisions]
    spared = (dispute.kpi, *dispute.undecided) if dispute else ()
    yield 5, client, [Said(key, Step.ACCEPT) for key in keys if key not in spared]
    if dispute is None:
        return
    yield 6, client, [Said(dispute.kpi, Step.DISPUTE, dispute.reason, dispute.wrong)]
    if dispute.answer:
        yield 8, manager, [Said(dispute.kpi, Step.ANSWER, dispute.answer)]
    if dispute.settled:
        yield 9, client, [Said(dispute.kpi, Step.ACCEPT)]


def _decide(session: Session, period: Period, said: Sequence[Said], by: Person, at: datetime) -> None:
    """Say what is not settled by the date yet."""
    found = decisions.standing(session, period, at)
    open_ = [each for each in said if found.decided.kpi(each.kpi).state is not DecisionState.DEEMED]
    if open_:
        decisions.decide(session, period, open_, by=by, seen=found.revision, now=at)


def _leave_out(  # noqa: PLR0913, PLR0917 -- who proposes what of which
    session: Session, contract: Contract, period: Period, dispute: Dispute, by: Person, now: datetime
) -> None:
    at, first = _workday(period, 6), period.start_on.replace(day=12)
    if at <= now and dispute.leave_out:
        days = Window(first, first + timedelta(days=4))
        exclusions.propose(
            session, contract, site=dispute.leave_out, days=days, reason=dispute.reason, by=by, now=at
        )


def _workday(period: Period, after: int) -> datetime:
    """Half past ten there, on a weekday so many days after the proposal, or the next one."""
    zone = decisions.zone_of(period)
    day = local_day(period.proposed_at, zone) + timedelta(days=after)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return localised(datetime.combine(day, time(10, 30)), zone)


def _person(session: Session, contract_key: str, role: Role) -> Person | None:
    email = next(each.email for each in STAFF if each.role is role and contract_key in each.contracts)
    return people.by_email(session, email)


@cache
def _disputes() -> dict[str, list[Dispute]]:
    found: dict[str, list[Any]] = yaml.safe_load(STORY.read_bytes())
    return {key: [Dispute.model_validate(each) for each in rows] for key, rows in found.items()}
