"""The demo's people: who may sign in, each seeing what is theirs, made once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from xla.jobs.demo import staff
from xla.jobs.demo.plan import CONTRACTS, scripts
from xla.services import memberships, passwords, people
from xla.services.agreements import apply

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)
PASSWORD = "generated at load"


@pytest.fixture
def contracts(session: Session) -> None:
    """The demo's contracts, without any ratings."""
    for script in scripts(date(2025, 5, 1)):
        apply(session, script.agreement, NOW)


@pytest.mark.usefixtures("contracts")
def test_each_sees_their_contracts_and_nobody_is_an_admin(session: Session) -> None:
    staff.add_missing(session, PASSWORD, NOW)
    assert not people.has_admin(session)
    for each in staff.STAFF:
        person = people.by_email(session, each.email)
        assert person
        seen = {key for key in CONTRACTS if memberships.visible_contract(session, person, key)}
        assert seen == set(each.contracts)
        assert passwords.fits(person, PASSWORD)


@pytest.mark.usefixtures("contracts")
def test_every_contract_has_its_manager_and_its_client(session: Session) -> None:
    for key in CONTRACTS:
        roles = {each.role for each in staff.STAFF if key in each.contracts}
        assert {"manager", "client"} <= roles


@pytest.mark.usefixtures("contracts")
def test_they_are_made_once_and_keep_what_they_chose(session: Session) -> None:
    assert staff.add_missing(session, PASSWORD, NOW) == list(staff.STAFF)
    maja = people.by_email(session, "maja.lindqvist@nordfast.example")
    assert maja
    people.choose_password(session, maja, "a password of her own", now=NOW)
    assert staff.add_missing(session, "another password", NOW) == []
    assert passwords.fits(maja, "a password of her own")
