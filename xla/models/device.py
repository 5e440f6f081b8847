"""Devices: how often one device rated lately, by a token nobody can turn back and that lives for a day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Row


class DeviceSalt(Row):
    """The random salt of one day's tokens; deleted with them, and then nothing tells what they were."""

    __tablename__ = "device_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    salt: Mapped[bytes]


class DeviceUse(Row):
    """How many ratings one device, or one network, gave at a rating point in one stretch of time."""

    __tablename__ = "device_use"
    __table_args__ = (
        PrimaryKeyConstraint("point_id", "token", "minutes", "since"),
        CheckConstraint("n >= 0", name="counted"),
        {"sqlite_with_rowid": False},
    )

    point_id: Mapped[int] = mapped_column(ForeignKey("rating_point.id"))
    token: Mapped[str]
    """Of the device, or of the network it is in; salted by the day."""
    minutes: Mapped[int]
    """How long the stretch is."""
    since: Mapped[datetime]
    """When it began."""
    n: Mapped[int]


class StaffNetwork(Row):
    """A network from which a contract's own staff rate: their ratings are marked."""

    __tablename__ = "staff_network"
    __table_args__ = (PrimaryKeyConstraint("contract_id", "network"),)

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    network: Mapped[str]
    """An address or a range, such as 192.0.2.0/24."""
    note: Mapped[str]
    """Whose it is."""
