"""Invitation answers: one rating a link, changed by its author for a while, and counted as any other."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import asked
import make
from xla.core.invitation import State
from xla.core.invitation_link import token_of
from xla.models import Invitation, InvitationPlan, Rating, RatingPoint, Response
from xla.services import invitation_answers, taps
from xla.services.installations import ensured
from xla.services.invitation_answers import Opened, Standing
from xla.services.kept import Kept

DUE = make.NOW + timedelta(days=1)
ANSWERED = DUE + timedelta(hours=5)


def opened(session: Session, row: Invitation, now: datetime = ANSWERED) -> Opened:
    session.expire_all()
    token = token_of(ensured(session, make.NOW).secret, row.id)
    found = invitation_answers.by_token(session, token, Kept(), now)
    assert found
    return found


def answer(session: Session, row: Invitation, score: int, now: datetime = ANSWERED) -> bool:
    return invitation_answers.answer(
        session, opened(session, row, now), question="clean", score=score, kept=Kept(), now=now
    )


def counted(session: Session) -> list[tuple[int, str, str, str | None]]:
    found = session.execute(
        select(Rating.score, Response.channel, Response.persona, Response.respondent)
        .join(Response, Response.id == Rating.response_id)
        .where(Response.withdrawn_at.is_(None))
    )
    return [tuple(row) for row in found]


def test_a_link_stores_one_rating_and_says_nothing_of_who_gave_it(session: Session) -> None:
    row = asked.asked(session)
    assert opened(session, row).standing == Standing.OPEN
    assert answer(session, row, 4)
    assert not answer(session, row, 4)
    assert counted(session) == [(4, "mail", "visitor", None)]
    session.expire_all()
    assert (row.state, row.email) == (State.ANSWERED, None)
    assert row.answered_at == make.utc(2026, 6, 16)
    assert opened(session, row).standing == Standing.ANSWERED


def test_its_author_may_change_it_for_half_an_hour(session: Session) -> None:
    row = asked.asked(session)
    answer(session, row, 4)
    assert answer(session, row, 2, ANSWERED + taps.CHANGEABLE)
    assert [each[0] for each in counted(session)] == [2]
    assert not answer(session, row, 5, ANSWERED + 3 * taps.CHANGEABLE)
    assert [each[0] for each in counted(session)] == [2]


def test_an_answer_whose_response_is_deleted_is_not_given_again(session: Session) -> None:
    row = asked.asked(session)
    answer(session, row, 4)
    session.execute(delete(Rating))
    session.execute(delete(Response))
    assert not answer(session, row, 4)
    assert counted(session) == []


def test_a_link_that_has_ended_stores_nothing(session: Session) -> None:
    row = asked.asked(session)
    late = DUE + timedelta(days=10)
    assert opened(session, row, late).standing == Standing.ENDED
    assert not answer(session, row, 4, late)
    session.get_one(RatingPoint, row.point_id).closed_at = DUE
    session.flush()
    assert not answer(session, row, 4)
    assert counted(session) == []


def test_a_mail_that_came_though_we_do_not_know_it_counts(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)))
    assert answer(session, row, 5)
    session.expire_all()
    assert (row.state, row.sent_at) == (State.ANSWERED, ANSWERED)


def test_one_that_ends_while_it_is_answered_stores_nothing(session: Session) -> None:
    row = asked.asked(session)
    found = opened(session, row)
    row.state = State.EXPIRED
    session.flush()
    assert not invitation_answers.answer(session, found, question="clean", score=4, kept=Kept(), now=ANSWERED)
    assert counted(session) == []


def test_a_link_we_did_not_make_leads_nowhere(session: Session) -> None:
    assert invitation_answers.by_token(session, "1-" + "a" * 22, Kept(), DUE) is None
    secret = ensured(session, make.NOW).secret
    assert invitation_answers.by_token(session, "1-" + "a" * 22, Kept(), DUE) is None
    assert invitation_answers.by_token(session, token_of(secret, 1), Kept(), DUE) is None
    assert session.scalars(select(InvitationPlan)).all() == []
