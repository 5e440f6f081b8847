"""A contract and its client; everything they agreed stands in the agreement's versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xla.models.base import Id, Row


class Client(Row):
    """Who buys the services."""

    __tablename__ = "client"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)


class Contract(Row):
    """One agreement between the provider and one client."""

    __tablename__ = "contract"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    created_at: Mapped[datetime]

    client: Mapped[Client] = relationship(lazy="joined", innerjoin=True)


def contracts() -> Select[Contract]:
    """Every contract, by key."""
    return select(Contract).order_by(Contract.key)
