"""Response rates: of those who were asked by mail, how many answered."""

from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from xla.core.window import Window, starts_at
from xla.models import Contract, Invitation, InvitationPlan
from xla.services.agreements import agreement_of, versions


class ResponseRate(NamedTuple):
    """Counts of invitations: every later one is among those before it."""

    invited: int
    """Events that named somebody to ask."""
    delivered: int
    """Whose mail a server took; an answer proves it, too."""
    answered: int

    @property
    def share(self) -> Fraction | None:
        """Answered of delivered, exactly; None where nothing was delivered."""
        return Fraction(self.answered, self.delivered) if self.delivered else None


def response_rate(
    session: Session, contract: Contract, window: Window, known_at: datetime | None = None
) -> ResponseRate:
    """Of the contract's invitations about events that happened in the window's local days.

    Only what was sent and answered by `known_at`; None: so far.
    """
    zone = ZoneInfo(agreement_of(versions(session, contract)[-1]).contract.timezone)
    start, end = starts_at(window.start, zone), starts_at(window.end, zone)
    sent, answered = (
        func.count(at) if known_at is None else func.count(case((at <= known_at, at)))
        for at in (Invitation.sent_at, Invitation.answered_at)
    )
    row = session.execute(
        select(func.count(), sent, answered)
        .join(InvitationPlan, InvitationPlan.id == Invitation.plan_id)
        .where(
            InvitationPlan.contract_id == contract.id,
            Invitation.happened_at >= start,
            Invitation.happened_at < end,
        )
    ).one()
    return ResponseRate(*row)
