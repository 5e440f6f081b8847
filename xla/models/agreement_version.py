"""A version of an agreement: appended, never edited, in force from its day until the next one's."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class AgreementVersion(Row):
    """One applied agreement file."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", name="uq_agreement_version_number"),
        # Two versions from one day would leave open which holds.
        UniqueConstraint("contract_id", "effective_from", name="uq_agreement_version_effective_from"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    effective_from: Mapped[date]
    document: Mapped[str]
    """The agreement as canonical JSON."""
    digest: Mapped[str]
    """SHA-256 of `document`."""
    applied_at: Mapped[datetime]


def versions_of(contract_id: int) -> Select[AgreementVersion]:
    """A contract's versions, oldest first."""
    return (
        select(AgreementVersion)
        .where(AgreementVersion.contract_id == contract_id)
        .order_by(AgreementVersion.number)
    )
