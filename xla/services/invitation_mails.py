"""Invitation mails: which are due, which may still be sent, and how it went.

A mail goes out between two transactions: claimed in one, marked in the next. A crash between them may send it
twice, under one Message-ID; never not at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, cast

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.invitation import (
    ASKED,
    FREQUENCY,
    GIVEN_UP_AFTER,
    LEASE,
    RETRY_AFTER,
    State,
    expiry,
    first_due,
    is_given_up,
    is_over,
    is_reserved,
    reminder_due,
)
from xla.core.invitation_link import token_of
from xla.models import Invitation, InvitationPlan, OptOut
from xla.services import places
from xla.services.installations import ensured
from xla.services.kept import Kept
from xla.services.places import Place


class Mail(NamedTuple):
    """One mail to write and hand over."""

    invitation_id: int
    kind: Literal["ask", "remind"]
    to: str
    language: Language
    token: str
    place: Place
    ends_at: datetime
    """When its link ends, as far as is known before it is sent."""


def due(session: Session, now: datetime, most: int) -> Sequence[int]:
    """The invitations with something to do, the longest due first; of stopped plans only what has ended."""
    waits = Invitation.state == State.WAITING
    asked = Invitation.state.in_(ASKED)
    return session.scalars(
        select(Invitation.id)
        .join(InvitationPlan, InvitationPlan.id == Invitation.plan_id)
        .where(
            or_(waits, asked),
            Invitation.due_at <= now,
            or_(InvitationPlan.stopped_at.is_(None), and_(asked, Invitation.expires_at <= now)),
        )
        .order_by(Invitation.due_at, Invitation.id)
        .limit(most)
    ).all()


def forget(session: Session, now: datetime) -> None:
    """End what nobody sends any more, of stopped plans or without a mail server: no address stays behind."""
    ends = {
        State.FAILED: and_(Invitation.state == State.WAITING, Invitation.due_at < now - GIVEN_UP_AFTER),
        State.EXPIRED: and_(Invitation.state.in_(ASKED), Invitation.expires_at <= now),
    }
    for state, is_over_now in ends.items():
        session.execute(update(Invitation).where(is_over_now).values(state=state, email=None))


def claim(session: Session, invitation_id: int, kept: Kept, now: datetime) -> Mail | None:
    """The mail that is due, which nobody else begins while the lease runs; None where none may be sent.

    Whether the person asked for no more, and was asked lately, is looked up here and not before.
    """
    invitation, others = _locked(session, invitation_id)
    plan = session.get_one(InvitationPlan, invitation.plan_id)
    place = places.by_id(session, invitation.point_id, kept, now)
    if place is None or invitation.due_at > now:
        return None
    if invitation.state == State.WAITING:
        may_send = plan.stopped_at is None and _may_ask(session, invitation, others, plan, place, now)
    else:
        may_send = invitation.state in ASKED and _may_remind(session, invitation, plan, place, now)
    return _mail(session, invitation, plan, place, now) if may_send else None


def sent(session: Session, mail: Mail, now: datetime) -> None:
    """Note that a server took the mail; the address goes once nothing more will be sent."""
    invitation, _ = _locked(session, mail.invitation_id)
    if mail.kind == "ask" and invitation.state == State.WAITING:
        plan = session.get_one(InvitationPlan, invitation.plan_id)
        expires_at = expiry(now, plan.expires_after_days)
        remind_at = reminder_due(now, plan.remind_after_days, expires_at)
        invitation.state = State.SENT
        invitation.sent_at, invitation.expires_at = now, expires_at
        invitation.due_at = remind_at or expires_at
        invitation.email = invitation.email if remind_at else None
    elif mail.kind == "remind" and invitation.state == State.SENT:
        invitation.state = State.REMINDED
        invitation.reminded_at = now
        invitation.due_at = invitation.expires_at or now
        invitation.email = None
    session.flush()


def not_sent(session: Session, mail: Mail, now: datetime) -> None:
    """Note that no server took it: it is tried again later, until it is given up."""
    invitation, _ = _locked(session, mail.invitation_id)
    if invitation.state in {State.WAITING, State.SENT}:
        invitation.due_at = now + RETRY_AFTER
        session.flush()


def _locked(session: Session, invitation_id: int) -> tuple[Invitation, list[Invitation]]:
    """The invitation and the person's others, locked, so that no two processes ask one person at once."""
    person = select(Invitation.person_key).where(Invitation.id == invitation_id).scalar_subquery()
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.person_key == person)
        .order_by(Invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    ours = next(row for row in rows if row.id == invitation_id)
    return ours, [row for row in rows if row.id != invitation_id]


def _may_ask(  # noqa: PLR0913, PLR0917 -- what `claim` looked up
    session: Session,
    invitation: Invitation,
    others: Sequence[Invitation],
    plan: InvitationPlan,
    place: Place,
    now: datetime,
) -> bool:
    """Whether a first mail may go out now; else it is said why not, or it waits for another of theirs."""
    first_due_at = first_due(invitation.happened_at, plan.delay_hours)
    if session.get(OptOut, invitation.person_key) is not None:
        _end(session, invitation, State.OPTED_OUT)
    elif not _is_reachable(invitation, place, now) or is_given_up(first_due_at, invitation.created_at, now):
        _end(session, invitation, State.FAILED)
    elif any(other.sent_at is not None and other.sent_at > now - FREQUENCY for other in others):
        _end(session, invitation, State.CAPPED)
    elif any(_is_under_way(other, now) for other in others):
        invitation.due_at = now + LEASE
        session.flush()
    else:
        return True
    return False


def _may_remind(
    session: Session, invitation: Invitation, plan: InvitationPlan, place: Place, now: datetime
) -> bool:
    """Whether the reminder may go out now; else it is left out, or the link has ended."""
    if is_over(invitation.expires_at, now):
        _end(session, invitation, State.EXPIRED)
        return False
    if session.get(OptOut, invitation.person_key) is not None or not _is_reachable(invitation, place, now):
        invitation.email = None
        invitation.due_at = invitation.expires_at or now
        session.flush()
        return False
    return plan.stopped_at is None


def _is_under_way(other: Invitation, now: datetime) -> bool:
    """Whether a mail to the same person was begun and it is not known how that went."""
    return other.state == State.WAITING and other.tried_at is not None and other.due_at > now


def _is_reachable(invitation: Invitation, place: Place, now: datetime) -> bool:
    """Whether there is something to ask, and an address that may be somebody's."""
    is_somebody = invitation.email is not None and not is_reserved(invitation.email)
    return is_somebody and places.takes(place, now)


def _mail(
    session: Session, invitation: Invitation, plan: InvitationPlan, place: Place, now: datetime
) -> Mail:
    is_first = invitation.state == State.WAITING
    invitation.due_at = now + LEASE
    if is_first:
        invitation.tried_at = now
    session.flush()
    return Mail(
        invitation.id,
        "ask" if is_first else "remind",
        invitation.email or "",
        cast("Language", invitation.language),
        token_of(ensured(session, now).secret, invitation.id),
        place,
        invitation.expires_at or expiry(now, plan.expires_after_days),
    )


def _end(session: Session, invitation: Invitation, state: State) -> None:
    invitation.state = state
    invitation.email = None
    session.flush()
