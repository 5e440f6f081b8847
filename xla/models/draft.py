"""Drafts: an agreement being written as forms, before it is applied as a version."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Draft(Row):
    """One agreement in the making; may be unsound. Forgotten when it is applied or thrown away."""

    __tablename__ = "draft"

    id: Mapped[Id]
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), unique=True)
    """Whose next version it is; None for a new contract. A contract has one draft at a time."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who began it."""
    document: Mapped[str]
    """The agreement as JSON, in the shape of its file."""
    revision: Mapped[int]
    """Counts changes: two people writing at once are told."""
    changed_at: Mapped[datetime]
