"""One-time links: found by their token, once, in time; newer ones void older ones."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

import make
from xla.models import Person, Ticket
from xla.services import people, tickets
from xla.services.tickets import Kind

NOW = make.NOW


@pytest.fixture
def person(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=NOW)


def test_a_link_is_found_by_its_token_and_keeps_only_the_hash(session: Session, person: Person) -> None:
    issued = tickets.issue(session, "reset", person.id, now=NOW)
    found = tickets.find(session, "reset", issued.token, NOW)
    assert found is issued.ticket
    assert issued.token not in vars(issued.ticket).values()


def test_a_link_of_another_kind_is_not_found(session: Session, person: Person) -> None:
    issued = tickets.issue(session, "reset", person.id, now=NOW)
    assert tickets.find(session, "invitation", issued.token, NOW) is None


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [("setup", timedelta(hours=24)), ("invitation", timedelta(days=7)), ("reset", timedelta(hours=1))],
)
def test_a_link_lasts_as_long_as_its_kind(
    session: Session, person: Person, kind: Kind, lasts: timedelta
) -> None:
    issued = tickets.issue(session, kind, None if kind == "setup" else person.id, now=NOW)
    assert tickets.find(session, kind, issued.token, NOW + lasts - timedelta(seconds=1))
    assert tickets.find(session, kind, issued.token, NOW + lasts) is None


def test_a_link_counts_once(session: Session, person: Person) -> None:
    issued = tickets.issue(session, "reset", person.id, now=NOW)
    assert tickets.use(session, issued.ticket, NOW)
    assert not tickets.use(session, issued.ticket, NOW)
    assert tickets.find(session, "reset", issued.token, NOW) is None


def test_a_newer_link_voids_the_older_ones_of_the_same_person_and_kind(
    session: Session, person: Person
) -> None:
    other = people.add(session, "elin@aurland.example", name="Elin", role="client", now=NOW)
    first = tickets.issue(session, "reset", person.id, now=NOW)
    invitation = tickets.issue(session, "invitation", person.id, now=NOW)
    others = tickets.issue(session, "reset", other.id, now=NOW)
    second = tickets.issue(session, "reset", person.id, now=NOW)
    assert tickets.find(session, "reset", first.token, NOW) is None
    assert tickets.find(session, "reset", second.token, NOW)
    assert tickets.find(session, "reset", others.token, NOW)
    assert tickets.find(session, "invitation", invitation.token, NOW)


def test_a_newer_set_up_link_voids_the_older_one(session: Session) -> None:
    first, second = (tickets.issue(session, "setup", now=NOW) for _ in range(2))
    assert tickets.find(session, "setup", first.token, NOW) is None
    assert tickets.find(session, "setup", second.token, NOW)


def test_links_are_counted_since_an_instant(session: Session, person: Person) -> None:
    for minutes in (90, 30, 10):
        tickets.issue(session, "reset", person.id, now=NOW - timedelta(minutes=minutes))
    assert tickets.count_since(session, "reset", person.id, NOW - timedelta(hours=1)) == 2


def test_a_links_address_is_the_installations(session: Session) -> None:
    issued = tickets.issue(session, "setup", now=NOW)
    assert session.get_one(Ticket, issued.ticket.id).person_id is None
    assert tickets.address("https://xla.example/", "setup", "abc") == "https://xla.example/set-up/abc"
