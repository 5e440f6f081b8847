"""What every page shows around it: counts of one's own contracts only, in one query."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

import standing_samples
from statements import sent
from web import world
from xla.models import Person
from xla.services import installations, people
from xla.services.agreements import contract_of
from xla.services.surroundings import Surroundings, surroundings

NOW = datetime(2026, 4, 10, tzinfo=UTC)


def someone(session: Session, role: str) -> Person:
    person = people.by_email(session, world.email(role))
    assert person
    return person


def test_a_person_is_told_of_their_own_contracts(session: Session) -> None:
    world.add_people(session)
    world.add_contracts(session)
    chosen = installations.ensured(session, NOW)
    standing_samples.add(session, contract_of(session, "harbour"))
    told = surroundings(session, someone(session, "manager"))
    assert told == Surroundings(chosen, 1, 1, 1, standing_samples.COMPUTED_AT)
    assert surroundings(session, someone(session, "admin"))[1:4] == (2, 2, 2)


def test_nobody_is_told_the_providers_choices_alone(session: Session) -> None:
    assert surroundings(session, None) == Surroundings(None)
    chosen = installations.ensured(session, NOW)
    assert surroundings(session, None) == Surroundings(chosen)


def test_it_is_one_query(session: Session) -> None:
    world.add_people(session)
    person = someone(session, "client")
    with sent(session) as statements:
        assert surroundings(session, person) == Surroundings(None, 0, 0, 0, None)
    assert len(statements) == 1
