"""The demo's invitations: some in each state, one answered for each rating by mail, nobody mailed."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import asked
from rated import respond
from xla.core.invitation import State, is_reserved
from xla.jobs.demo import askings, links
from xla.jobs.demo.plan import scripts
from xla.models import Invitation, Response
from xla.services import invitation_plans
from xla.services.agreements import apply, contract_of

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)


def test_invitations_stand_in_every_state_and_nobody_is_mailed(session: Session) -> None:
    played = scripts(date(2025, 5, 1))
    for script in played:
        apply(session, script.agreement, NOW)
    park = contract_of(session, "office-park")
    for ago in range(30):
        day = (NOW - timedelta(days=ago)).date().isoformat()
        respond(session, park, {"easy": 5}, on=day, site="north-1", touchpoint="get-help", at=NOW)
    session.execute(update(Response).values(channel="mail"))
    links.open_missing(session, played)
    assert askings.add_missing(session, NOW) == 30 + 48 + askings.WAITING
    assert askings.add_missing(session, NOW) == 0
    (line,) = invitation_plans.listed(session, park.id)
    assert line.rate.answered == 30
    assert {state for state, n in line.counts.items() if n} == set(State)
    waiting = session.scalars(select(Invitation.email).where(Invitation.email.is_not(None))).all()
    assert len(waiting) == askings.WAITING
    assert all(is_reserved(email) for email in waiting if email)
    assert asked.send(session, NOW + timedelta(days=2)) == []
