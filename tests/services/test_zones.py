"""Zones: those of agreements and of people."""

from sqlalchemy.orm import Session

import make
from xla.models import Person
from xla.services import zones


def test_the_zones_of_agreements_and_of_people_are_named(session: Session) -> None:
    assert zones.named(session) == set()
    make.contract(session, make.agreement(contract={"timezone": "Europe/Oslo"}))
    person = Person(email="a@example.com", name="A", role="client", language="en", created_at=make.NOW)
    person.timezone = "Europe/Helsinki"
    session.add(person)
    session.flush()
    assert zones.named(session) == {"Europe/Oslo", "Europe/Helsinki"}
