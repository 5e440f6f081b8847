"""A plan for tests: a contract with an open rating point, whose visitors are asked by mail."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.invitation import State
from xla.models import Contract, Invitation, InvitationPlan, RatingPoint
from xla.services import invitation_mails, invitation_plans, invitations
from xla.services.invitation_plans import Planned
from xla.services.kept import Kept

MAPPING = {"email": "visitor.email", "external_id": "visit.id", "happened_at": "visit.ended_at",
           "language": "visitor.language", "site": "visit.site", "touchpoint": "visit.moment",
           "persona": "visitor.kind"}  # fmt: skip
EMAIL = "karin@ekhaga.se"


def point(session: Session, contract: Contract, site: str = "a", **told: Any) -> RatingPoint:
    """An open rating point."""
    values = {"touchpoint_key": "arrive", "token": f"{contract.key}-{site}", "title": "", "persona": ""}
    row = RatingPoint(
        contract_id=contract.id,
        site_key=site,
        question_keys="clean",
        opened_at=make.APPLIED_AT,
        **values | told,
    )
    session.add(row)
    session.flush()
    return row


def planned(place: RatingPoint, **changes: Any) -> Planned:
    """Asked a day after the visit, reminded once after three, over after ten."""
    return Planned("A visit ended", place.id, "visitor", 24, 3, 10, MAPPING)._replace(**changes)


def plan(session: Session, contract: Contract, **changes: Any) -> InvitationPlan:
    """A plan of the contract, with a rating point of its own."""
    place = point(session, contract, changes.pop("site", "a"))
    key = changes.pop("key", "visits")
    return invitation_plans.create(session, contract.id, key, planned(place, **changes), now=make.APPLIED_AT)


def visit(number: int = 1, email: str = EMAIL, **visitor: object) -> dict[str, object]:
    """An event as the visitors' system tells it."""
    return {"visit": {"id": f"v-{number}"}, "visitor": {"email": email} | visitor}


def invited(
    session: Session, plan: InvitationPlan, number: int = 1, email: str = EMAIL, now: datetime = make.NOW
) -> Invitation:
    """The invitation an event brought."""
    found = invitations.invite_from_event(session, plan, visit(number, email), now)
    return session.get_one(Invitation, found.invitation_id)


def send(session: Session, now: datetime) -> list[invitation_mails.Mail]:
    """Send what is due."""
    kept = Kept()
    mails = [
        invitation_mails.claim(session, each, kept, now) for each in invitation_mails.due(session, now, 100)
    ]
    for mail in filter(None, mails):
        invitation_mails.sent(session, mail, now)
    session.expire_all()
    return [mail for mail in mails if mail]


def asked(session: Session, **changes: Any) -> Invitation:
    """An invitation that was sent a day after `make.NOW`."""
    made = invited(session, plan(session, make.contract(session), **changes))
    send(session, make.NOW + timedelta(days=1))
    return made


def states(session: Session) -> list[State]:
    """Of all invitations, the first made first."""
    session.expire_all()
    return [State(each) for each in session.scalars(select(Invitation.state).order_by(Invitation.id))]
