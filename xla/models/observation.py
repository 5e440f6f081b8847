"""Observations: what operations counted, appended, never edited."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Observation(Row):
    """One count of one kind on one day: numerator of denominator, or amount over count.

    For a `rate` `amount` is the numerator and `base` the denominator; for an `amount_mean` `base` is the
    count and `squares`, where given, the sum of the squared amounts.
    """

    __tablename__ = "observation"
    __table_args__ = (Index("ix_observation_known", "contract_id", "kind_key", "observed_on"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kind_key: Mapped[str]
    site_key: Mapped[str]
    observed_on: Mapped[date]
    received_at: Mapped[datetime]
    amount: Mapped[Decimal]
    base: Mapped[Decimal]
    squares: Mapped[Decimal | None]
