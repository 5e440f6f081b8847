"""Who rates much: an office behind one address loses no vote; one person who goes on and on is seen."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

import make
import tapping
from xla.core.flag import Flag
from xla.services import devices
from xla.services.devices import Device
from xla.services.kept import Kept
from xla.services.places import Place

OFFICE = "192.0.2.7"
KINDS = dict(zip("abcdefgh", (35, 25, 10, 8, 7, 5, 5, 5), strict=True))
"""What telephones tell of themselves, by how many of a hundred do."""
NOON = make.NOW
Arrival = tuple[datetime, Device]


@pytest.fixture
def place(session: Session) -> Place:
    return tapping.place(session)


def office(people: int, minutes: int) -> list[Arrival]:
    """People who each rate once, when they happen to come by."""
    chance = random.Random(people)  # noqa: S311  # the same people every time
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=people)
    return [(NOON + timedelta(minutes=chance.uniform(0, minutes)), Device(OFFICE, kind)) for kind in kinds]


def noted(session: Session, place: Place, arrivals: Sequence[Arrival]) -> dict[datetime, list[Flag]]:
    kept = Kept()
    return {
        at: devices.note(session, place, device, kept, at)
        for at, device in sorted(arrivals, key=lambda arrival: arrival[0])
    }


@pytest.mark.parametrize(("people", "minutes"), [(400, 10), (120, 120)])
def test_an_office_behind_one_address_loses_no_vote_and_is_hardly_flagged(
    session: Session, place: Place, people: int, minutes: int
) -> None:
    found = noted(session, place, office(people, minutes))
    assert len(found) == people
    assert sum(map(bool, found.values())) <= people * 0.03


@pytest.mark.parametrize("around", [[], office(60, 120)])
def test_one_person_who_goes_on_and_on_is_seen(session: Session, place: Place, around: list[Arrival]) -> None:
    """Also with a telephone of the most usual kind, amid sixty others."""
    mine = [(NOON + timedelta(minutes=30, seconds=10 * number), Device(OFFICE, "a")) for number in range(30)]
    found = noted(session, place, [*around, *mine])
    assert sum(bool(found[at]) for at, _ in mine) >= 24


def test_one_person_who_takes_their_time_is_seen_by_the_end_of_the_day(
    session: Session, place: Place
) -> None:
    mine = [(NOON + timedelta(minutes=11 * number), Device(OFFICE, "mine")) for number in range(30)]
    seen = noted(session, place, mine)
    assert list(seen.values()) == [[]] * 12 + [[Flag.DEVICE]] * 18


def test_a_house_with_new_addresses_is_a_network_too_and_old_ones_written_as_new_are_many(
    session: Session, place: Place
) -> None:
    """Of an IPv6 network the first 64 bits are one house; ::ffff:… holds the whole of IPv4."""
    for number in range(4):
        devices.note(session, place, Device(f"2001:db8::{number}", "a"), Kept(), NOON)
        devices.note(session, place, Device(f"::ffff:192.0.2.{number}", "a"), Kept(), NOON)
    by_minutes = sorted((row[4], row[2]) for row in make.contents(session)["device_use"])
    assert [n for n, minutes in by_minutes if minutes == 10] == [1] * 12 + [4]
