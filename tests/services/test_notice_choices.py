"""Notice choices: the role's own until a person chooses otherwise."""

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.notice import Event
from xla.models import NoticeChoice, Person
from xla.services import notice_choices, people


def added(session: Session, role: str) -> Person:
    return people.add(session, f"{role}@nordfast.example", name=role, role=role, now=make.NOW)


def test_without_a_choice_the_roles_own_holds(session: Session) -> None:
    wanted = notice_choices.wanted(session, added(session, "client"))
    assert wanted[Event.BREACH_OPENED]
    assert not wanted[Event.PERIOD_ACCEPTED]
    assert Event.EARLY_WARNING not in wanted


def test_a_choice_holds_and_only_what_differs_is_kept(session: Session) -> None:
    person = added(session, "manager")
    defaults = {event for event, is_wanted in notice_choices.wanted(session, person).items() if is_wanted}
    chosen = defaults - {Event.BREACH_OPENED} | {Event.BREACH_ACKNOWLEDGED}
    notice_choices.choose(session, person, chosen)
    wanted = notice_choices.wanted(session, person)
    assert {event for event, is_wanted in wanted.items() if is_wanted} == chosen
    kept = {row.event: row.wanted for row in session.scalars(select(NoticeChoice))}
    assert kept == {"breach_opened": False, "breach_acknowledged": True}
    notice_choices.choose(session, person, defaults)
    assert session.scalars(select(NoticeChoice)).all() == []


def test_nobody_chooses_what_is_not_for_their_role(session: Session) -> None:
    person = added(session, "client")
    notice_choices.choose(session, person, set(Event))
    assert Event.EARLY_WARNING not in notice_choices.wanted(session, person)
    assert "early_warning" not in session.scalars(select(NoticeChoice.event)).all()
