"""The installation: one row with what the provider chose for all of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Row


class Installation(Row):
    """The provider's name, look and sender; and the secret that signs forms, shared by all processes."""

    __tablename__ = "installation"
    __table_args__ = (
        # One provider an installation.
        CheckConstraint("id = 1", name="only_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str]
    provider: Mapped[str]
    """'' while none was chosen: the setting's holds."""
    colour: Mapped[str]
    """The brand's colour, #rrggbb, or ''."""
    logo: Mapped[bytes | None] = mapped_column(deferred=True)
    """A PNG we wrote ourselves."""
    logo_sha256: Mapped[str | None]
    sender_name: Mapped[str]
    sender_email: Mapped[str]
    language: Mapped[str]
    """What people without a language of their own are shown."""
    changed_at: Mapped[datetime]
