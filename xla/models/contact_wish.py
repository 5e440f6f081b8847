"""Contact wishes: people who rated and want somebody to get in touch; all they tell of themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import BigInt, Id, Row


class ContactWish(Row):
    """How somebody wants to be reached about their rating, until that is done."""

    __tablename__ = "contact_wish"
    __table_args__ = (Index("ix_contact_wish_contract_id", "contract_id", "handled_at"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    response_id: Mapped[int] = mapped_column(BigInt, unique=True)
    contact: Mapped[str | None]
    """A mail address or telephone number, as written; None once it was deleted."""
    language: Mapped[str]
    """The language they rated in."""
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
