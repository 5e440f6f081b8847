"""Breaches: a KPI's breached period, worked on in steps; and the notices that tell of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xla.models.base import Id, Row
from xla.models.period import Period

_UNTOLD = text("sent_at IS NULL")


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
        CheckConstraint(
            "kind IN ('moved', 'breached', 'again', 'owner', 'due', 'cause', 'action', 'comment',"
            " 'acceptance')",
            name="kind",
        ),
    )

    id: Mapped[Id]
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[str]
    """The breach's state after this step."""
    kind: Mapped[str] = mapped_column(server_default="moved")
    """What happened: a close found it (again), it moved to its state, or something was written about it."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", name="fk_breach_step_person_id"))
    """Who did it; None where the clock or the command line did."""
    sentence: Mapped[str]
    """What was written with it, '' where nothing was."""
    detail: Mapped[str | None]
    """What changed, as JSON: from and to, an action's title, a period."""
    evidence: Mapped[str | None]
    """The measurement it rests on, as JSON."""


class BreachWork(Row):
    """How a breach is worked on: its owner, date and root cause. The breach itself stays as it was found."""

    __tablename__ = "breach_work"

    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), primary_key=True, autoincrement=False)
    revision: Mapped[int]
    """Counts changes to anything about the breach: two people acting at once are told."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    """When it shall be closed."""
    cause_kind: Mapped[str | None]
    cause: Mapped[str | None]
    acceptance_reason: Mapped[str | None]
    """Why both parties accept the breach as it is; proposed by one, agreed by the other."""
    provider_accepted_at: Mapped[datetime | None]
    client_accepted_at: Mapped[datetime | None]


class Action(Row):
    """Something done about a breach; its effect is measured before and after."""

    __tablename__ = "action"

    id: Mapped[Id]
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), index=True)
    title: Mapped[str]
    owner: Mapped[str]
    """Who does it, by name: often somebody who never signs in."""
    due_on: Mapped[date]
    reason_key: Mapped[str | None]
    """The reason its effect is measured on; None for the KPI itself."""
    site_key: Mapped[str | None]
    """The site its effect is measured at; None for the KPI's whole scope."""
    created_at: Mapped[datetime]
    done_on: Mapped[date | None]
    """The local day from whose end its effect counts."""
    dropped_at: Mapped[datetime | None]


class Notice(Row):
    """Something to be told, written with what it tells of; sending is another's work."""

    __tablename__ = "notice"
    __table_args__ = (
        # One notice an event, never twice.
        UniqueConstraint("kind", "key"),
        # The few nobody was told of yet.
        Index("ix_notice_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    kind: Mapped[str]
    key: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
