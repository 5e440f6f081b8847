"""Invitation answers: what the link of a mail leads to, its one rating, and the wish to get no more mails."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.invitation import ANSWERABLE, ASKED, State, answered_on, is_over
from xla.core.invitation_link import id_of, response_key
from xla.models import Invitation, OptOut, RatingPoint, bulk
from xla.services import places, taps
from xla.services.installations import installation
from xla.services.kept import Kept
from xla.services.places import Place
from xla.services.taps import Tap, TooLate

CHANNEL = "mail"


class Standing(StrEnum):
    """What a link is still good for."""

    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"


class Opened(NamedTuple):
    """An invitation, as its link leads to it."""

    invitation: Invitation
    place: Place
    """With the persona of the one who was asked."""
    language: Language
    standing: Standing
    key: str
    """What its response is stored under."""
    link: str
    """Of its rating point: where the rating's next steps are; '' where the point was never opened."""


def by_token(session: Session, token: str, kept: Kept, now: datetime) -> Opened | None:
    """What a link leads to; None where we made no such link."""
    known = installation(session)
    invitation_id = id_of(known.secret, token) if known else None
    invitation = session.get(Invitation, invitation_id) if invitation_id else None
    place = places.by_id(session, invitation.point_id, kept, now) if invitation else None
    if known is None or invitation is None or place is None:
        return None
    key = response_key(known.secret, invitation.id)
    asked = replace(place, persona=invitation.persona)
    language: Language = invitation.language  # type: ignore[assignment]  # one of the five: by invitation_input
    link = session.get_one(RatingPoint, place.point_id).token or ""
    return Opened(invitation, asked, language, _standing(invitation, place, now), key, link)


def answer(  # noqa: PLR0913 -- its keywords say what each is
    session: Session, opened: Opened, *, question: str, score: int, kept: Kept, now: datetime
) -> bool:
    """Store the rating and mark the invitation answered, in one transaction; False where it changed nothing.

    The one who answered may change it for as long as `taps` allows; a link that has ended stores nothing.
    """
    if opened.standing == Standing.ENDED:
        return False
    has_answered = opened.standing == Standing.ANSWERED or not _mark_answered(session, opened, now)
    if has_answered and taps.stored(session, opened.place, opened.key) is None:
        return False
    given = Tap(question=question, score=score, key=opened.key, channel=CHANNEL, felt_at=now)
    try:
        tapped = taps.tap(session, opened.place, given, kept, now)
    except TooLate:
        return False
    return tapped.is_new


def opt_out(session: Session, opened: Opened, now: datetime) -> bool:
    """Ask this person never again, for any contract; says whether that is new."""
    person = opened.invitation.person_key
    if not bulk.insert_once(session, bulk.table(OptOut), {"person_key": person, "at": now}):
        return False
    session.execute(
        update(Invitation)
        .where(Invitation.person_key == person, Invitation.state == State.WAITING)
        .values(state=State.OPTED_OUT, email=None)
    )
    session.execute(
        update(Invitation)
        .where(Invitation.person_key == person, Invitation.state.in_(ASKED))
        .values(email=None)
    )
    session.flush()
    return True


def is_out(session: Session, opened: Opened) -> bool:
    """Whether the person asked for no more."""
    return session.get(OptOut, opened.invitation.person_key) is not None


def _standing(invitation: Invitation, place: Place, now: datetime) -> Standing:
    if invitation.state == State.ANSWERED:
        return Standing.ANSWERED
    is_open = invitation.state in ANSWERABLE and not is_over(invitation.expires_at, now)
    return Standing.OPEN if is_open and places.takes(place, now) else Standing.ENDED


def _mark_answered(session: Session, opened: Opened, now: datetime) -> bool:
    """Once; an answer proves that the mail came, even where we could not note it."""
    row = opened.invitation
    marked = session.scalar(
        update(Invitation)
        .where(Invitation.id == row.id, Invitation.state.in_(ANSWERABLE))
        .values(
            state=State.ANSWERED,
            email=None,
            answered_at=answered_on(now),
            sent_at=row.sent_at or row.tried_at or now,
        )
        .returning(Invitation.id)
    )
    return marked is not None
