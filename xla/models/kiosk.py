"""Kiosks: tablets that stand at a rating point."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Kiosk(Row):
    """One tablet: waits for its pairing code, is paired and reports, is revoked."""

    __tablename__ = "kiosk"

    id: Mapped[Id]
    point_id: Mapped[int] = mapped_column(ForeignKey("rating_point.id"), index=True)
    name: Mapped[str]
    """What people call it: left of the entrance."""
    code_sha256: Mapped[str | None] = mapped_column(unique=True)
    """Of the code it is paired by; None once it was."""
    code_expires_at: Mapped[datetime | None]
    secret_sha256: Mapped[str | None] = mapped_column(unique=True)
    """Of what the tablet proves itself with; None until it is paired."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who set it up."""
    created_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When it last reported."""
    waiting: Mapped[int] = mapped_column(server_default="0")
    """Ratings on the tablet that were not delivered when it last reported."""
    refused: Mapped[int] = mapped_column(server_default="0")
    """Ratings that were refused and are kept on the tablet for people to look at."""
    revoked_at: Mapped[datetime | None]
