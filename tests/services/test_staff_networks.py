"""Staff networks: what is one, and that each is on a contract's list once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import AuditEntry, Person
from xla.services import people, staff_networks
from xla.services.agreements import Refused
from xla.services.devices import is_within


@pytest.fixture
def somebody(session: Session) -> Person:
    return people.add(session, "maja@nordfast.example", name="Maja", role="manager", now=make.NOW)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_address_or_a_range_is_kept_in_its_shortest_form(text: str, kept: str) -> None:
    assert staff_networks.parsed(text) == kept


@pytest.mark.parametrize("text", ["", "office", "192.0.2", "192.0.2.0/33", "1.2.3.4/24/8", "fe80::1%eth0"])
def test_anything_else_is_no_network(text: str) -> None:
    with pytest.raises(staff_networks.NotANetwork):
        staff_networks.parsed(text)


@pytest.mark.parametrize("text", ["0.0.0.0/0", "10.0.0.0/7", "::/0", "::ffff:0:0/96", "2000::/3"])
def test_what_holds_everybody_is_too_wide(text: str) -> None:
    with pytest.raises(staff_networks.TooWide):
        staff_networks.parsed(text)


def test_who_asks_is_offered_their_network(session: Session) -> None:
    assert staff_networks.around("192.0.2.7") == "192.0.2.7"
    assert staff_networks.around("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert staff_networks.around("") is None


def test_a_network_is_added_once_and_removed_once_and_noted(session: Session, somebody: Person) -> None:
    contract = make.contract(session)
    for network in ("192.0.2.0/24", "2001:db8::/48"):
        staff_networks.add(session, contract, network, "Ours", somebody, make.NOW)
    with pytest.raises(Refused):
        staff_networks.add(session, contract, "192.0.2.0/24", "", somebody, make.NOW)
    assert staff_networks.remove(session, contract, "192.0.2.0/24", somebody, make.NOW)
    assert not staff_networks.remove(session, contract, "192.0.2.0/24", somebody, make.NOW)
    assert [(row.network, row.note) for row in staff_networks.listed(session, contract)] == [
        ("2001:db8::/48", "Ours")
    ]
    noted = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert [tuple(each) for each in noted] == [
        ("staff_network.add", "192.0.2.0/24"),
        ("staff_network.add", "2001:db8::/48"),
        ("staff_network.remove", "192.0.2.0/24"),
    ]


def test_a_contract_has_so_many_and_no_more(session: Session, somebody: Person) -> None:
    contract = make.contract(session)
    for number in range(staff_networks.MOST):
        staff_networks.add(session, contract, f"192.0.2.{number}", "", somebody, make.NOW)
    with pytest.raises(Refused):
        staff_networks.add(session, contract, "198.51.100.1", "", somebody, make.NOW)


def test_an_old_address_written_as_a_new_one_lies_in_the_old_one_s_network() -> None:
    assert is_within("::ffff:192.0.2.7", ("192.0.2.0/24",))
