"""The audit log: who did what, when, to what. Appended; the database refuses to change or delete a row."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class AuditEntry(Row):
    """One thing somebody did."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_contract_id", "contract_id", "id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None where nobody was signed in: the command line, the clock, or a sign-in that failed."""
    action: Mapped[str]
    """A verb's key, such as `breach.acknowledge`."""
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    subject: Mapped[str]
    """What it was done to, as people call it."""
    detail: Mapped[str]
    """What else is worth knowing, as JSON; never a secret."""
