"""People: made once an address, slowed down when they guess, signed out by a new password."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Person, SignIn, SignInFailure
from xla.services import passwords, people, sign_ins, tickets
from xla.services.agreements import Refused

NOW = make.NOW


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(
        session, " Maja@Nordfast.example ", name="Maja", role="manager", password="correct horse", now=NOW
    )


def test_an_address_is_one_however_it_is_written(session: Session, person: Person) -> None:
    assert person.email == "maja@nordfast.example"
    assert people.by_email(session, "MAJA@nordfast.example") is person
    with pytest.raises(people.Known, match="already"):
        people.add(session, "maja@NORDFAST.example", name="Another", role="client", now=NOW)


@pytest.mark.parametrize(
    "text",
    ["", "maja", "@nordfast.example", "maja@", "maja@nordfast", "maja lind@nordfast.example",
     "maja@nordfast.example\nBcc: all@nordfast.example", "maja\x00@nordfast.example",
     "<maja@nordfast.example>",
     "a@b@nordfast.example", "m" * 250 + "@nordfast.example", "maja@nordfast.example."],
)  # fmt: skip
def test_what_is_no_address_is_refused(session: Session, text: str) -> None:
    assert not people.is_email(text)
    with pytest.raises(Refused, match="not an e-mail address"):
        people.add(session, text, name="Maja", role="manager", now=NOW)


def test_an_address_no_database_could_hold_is_nobodys(session: Session) -> None:
    assert people.by_email(session, "a\0b@nordfast.example") is None


def test_there_is_an_admin_once_there_is_one_who_is_not_out(session: Session, person: Person) -> None:
    assert not people.has_admin(session)
    admin = people.add(session, "astrid@nordfast.example", name="Astrid", role="admin", now=NOW)
    assert people.has_admin(session)
    admin.disabled_at = NOW
    session.flush()
    assert not people.has_admin(session)


def test_a_new_password_ends_every_other_sign_in_and_every_link(session: Session, person: Person) -> None:
    for browser in ("this", "other"):
        sign_ins.begin(session, person, browser, NOW)
    this = session.scalars(select(SignIn).where(SignIn.browser == "this")).one()
    invitation = tickets.issue(session, "invitation", person.id, now=NOW)
    reset = tickets.issue(session, "reset", person.id, now=NOW)
    people.choose_password(session, person, "a new long password", but=this.id, now=NOW)
    assert passwords.fits(person, "a new long password")
    assert session.scalars(select(SignIn.browser)).all() == ["this"]
    assert tickets.find(session, "invitation", invitation.token, NOW) is None
    assert tickets.find(session, "reset", reset.token, NOW) is None


def test_ten_failures_in_a_quarter_of_an_hour_slow_an_address_down(session: Session) -> None:
    for minute in range(10):
        assert not people.is_slowed(session, "maja@nordfast.example", NOW)
        people.note_failure(session, "Maja@nordfast.example", NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=10)
    assert people.is_slowed(session, "maja@nordfast.example", later)
    assert not people.is_slowed(session, "elin@nordfast.example", later)
    assert not people.is_slowed(session, "maja@nordfast.example", NOW + timedelta(minutes=16))


def test_old_failures_are_forgotten(session: Session) -> None:
    people.note_failure(session, "maja@nordfast.example", NOW - timedelta(minutes=15))
    people.note_failure(session, "elin@nordfast.example", NOW)
    assert len(session.scalars(select(SignInFailure)).all()) == 1


@pytest.mark.parametrize("password", ["short", "x" * 201, "maja@nordfast.example", "MAJA LINDQVIST"])
def test_a_weak_password_is_told(password: str) -> None:
    assert passwords.is_weak(password, "maja@nordfast.example", "Maja Lindqvist", "")


def test_a_long_password_is_good() -> None:
    assert not passwords.is_weak("correct horse battery", "maja@nordfast.example")


def test_nobodys_password_never_fits(session: Session) -> None:
    invited = people.add(session, "elin@aurland.example", name="Elin", role="client", now=NOW)
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits(invited, "nobody has this password")
    invited.password_hash = "damaged"
    assert not passwords.fits(invited, "damaged")
