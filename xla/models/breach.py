"""Breaches: a KPI's breached period, worked on in steps; and the notices that tell of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xla.models.base import Id, Row
from xla.models.period import Period


class Breach(Row):
    """A KPI below its floor, from the close that found it until it is proved better or accepted."""

    __tablename__ = "breach"
    __table_args__ = (
        # At most one live breach a KPI.
        Index(
            "uq_breach_live",
            "contract_id",
            "kpi_key",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        UniqueConstraint("period_id", "kpi_key"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kpi_key: Mapped[str]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    """The period that opened it."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship(lazy="joined", innerjoin=True)
    steps: Mapped[list["BreachStep"]] = relationship(order_by="BreachStep.id", lazy="selectin")


class BreachStep(Row):
    """One thing that happened to a breach. Appended, never edited."""

    __tablename__ = "breach_step"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'acknowledged', 'action_planned', 'verifying', 'closed', 'accepted')",
            name="state",
        ),
    )

    id: Mapped[Id]
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[str]
    """The breach's state after this step."""
    sentence: Mapped[str]
    evidence: Mapped[str | None]
    """The measurement it rests on, as JSON."""


class Notice(Row):
    """Something to be told, written with what it tells of; sending is another's work."""

    __tablename__ = "notice"
    __table_args__ = (
        # One notice an event, never twice.
        UniqueConstraint("kind", "key"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[str]
    key: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
