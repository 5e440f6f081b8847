"""Staff networks: where a contract's own staff rate from; their ratings are marked, and count."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.models import Contract, Person, StaffNetwork
from xla.services import audit
from xla.services.agreements import Refused
from xla.services.devices import PREFIX_V6

MOST = 50
"""Networks of one contract: each rating is compared with all of them."""
WIDEST = {4: 8, 6: 32}
"""By the protocol's version, the fewest bits that name a network; one wider is everybody's."""
MAPPED = 96
"""The bits before an old address written as a new one."""
LONGEST_NOTE = 200


class NotANetwork(Exception):
    """A text that is no address and no range."""


class TooWide(Exception):
    """A range so wide that not only staff are in it."""


def parsed(text: str) -> str:
    """An address or a range as it is kept. Raises `NotANetwork` and `TooWide`.

    An address within a range stands for the range; an old address written as a new one is the old one.
    """
    if "%" in text:  # names a cable of one machine
        raise NotANetwork
    try:
        network: IPv4Network | IPv6Network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise NotANetwork from None
    mapped = network.network_address
    if isinstance(mapped, IPv6Address) and mapped.ipv4_mapped and network.prefixlen >= MAPPED:
        network = ip_network((mapped.ipv4_mapped, network.prefixlen - MAPPED))
    if network.prefixlen < WIDEST[network.version]:
        raise TooWide
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def around(address: str) -> str | None:
    """The network of whoever asks from an address, to be suggested; None where it is no address.

    A new address changes by the hour within its network; an old one stands for a whole house already.
    """
    try:
        network = parsed(address)
    except NotANetwork:
        return None
    return str(ip_network((network, PREFIX_V6), strict=False)) if ":" in network else network


def listed(session: Session, contract: Contract) -> Sequence[StaffNetwork]:
    """The contract's networks, in order."""
    return session.scalars(
        select(StaffNetwork).where(StaffNetwork.contract_id == contract.id).order_by(StaffNetwork.network)
    ).all()


def add(  # noqa: PLR0913, PLR0917 -- what is kept, and who says so
    session: Session, contract: Contract, network: str, note: str, by: Person, now: datetime
) -> None:
    """Mark what comes from a network from now on. Raises `Refused` where it is known, or one too many."""
    if session.get(StaffNetwork, (contract.id, network)):
        raise Refused("the network is on the list already")
    known = select(func.count()).where(StaffNetwork.contract_id == contract.id)
    if session.scalars(known).one() >= MOST:
        raise Refused(f"a contract has at most {MOST} staff networks")
    session.add(StaffNetwork(contract_id=contract.id, network=network, note=note))
    _note(session, contract, "staff_network.add", network, by, now)


def remove(session: Session, contract: Contract, network: str, by: Person, now: datetime) -> bool:
    """Mark no more what comes from there; what was marked stays so. False where it was not on the list."""
    row = session.get(StaffNetwork, (contract.id, network))
    if row is None:
        return False
    session.delete(row)
    _note(session, contract, "staff_network.remove", network, by, now)
    return True


def _note(  # noqa: PLR0913, PLR0917 -- as an entry of the audit log
    session: Session, contract: Contract, action: str, network: str, by: Person, now: datetime
) -> None:
    audit.note(session, by, action, subject=network, contract_id=contract.id, now=now)
