"""Invitation mails: what is due is sent once, at most once a person and month, never to who wants none."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import asked
import make
from xla.core.invitation import FREQUENCY, LEASE, RETRY_AFTER, State
from xla.models import RatingPoint
from xla.services import invitation_answers, invitation_mails, invitation_plans, retention
from xla.services.kept import Kept

DAY = timedelta(days=1)
DUE = make.NOW + DAY


def test_an_invitation_goes_out_when_it_is_due_and_its_address_when_all_is_sent(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)))
    assert asked.send(session, DUE - timedelta(seconds=1)) == []
    (mail,) = asked.send(session, DUE)
    assert (mail.kind, mail.to, mail.language, mail.ends_at) == ("ask", asked.EMAIL, "en", DUE + 10 * DAY)
    assert (row.state, row.email, row.due_at) == (State.SENT, asked.EMAIL, DUE + 3 * DAY)
    assert asked.send(session, DUE + DAY) == []
    (reminder,) = asked.send(session, DUE + 3 * DAY)
    assert (reminder.kind, reminder.token) == ("remind", mail.token)
    assert (row.state, row.email, row.reminded_at) == (State.REMINDED, None, DUE + 3 * DAY)
    assert asked.send(session, DUE + 9 * DAY) == []
    assert asked.send(session, DUE + 10 * DAY) == []
    assert asked.states(session) == [State.EXPIRED]


def test_without_a_reminder_the_address_goes_with_the_mail(session: Session) -> None:
    row = asked.asked(session, remind_after_days=None)
    assert (row.state, row.email, row.due_at) == (State.SENT, None, DUE + 10 * DAY)


def test_one_person_is_asked_once_in_thirty_days_over_all_contracts(session: Session) -> None:
    harbour = asked.plan(session, make.contract(session))
    quay = asked.plan(session, make.contract(session, make.agreement(contract={"key": "quay"})))
    asked.invited(session, harbour)
    asked.send(session, DUE)
    other = asked.invited(session, quay, email="KARIN@ekhaga.se", now=DUE)
    asked.invited(session, quay, 2, "other@ekhaga.se", now=DUE)
    assert [mail.to for mail in asked.send(session, DUE + DAY)] == ["other@ekhaga.se"]
    assert (other.state, other.email) == (State.CAPPED, None)
    later = DUE + FREQUENCY
    again = asked.invited(session, quay, 3, now=later - DAY)
    asked.send(session, later)
    assert again.state == State.SENT


def test_a_mail_under_way_holds_back_the_persons_next(session: Session) -> None:
    plan = asked.plan(session, make.contract(session))
    first, second = (asked.invited(session, plan, number) for number in (1, 2))
    mail = invitation_mails.claim(session, first.id, Kept(), DUE)
    assert mail
    assert invitation_mails.claim(session, first.id, Kept(), DUE) is None
    assert invitation_mails.claim(session, second.id, Kept(), DUE) is None
    assert second.state == State.WAITING
    invitation_mails.sent(session, mail, DUE)
    assert asked.send(session, DUE + LEASE) == []
    assert second.state == State.CAPPED


def test_a_mail_no_server_takes_is_tried_for_a_week_then_given_up(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)))
    for now in (DUE, DUE + RETRY_AFTER, DUE + 7 * DAY):
        mail = invitation_mails.claim(session, row.id, Kept(), now)
        assert mail
        invitation_mails.not_sent(session, mail, now)
        assert row.due_at == now + RETRY_AFTER
    assert asked.send(session, DUE + 7 * DAY + RETRY_AFTER) == []
    assert (row.state, row.email) == (State.FAILED, None)


def test_a_process_that_died_sending_leaves_the_mail_to_another(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)))
    lost = invitation_mails.claim(session, row.id, Kept(), DUE)
    assert invitation_mails.due(session, DUE + LEASE - timedelta(seconds=1), 10) == []
    (mail,) = asked.send(session, DUE + LEASE)
    assert lost
    assert mail.token == lost.token


def test_what_is_over_meanwhile_stays_as_it_is(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)))
    mail = invitation_mails.claim(session, row.id, Kept(), DUE)
    assert mail
    row.state = State.ANSWERED
    session.flush()
    invitation_mails.sent(session, mail, DUE)
    invitation_mails.sent(session, mail._replace(kind="remind"), DUE)
    invitation_mails.not_sent(session, mail, DUE)
    assert invitation_mails.claim(session, row.id, Kept(), DUE + DAY) is None
    assert row.state == State.ANSWERED


def test_a_stopped_plan_mails_nobody_but_its_links_end(session: Session) -> None:
    row = asked.asked(session)
    plan = session.scalars(select(invitation_plans.InvitationPlan)).one()
    waits = asked.invited(session, plan, 2, "other@ekhaga.se", now=DUE)
    invitation_plans.stop(session, plan, DUE)
    assert asked.send(session, DUE + 4 * DAY) == []
    assert invitation_mails.claim(session, row.id, Kept(), DUE + 4 * DAY) is None
    assert invitation_mails.claim(session, waits.id, Kept(), DUE + 4 * DAY) is None
    asked.send(session, DUE + 10 * DAY)
    assert asked.states(session) == [State.EXPIRED, State.WAITING]


def test_nobody_is_asked_about_a_closed_place(session: Session) -> None:
    row = asked.asked(session)
    waits = asked.invited(
        session, session.get_one(invitation_plans.InvitationPlan, row.plan_id), 2, "b@ekhaga.se"
    )
    session.get_one(RatingPoint, row.point_id).closed_at = DUE
    session.flush()
    assert asked.send(session, DUE + 4 * DAY) == []
    assert (waits.state, row.state, row.email, row.due_at) == (
        State.FAILED,
        State.SENT,
        None,
        DUE + 10 * DAY,
    )


def test_names_that_belong_to_nobody_get_no_mail(session: Session) -> None:
    row = asked.invited(session, asked.plan(session, make.contract(session)), email="a@b.example")
    assert asked.send(session, DUE) == []
    assert row.state == State.FAILED


def test_who_wants_no_more_gets_neither_invitation_nor_reminder(session: Session) -> None:
    row = asked.asked(session)
    plan = session.get_one(invitation_plans.InvitationPlan, row.plan_id)
    waits = asked.invited(session, plan, 2, now=DUE)
    mail = invitation_mails.claim(session, row.id, Kept(), DUE + 3 * DAY)
    assert mail
    opened = invitation_answers.by_token(session, mail.token, Kept(), DUE)
    assert opened
    assert not invitation_answers.is_out(session, opened)
    assert invitation_answers.opt_out(session, opened, DUE)
    assert not invitation_answers.opt_out(session, opened, DUE)
    assert invitation_answers.is_out(session, opened)
    session.expire_all()
    assert (waits.state, waits.email) == (State.OPTED_OUT, None)
    assert (row.state, row.email) == (State.SENT, None)
    row.due_at, row.email, waits.state, waits.email = DUE, asked.EMAIL, State.WAITING, asked.EMAIL
    session.flush()
    assert asked.send(session, DUE + 4 * DAY) == []
    assert (row.state, waits.state) == (State.SENT, State.OPTED_OUT)


def test_no_address_stays_behind_where_nobody_sends(session: Session) -> None:
    row = asked.asked(session)
    plan = session.get_one(invitation_plans.InvitationPlan, row.plan_id)
    waits = asked.invited(session, plan, 2, "b@ekhaga.se", now=DUE)
    invitation_plans.stop(session, plan, DUE)
    retention.forget(session, DUE + 8 * DAY)
    session.expire_all()
    assert (waits.email, row.email) == ("b@ekhaga.se", asked.EMAIL)
    retention.forget(session, DUE + 10 * DAY)
    session.expire_all()
    assert (waits.state, waits.email) == (State.FAILED, None)
    assert (row.state, row.email) == (State.EXPIRED, None)
