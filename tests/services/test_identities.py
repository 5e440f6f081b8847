"""Identities of a provider: issuer and subject name a person; an address only links, once, when verified."""

import pytest
from sqlalchemy.orm import Session

import make
from xla.models import Person
from xla.services import people
from xla.services.identities import Identity, recognise

NOW = make.NOW
MAJA = Identity("https://login.example", "sub-1", "Maja@Nordfast.example", is_verified=True)


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=NOW)


def test_the_first_time_the_invited_person_of_the_address_is_linked(session: Session, person: Person) -> None:
    assert recognise(session, MAJA) is person
    assert (person.oidc_issuer, person.oidc_subject) == ("https://login.example", "sub-1")


def test_later_the_identity_names_the_person_whatever_the_address(session: Session, person: Person) -> None:
    recognise(session, MAJA)
    assert recognise(session, MAJA._replace(email="new@nordfast.example", is_verified=False)) is person


def test_an_address_that_is_not_verified_links_nobody(session: Session, person: Person) -> None:
    assert recognise(session, MAJA._replace(is_verified=False)) == "unverified"
    assert person.oidc_subject is None


def test_who_was_not_invited_is_refused(session: Session) -> None:
    assert recognise(session, MAJA) == "unknown"


def test_another_account_with_the_same_address_is_refused(session: Session, person: Person) -> None:
    recognise(session, MAJA)
    assert recognise(session, MAJA._replace(subject="sub-2")) == "other"
    assert recognise(session, MAJA._replace(issuer="https://elsewhere.example")) == "other"


def test_who_is_out_is_refused_and_not_linked(session: Session, person: Person) -> None:
    person.disabled_at = NOW
    session.flush()
    assert recognise(session, MAJA) == "disabled"
    assert person.oidc_subject is None
