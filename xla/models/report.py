"""An issued report: the bytes themselves, numbered and hashed; immutable."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Report(Row):
    """One issue of a contract's report."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("contract_id", "issue"),
        # A period is issued once a language; a correction is an addendum of its own.
        UniqueConstraint("period_id", "language"),
        CheckConstraint("issue >= 1", name="issue_from_one"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    issue: Mapped[int]
    language: Mapped[str]
    issued_at: Mapped[datetime]
    sha256: Mapped[str]
    pdf: Mapped[bytes] = mapped_column(deferred=True)
