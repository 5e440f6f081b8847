"""A contract and its client; everything they agreed stands in the agreement's versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xla.models.base import Id, Row


class Client(Row):
    """Who buys the services, and how reports and letters to them look."""

    __tablename__ = "client"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    """As the agreements have it; what a client is found by."""
    shown_name: Mapped[str] = mapped_column(server_default="")
    """As reports print it; '' where the name is as good."""
    colour: Mapped[str] = mapped_column(server_default="")
    """#rrggbb, or '' where the provider's holds."""
    logo: Mapped[bytes | None] = mapped_column(deferred=True)
    """A PNG we wrote ourselves."""
    logo_sha256: Mapped[str | None]
    sender_name: Mapped[str] = mapped_column(server_default="")
    """Who mails to this client come from; '' where the installation's sender holds."""
    sender_email: Mapped[str] = mapped_column(server_default="")


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
