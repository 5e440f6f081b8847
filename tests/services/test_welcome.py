"""How people come in: one set-up link, one invitation, a new password for who forgot theirs."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import AuditEntry, Person, SignIn
from xla.services import passwords, people, sign_ins, tickets, welcome
from xla.services.welcome import NewAdmin, Void

NOW = make.NOW
ADMIN = NewAdmin("astrid@nordfast.example", "Astrid Admin", "sv", "correct horse battery")


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=NOW)


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_set_up_link_makes_the_first_admin(session: Session, person: Person) -> None:
    issued = welcome.set_up_link(session, NOW)
    assert issued
    admin = welcome.set_up(session, issued.ticket, ADMIN, NOW)
    assert (admin.role, admin.language, admin.email) == ("admin", "sv", "astrid@nordfast.example")
    assert passwords.fits(admin, "correct horse battery")
    assert actions(session) == ["installation.set_up"]


def test_there_is_no_set_up_link_where_there_is_an_admin(session: Session) -> None:
    people.add(session, "astrid@nordfast.example", name="Astrid", role="admin", now=NOW)
    assert welcome.set_up_link(session, NOW) is None


def test_the_set_up_link_counts_once(session: Session) -> None:
    issued = welcome.set_up_link(session, NOW)
    assert issued
    assert tickets.use(session, issued.ticket, NOW)
    with pytest.raises(Void, match="set up already"):
        welcome.set_up(session, issued.ticket, ADMIN, NOW)


def test_a_set_up_link_is_worth_nothing_once_there_is_an_admin(session: Session) -> None:
    issued = welcome.set_up_link(session, NOW)
    assert issued
    people.add(session, "other@nordfast.example", name="Other", role="admin", now=NOW)
    with pytest.raises(Void, match="set up already"):
        welcome.set_up(session, issued.ticket, ADMIN, NOW)


def test_a_link_invites_who_has_no_password_and_resets_who_has_one(session: Session, person: Person) -> None:
    assert welcome.link_for(session, person, NOW)[0] == "invitation"
    person.password_hash = passwords.hashed("correct horse")
    assert welcome.link_for(session, person, NOW)[0] == "reset"


def test_an_invitation_is_accepted_once_with_a_password(session: Session, person: Person) -> None:
    _, issued = welcome.link_for(session, person, NOW)
    found = welcome.whose(session, "invitation", issued.token, NOW)
    assert found == (issued.ticket, person)
    welcome.accept(session, *found, "correct horse battery", NOW)
    assert passwords.fits(person, "correct horse battery")
    assert welcome.whose(session, "invitation", issued.token, NOW) is None
    with pytest.raises(Void, match="used already"):
        welcome.accept(session, *found, "somebody else's password", NOW)
    assert actions(session) == ["person.accept"]


def test_a_reset_ends_every_sign_in(session: Session, person: Person) -> None:
    sign_ins.begin(session, person, "Firefox", NOW)
    asked = welcome.asked_for_reset(session, "Maja@nordfast.example", NOW)
    assert asked
    found = welcome.whose(session, "reset", asked[1].token, NOW)
    assert found
    welcome.accept(session, *found, "a new long password", NOW)
    assert session.scalars(select(SignIn)).all() == []
    assert actions(session) == ["person.reset_password"]


def test_nobody_and_who_is_out_get_no_reset(session: Session, person: Person) -> None:
    assert welcome.asked_for_reset(session, "nobody@nordfast.example", NOW) is None
    issued = tickets.issue(session, "reset", person.id, now=NOW)
    person.disabled_at = NOW
    session.flush()
    assert welcome.asked_for_reset(session, person.email, NOW) is None
    assert welcome.whose(session, "reset", issued.token, NOW) is None


def test_a_mailbox_is_not_flooded_with_resets(session: Session, person: Person) -> None:
    asked = [welcome.asked_for_reset(session, person.email, NOW) for _ in range(4)]
    assert [each is not None for each in asked] == [True, True, True, False]
    assert welcome.asked_for_reset(session, person.email, NOW + timedelta(hours=1))


def test_a_made_up_link_is_nobodys(session: Session) -> None:
    assert welcome.whose(session, "reset", "made-up", NOW) is None
