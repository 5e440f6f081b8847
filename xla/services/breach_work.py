"""Work on a breach: acknowledged, planned, proved better; its owner, date and cause; what people say of it.

Every change is made to a breach that is held, noted in the audit log and, where the other party should know
at once, put into the outbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from xla.core.breach import BreachState, is_live
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.core.window import CalendarPeriod, parse_period, period_of
from xla.models import Action, Breach, Contract, Membership, Period, Person
from xla.services import audit, breach_mornings, breaches, notices
from xla.services.agreements import Refused, agreement_of
from xla.services.breach_steps import detail_of
from xla.services.breaches import Held, Told
from xla.services.evaluations import outcome_of
from xla.services.work import put

PROVES = frozenset({Verdict.MET, Verdict.AT_RISK})


class NotNow(Refused):
    """The step is not one that may be taken now."""


@dataclass(frozen=True)
class Details:
    """What is written about a breach beside its steps."""

    owner_id: int | None
    due_on: date | None
    cause_kind: str | None
    cause: str


def acknowledge(session: Session, held: Held, now: datetime) -> None:
    """Somebody at the provider has seen it."""
    _move(session, held, BreachState.ACKNOWLEDGED, now=now)
    tell(session, held, "breach_acknowledged", now)


def plan(session: Session, held: Held, now: datetime) -> None:
    """What shall be done is planned; where all of it is done already, verification begins.

    Raises `NotNow` without an action.
    """
    if not actions(session, held.breach):
        raise NotNow(f"breach {held.breach.id} has no action yet")
    _move(session, held, BreachState.ACTION_PLANNED, now=now)
    verify_when_done(session, held, now)


def verify_when_done(session: Session, held: Held, now: datetime) -> None:
    """Begin to verify a planned breach once each of its actions is done."""
    kept = actions(session, held.breach)
    if held.state is BreachState.ACTION_PLANNED and kept and all(each.done_on for each in kept):
        _move(session, held, BreachState.VERIFYING, detail={"because": "done"}, now=now)


def close(session: Session, held: Held, now: datetime) -> None:
    """It is proved better. Raises `NotNow` without proof."""
    found = proof(session, held.breach)
    if found is None:
        raise NotNow(f"nothing proves breach {held.breach.id} better yet")
    _move(session, held, BreachState.CLOSED, detail={"period": str(found)}, now=now)
    tell(session, held, "breach_closed", now)


def describe(session: Session, held: Held, details: Details, now: datetime) -> None:
    """Set owner, due date and root cause; each that changed is a step, what did not change is none.

    Raises `NotNow` where the breach has ended or the owner is not one of the contract's provider.
    """
    if not is_live(held.state):
        raise NotNow(f"breach {held.breach.id} has ended")
    _own(session, held, details.owner_id, now)
    work = held.work
    if work.due_on != details.due_on:
        change = {"from": _iso(work.due_on), "to": _iso(details.due_on)}
        work.due_on = details.due_on
        note(session, held, Told("due", change), "breach.due", now)
        if details.due_on:
            put(session, breach_mornings.dated(session, held.breach, details.due_on, now), now)
    if (work.cause_kind, work.cause or "") != (details.cause_kind, details.cause):
        work.cause_kind, work.cause = details.cause_kind, details.cause or None
        told = Told("cause", {"cause": details.cause_kind}, details.cause)
        note(session, held, told, "breach.cause", now)


def comment(session: Session, held: Held, text: str, now: datetime) -> None:
    """Say something about it, also once it has ended."""
    note(session, held, Told("comment", {}, text), "breach.comment", now)


def owners(session: Session, contract: Contract) -> list[Person]:
    """Who may own a breach of the contract: its managers, and every admin."""
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.disabled_at.is_(None),
                or_(
                    Person.role == Role.ADMIN,
                    (Person.role == Role.MANAGER)
                    & Person.id.in_(
                        select(Membership.person_id).where(Membership.contract_id == contract.id)
                    ),
                ),
            )
            .order_by(Person.name, Person.id)
        )
    )


def actions(session: Session, breach: Breach) -> list[Action]:
    """Its actions that were not dropped, in the order they were planned."""
    return list(
        session.scalars(
            select(Action)
            .where(Action.breach_id == breach.id, Action.dropped_at.is_(None))
            .order_by(Action.id)
        )
    )


def last_breached(breach: Breach) -> CalendarPeriod:
    """The latest period in which a close found it."""
    found = [parse_period(detail_of(step)["period"]) for step in breach.steps if step.kind == "again"]
    return max(found, default=_opened_by(breach))


def proof(session: Session, breach: Breach) -> CalendarPeriod | None:
    """A closed period after the last breached one in which the KPI held its floor; None where none did."""
    after = last_breached(breach)
    later = session.scalars(
        select(Period)
        .where(Period.contract_id == breach.contract_id, Period.start_on >= after.end)
        .order_by(Period.start_on)
    )
    for period in later:
        outcome = outcome_of(period.evaluation)
        if any(each.kpi.key == breach.kpi_key and each.verdict in PROVES for each in outcome.kpis):
            return parse_period(outcome.period)
    return None


def note(session: Session, held: Held, told: Told, action: str, now: datetime) -> None:
    """Append a step that leaves the breach where it stands, and an entry in the audit log."""
    by_whom = Told(told.kind, told.detail, told.written, held.by)
    breaches.append(session, held.breach, held.state, by_whom, now)
    audit.note(
        session,
        held.by,
        action,
        subject=held.subject,
        contract_id=held.contract.id,
        detail=told.detail,
        now=now,
    )


def tell(session: Session, held: Held, kind: str, now: datetime) -> None:
    """Put a notice into the outbox."""
    period = str(_opened_by(held.breach))
    notices.write(
        session,
        held.contract.id,
        event=(kind, f"{held.contract.key}/{period}/{held.breach.kpi_key}"),
        document={
            "contract": held.contract.key,
            "period": period,
            "kpi": held.breach.kpi_key,
            "breach": held.breach.id,
            "state": str(held.state),
            "by": held.by.name if held.by else None,
            "by_id": held.by.id if held.by else None,
        },
        now=now,
    )


def _move(
    session: Session,
    held: Held,
    state: BreachState,
    *,
    detail: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    before = held.state
    breaches.step(session, held.breach, state, detail=detail or {}, by=held.by, now=now)
    audit.note(
        session,
        held.by,
        f"breach.{state}",
        subject=held.subject,
        contract_id=held.contract.id,
        detail={"from": before, "to": state, **(detail or {})},
        now=now,
    )


def _own(session: Session, held: Held, owner_id: int | None, now: datetime) -> None:
    work = held.work
    if work.owner_id == owner_id:
        return
    may = {person.id: person.name for person in owners(session, held.contract)}
    if owner_id is not None and owner_id not in may:
        raise NotNow(f"person {owner_id} is not one who may own a breach of {held.contract.key}")
    before = session.get(Person, work.owner_id) if work.owner_id else None
    change = {"from": before.name if before else None, "to": may.get(owner_id) if owner_id else None}
    work.owner_id = owner_id
    note(session, held, Told("owner", change), "breach.owner", now)


def _opened_by(breach: Breach) -> CalendarPeriod:
    kind = agreement_of(breach.period.evaluation.version).contract.period
    return period_of(breach.period.start_on, kind)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
