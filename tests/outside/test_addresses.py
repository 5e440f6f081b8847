"""Where a message may be sent: only to what is on the open internet, however it is written."""

import pytest

from xla.outside.addresses import is_outside


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 -- nothing listens here
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.51.100.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_nothing_of_our_own_network_is_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"],
)
def test_what_is_on_the_open_internet_is_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_through_only_when_asked_for(address: str) -> None:
    assert is_outside(address, loopback=True)


def test_letting_this_machine_through_opens_nothing_else() -> None:
    assert not is_outside("10.0.0.1", loopback=True)
    assert not is_outside("169.254.169.254", loopback=True)
