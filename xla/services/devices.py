"""Devices: how often one rated lately. Their tokens are salted by the day; no address is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from xla.core.flag import AROUND, Flag, Stretch, flags, is_too_many
from xla.models import DeviceSalt, DeviceUse, bulk
from xla.services.kept import Kept
from xla.services.places import Place

SALT_BYTES = 32
TOKEN_BYTES = 12
STRETCHES = dict(enumerate((*AROUND, *AROUND.values())))
_ROWS = ", ".join(
    f"(:point_id, :token_{at}, {each.minutes}, :since_{at}, 1)" for at, each in STRETCHES.items()
)
COUNT_UP = text(
    f"INSERT INTO device_use (point_id, token, minutes, since, n) VALUES {_ROWS}"  # noqa: S608  # our own names
    " ON CONFLICT (point_id, token, minutes, since) DO UPDATE SET n = device_use.n + :more"
    " RETURNING token, minutes, n"
).bindparams(*(bindparam(f"since_{at}", type_=DeviceUse.since.type) for at in STRETCHES))
IPV4 = 4
PREFIX_V6 = 64
"""The bits of an IPv6 address that name a network; the rest changes by the hour."""


class Device(NamedTuple):
    """What a browser tells with each request; used at once and never kept."""

    address: str
    agent: str


class TooMany(Exception):
    """No more ratings are taken here from this device or network for some minutes."""


def note(session: Session, place: Place, device: Device, kept: Kept, now: datetime) -> list[Flag]:
    """Count one more rating of the device here; what is unusual about it. Raises `TooMany`."""
    counted = _count(session, place, device, kept, 1, now)
    if is_too_many(counted):
        raise TooMany
    found = flags(counted)
    return [*found, Flag.STAFF] if is_within(device.address, place.staff_networks) else found


def take_back(session: Session, place: Place, device: Device, kept: Kept, now: datetime) -> None:
    """What was noted was the same rating once more: it does not count."""
    _count(session, place, device, kept, -1, now)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    here = _parsed(address)
    return here is not None and any(here in ip_network(network, strict=False) for network in networks)


def forget(session: Session, now: datetime) -> None:
    """Delete what tells anything of a day before yesterday: tokens and the salts they were made with."""
    kept_from = now.astimezone(UTC).date() - timedelta(days=1)
    session.execute(delete(DeviceSalt).where(DeviceSalt.day < kept_from))
    start = datetime.combine(kept_from, datetime.min.time(), UTC)
    session.execute(delete(DeviceUse).where(DeviceUse.since < start))


def _count(  # noqa: PLR0913, PLR0917 -- all of it says what is counted
    session: Session, place: Place, device: Device, kept: Kept, more: int, now: datetime
) -> dict[Stretch, int]:
    day = now.astimezone(UTC).date()
    salt = kept.of(("device salt", day), lambda: _salt(session, day))
    tokens = {whose: _token(salt, device, whose) for whose in ("device", "network")}
    told: dict[str, object] = {"point_id": place.point_id, "more": more}
    for at, stretch in STRETCHES.items():
        told |= {f"token_{at}": tokens[stretch.whose], f"since_{at}": _since(stretch, now)}
    n = {(token, minutes): n for token, minutes, n in session.connection().execute(COUNT_UP, told)}
    return {stretch: n[tokens[stretch.whose], stretch.minutes] for stretch in STRETCHES.values()}


def _salt(session: Session, day: date) -> bytes:
    """The day's salt, the same for every process."""
    bulk.insert_once(session, bulk.table(DeviceSalt), {"day": day, "salt": secrets.token_bytes(SALT_BYTES)})
    return session.scalars(select(DeviceSalt.salt).where(DeviceSalt.day == day)).one()


def _token(salt: bytes, device: Device, whose: str) -> str:
    told = _network(device.address) if whose == "network" else f"{device.address}\n{device.agent}"
    digest = hmac.digest(salt, f"{whose}\n{told}".encode(errors="replace"), hashlib.sha256)
    return digest[:TOKEN_BYTES].hex()


def _network(address: str) -> str:
    here = _parsed(address)
    if here is None or here.version == IPV4:
        return str(here or address)
    return str(ip_network((here, PREFIX_V6), strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address; an old one written as a new one is the old one, or all of those would be one network."""
    try:
        here = ip_address(address)
    except ValueError:
        return None
    return (here.ipv4_mapped or here) if isinstance(here, IPv6Address) else here


def _since(stretch: Stretch, now: datetime) -> datetime:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    length = timedelta(minutes=stretch.minutes)
    return midnight + (now - midnight) // length * length
