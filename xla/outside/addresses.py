"""Addresses on the internet: which of them a message may be sent to. Nothing of our own network is one."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Of these the last four bytes are an IPv4 address (RFC 6052)."""


def is_outside(text: str, *, loopback: bool = False) -> bool:
    """Whether an address is somebody else's on the open internet; with `loopback` also this machine's.

    Private, link-local, loopback, multicast and reserved ones are not, nor an IPv6 form of one (mapped,
    NAT64, 6to4), which Python alone calls global.
    """
    address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_loopback:
        return loopback
    is_old = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_old)


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
