"""Askings: the demo's invitation plan, whose answers are the ratings that came by mail; nobody is mailed.

Addresses that still wait are of a reserved domain, which no mail is ever handed over for.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core import event, invitation
from xla.core.invitation import State
from xla.core.invitation_link import person_key
from xla.models import Contract, Invitation, RatingPoint, Response
from xla.services import invitation_plans
from xla.services.agreements import contract_of
from xla.services.installations import ensured
from xla.services.invitation_plans import Planned

CONTRACT = "office-park"
TOUCHPOINT = "get-help"
KEY = "tickets"
DAYS = 60
"""How far back people were asked."""
UNANSWERED = 8
"""To each five who answered."""
WAITING = 4
ODD = {19: State.CAPPED, 31: State.OPTED_OUT, 43: State.FAILED}
"""Every so many-eth of those who did not answer got no mail at all."""
PLANNED = Planned("A ticket was solved", 0, "employee", 24, 5, 14, event.READY["ticket"])


def add_missing(session: Session, now: datetime) -> int:
    """Make the plan and its invitations where the demo has none; how many invitations."""
    contract = contract_of(session, CONTRACT)
    answered = _answered(session, contract, now)
    if invitation_plans.one(session, contract.id, KEY) is not None or not answered:
        return 0
    start = now - timedelta(days=DAYS)
    planned = PLANNED._replace(point_id=answered[0][1])
    plan = invitation_plans.create(session, contract.id, KEY, planned, now=start)
    secret = ensured(session, now).secret
    rows = list(_rows(answered, now))
    for number, row in enumerate(rows):
        row.plan_id, row.external_id = plan.id, f"{40_000 + number}"
        row.person_key = person_key(secret, f"person-{number}@ekhaga.example")
        row.persona, row.language, row.created_at = "employee", "sv", row.happened_at
    session.add_all(rows)
    session.flush()
    return len(rows)


def _answered(session: Session, contract: Contract, now: datetime) -> list[tuple[date, int]]:
    """The day and rating point of each rating that came by mail lately."""
    rows = session.execute(
        select(Response.rated_on, Response.point_id)
        .join(RatingPoint, RatingPoint.id == Response.point_id)
        .where(
            Response.contract_id == contract.id,
            RatingPoint.touchpoint_key == TOUCHPOINT,
            Response.channel == "mail",
            Response.rated_on > (now - timedelta(days=DAYS)).date(),
        )
        .order_by(Response.rated_on, Response.id)
    )
    return [(day, point) for day, point in rows]


def _rows(answered: Sequence[tuple[date, int]], now: datetime) -> Iterator[Invitation]:
    for number, (day, point) in enumerate(answered):
        at = datetime.combine(day, time(8), UTC) - timedelta(days=1 + number % 3)
        yield _sent(point, at, State.ANSWERED, answered_at=datetime.combine(day, time(), UTC))
    for number in range(len(answered) * UNANSWERED // 5):
        day, point = answered[number * 5 // UNANSWERED]
        yield _silent(point, datetime.combine(day, time(9), UTC) - timedelta(days=1), number, now)
    for number in range(WAITING):
        at = now - timedelta(hours=number)
        yield Invitation(
            point_id=answered[-1][1],
            state=State.WAITING,
            email=f"waits-{number}@ekhaga.example",
            happened_at=at,
            due_at=invitation.first_due(at, PLANNED.delay_hours),
        )


def _silent(point: int, at: datetime, number: int, now: datetime) -> Invitation:
    """Somebody who did not answer, or was never asked."""
    odd = next((state for each, state in ODD.items() if number % each == each - 1), None)
    if odd:
        return Invitation(point_id=point, state=odd, happened_at=at, due_at=at)
    row = _sent(point, at, State.SENT)
    reminded_at = at + timedelta(days=6)
    if reminded_at <= now:
        row.state, row.reminded_at = State.REMINDED, reminded_at
    if invitation.is_over(row.expires_at, now):
        row.state = State.EXPIRED
    return row


def _sent(point: int, at: datetime, state: State, answered_at: datetime | None = None) -> Invitation:
    sent_at = invitation.first_due(at, PLANNED.delay_hours)
    expires_at = invitation.expiry(sent_at, PLANNED.expires_after_days)
    return Invitation(
        point_id=point,
        state=state,
        happened_at=at,
        due_at=expires_at,
        tried_at=sent_at,
        sent_at=sent_at,
        expires_at=expires_at,
        answered_at=answered_at,
    )
