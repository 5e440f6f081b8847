"""Periods: what was measured, and which of it was frozen by a close. An open period has no row."""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xla.models.agreement_version import AgreementVersion
from xla.models.base import Id, Row


class Evaluation(Row):
    """A contract's measurements and verdicts for one period, as known at one instant. Appended."""

    __tablename__ = "evaluation"
    __table_args__ = (
        Index("ix_evaluation_latest", "contract_id", "start_on", "known_at"),
        CheckConstraint("start_on < end_on", name="half_open"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    start_on: Mapped[date]
    end_on: Mapped[date]
    """The first day after it."""
    known_at: Mapped[datetime]
    document: Mapped[str]
    """The result as JSON, exact values as fractions."""

    version: Mapped[AgreementVersion] = relationship(lazy="joined", innerjoin=True)


class Period(Row):
    """A closed period: its frozen evaluation, proposed to the client."""

    __tablename__ = "period"
    __table_args__ = (
        # Closing twice is once.
        UniqueConstraint("contract_id", "start_on"),
        CheckConstraint("start_on < end_on", name="half_open"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    start_on: Mapped[date]
    end_on: Mapped[date]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    proposed_at: Mapped[datetime]
    final_at: Mapped[datetime | None]
    """When its last KPI was accepted, by the client or by the date."""

    evaluation: Mapped[Evaluation] = relationship(lazy="joined", innerjoin=True)


class Decision(Row):
    """What a party said of one KPI of a proposed period. Appended, never edited."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind IN ('accept', 'dispute', 'withdraw', 'answer')", name="kind"),
        Index("ix_decision_period_id", "period_id", "id"),
    )

    id: Mapped[Id]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    kpi_key: Mapped[str]
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    wrong: Mapped[str | None]
    """Of a dispute: what is wrong, one of a few kinds."""
    text: Mapped[str]
    """The reason, or the answer."""


class Addendum(Row):
    """A correction of a closed period: numbered, with its reason. What was frozen stays as it was."""

    __tablename__ = "addendum"
    __table_args__ = (
        UniqueConstraint("period_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[Id]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    number: Mapped[int]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    """What the period came to, counted anew."""
    reason: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who corrected it; None for the command line."""
    at: Mapped[datetime]

    evaluation: Mapped[Evaluation] = relationship(lazy="joined", innerjoin=True)


class Exclusion(Row):
    """A site and dates both parties agreed to leave out; it counts once both have agreed."""

    __tablename__ = "exclusion"
    __table_args__ = (CheckConstraint("start_on < end_on", name="half_open"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    site_key: Mapped[str]
    start_on: Mapped[date]
    end_on: Mapped[date]
    reason: Mapped[str]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", name="fk_exclusion_proposed_by"))
    proposed_at: Mapped[datetime | None]
    provider_agreed_at: Mapped[datetime | None]
    client_agreed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When it was taken back, before both had agreed."""


IS_COUNT = or_(
    exists().where(Period.evaluation_id == Evaluation.id),
    exists().where(Addendum.evaluation_id == Evaluation.id),
)
"""An evaluation that was frozen: by a close, or by an addendum to one."""
TICK = timedelta(microseconds=1)
_CLOSED = select(Evaluation.known_at).join(Period, Period.evaluation_id == Evaluation.id)
_CORRECTED = (
    select(Evaluation.known_at)
    .join(Addendum, Addendum.evaluation_id == Evaluation.id)
    .join(Period, Period.id == Addendum.period_id)
)
_KNOWN = union_all(
    *(each.where(Period.contract_id == bindparam("contract_id")) for each in (_CLOSED, _CORRECTED))
).subquery()
_FROZEN = select(func.max(_KNOWN.c.known_at))


def frozen_at(connection: Connection, contract_id: int) -> datetime | None:
    """As known at which instant the newest close or addendum counted; None before the contract's first."""
    found: datetime | None = connection.scalar(_FROZEN, {"contract_id": contract_id})
    return found


def after(frozen: datetime | None, now: datetime) -> datetime:
    """From when what is received `now` counts as known: what a close did not count comes after it."""
    return now if frozen is None else max(now, frozen + TICK)
