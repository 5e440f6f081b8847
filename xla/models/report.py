"""An issued report: the bytes themselves, numbered and hashed; immutable. Who gets it, and how that went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row

_DRAFT = text("report_id IS NULL")


class Report(Row):
    """One issue of a contract's report."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("contract_id", "issue"),
        # A period is issued once a language; a correction is an addendum of its own.
        UniqueConstraint("period_id", "language", "addendum"),
        CheckConstraint("issue >= 1", name="issue_from_one"),
        CheckConstraint("addendum >= 0", name="addendum_from_nought"),
        Index("ix_report_sha256", "sha256"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    issue: Mapped[int]
    language: Mapped[str]
    addendum: Mapped[int] = mapped_column(server_default="0")
    """Which correction of the period it holds; 0 for the first report."""
    issued_at: Mapped[datetime]
    sha256: Mapped[str]
    pdf: Mapped[bytes] = mapped_column(deferred=True)
    signer: Mapped[str | None]
    """Whose certificate signed it; None where reports are not signed."""


class ReportStamp(Row):
    """What a time-stamp authority says of an issued report: that its bytes were there at an instant.

    It stands beside the report, whose bytes never change, and may come long after it.
    """

    __tablename__ = "report_stamp"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    token: Mapped[bytes] = mapped_column(deferred=True)
    """The answer as it came (RFC 3161, TimeStampToken, DER)."""
    authority: Mapped[str]
    """The subject of the certificate that signed it."""
    stamped_at: Mapped[datetime]
    """The instant the authority vouches for."""
    received_at: Mapped[datetime]


class ReportRecipient(Row):
    """Who gets a contract's reports by mail, in which language."""

    __tablename__ = "report_recipient"
    __table_args__ = (
        UniqueConstraint("contract_id", "email"),
        CheckConstraint("language IN ('en', 'sv', 'da', 'nb', 'fi')", name="language"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    added_at: Mapped[datetime]


class ReportDelivery(Row):
    """A report, or a draft of one, on its way to one address, and how it went."""

    __tablename__ = "report_delivery"
    __table_args__ = (
        # Each address gets a report once.
        UniqueConstraint("period_id", "report_id", "email"),
        # And a period's draft once.
        Index(
            "ix_report_delivery_draft",
            "period_id",
            "email",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index("ix_report_delivery_report_id", "report_id"),
    )

    id: Mapped[Id]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    """None for a draft."""
    draft: Mapped[bytes | None] = mapped_column(deferred=True)
    """The draft itself until it is sent or given up: it is kept nowhere else."""
    email: Mapped[str]
    language: Mapped[str]
    message_id: Mapped[str]
    """Stable: whoever gets it twice knows it by this."""
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    problem: Mapped[str | None]
