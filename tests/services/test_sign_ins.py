"""Signed-in browsers: found in time, seen now and then, ended one by one or all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Person, SignIn
from xla.services import people, sign_ins

NOW = make.NOW


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=NOW)


def test_a_token_finds_its_sign_in_until_it_is_idle_or_too_old(session: Session, person: Person) -> None:
    token = sign_ins.begin(session, person, "Firefox", NOW)
    found = sign_ins.find(session, token, NOW + timedelta(days=6))
    assert found
    assert found[1] is person
    assert sign_ins.find(session, token, NOW + sign_ins.IDLE) is None
    sign_ins.note_seen(session, found[0].id, NOW + timedelta(days=29))
    session.expire_all()
    assert sign_ins.find(session, token, NOW + timedelta(days=29))
    assert sign_ins.find(session, token, NOW + sign_ins.LASTS) is None


def test_who_is_out_has_no_sign_in(session: Session, person: Person) -> None:
    token = sign_ins.begin(session, person, "Firefox", NOW)
    person.disabled_at = NOW
    session.flush()
    assert sign_ins.find(session, token, NOW) is None


def test_a_browser_is_noted_as_seen_only_now_and_then(session: Session, person: Person) -> None:
    sign_ins.begin(session, person, "Firefox", NOW)
    row = session.scalars(select(SignIn)).one()
    assert not sign_ins.is_stale(row, NOW + timedelta(minutes=9))
    assert sign_ins.is_stale(row, NOW + timedelta(minutes=10))


def test_a_persons_browsers_are_listed_the_last_seen_first(session: Session, person: Person) -> None:
    other = people.add(session, "elin@aurland.example", name="Elin", role="client", now=NOW)
    for whose, browser, at in (
        (person, "old", NOW - timedelta(days=8)),
        (person, "first", NOW - timedelta(hours=1)),
        (person, "last", NOW),
        (other, "hers", NOW),
    ):
        sign_ins.begin(session, whose, browser, at)
    assert [row.browser for row in sign_ins.of(session, person.id, NOW)] == ["last", "first"]


def test_only_ones_own_browser_is_ended(session: Session, person: Person) -> None:
    other = people.add(session, "elin@aurland.example", name="Elin", role="client", now=NOW)
    sign_ins.begin(session, other, "hers", NOW)
    hers = session.scalars(select(SignIn)).one()
    assert not sign_ins.end_own(session, person.id, hers.id)
    assert sign_ins.end_own(session, other.id, hers.id)
    assert session.scalars(select(SignIn)).all() == []


def test_all_of_a_persons_browsers_end_but_one(session: Session, person: Person) -> None:
    for browser in ("one", "two", "three"):
        sign_ins.begin(session, person, browser, NOW)
    two = session.scalars(select(SignIn).where(SignIn.browser == "two")).one()
    sign_ins.end_all(session, person.id, but=two.id)
    assert session.scalars(select(SignIn.browser)).all() == ["two"]
    sign_ins.end(session, two.id)
    assert session.scalars(select(SignIn)).all() == []
