"""Seals: what each day brought, as the root of a Merkle tree, chained; and what was amended since."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import BigInt, Id, Row


class SealSecret(Row):
    """What the salts of all commitments come from. Lost, no seal can be checked any more."""

    __tablename__ = "seal_secret"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str]


class DaySeal(Row):
    """One UTC day's seal. Appended, never edited."""

    __tablename__ = "day_seal"
    __table_args__ = (
        # One chain: nothing has two successors.
        UniqueConstraint("previous"),
        CheckConstraint("leaf_count >= 0", name="counted"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    leaf_count: Mapped[int]
    root: Mapped[str]
    """Hex, as the next two."""
    previous: Mapped[str]
    """`chained` of the day before; zeros before the first."""
    chained: Mapped[str]
    sealed_at: Mapped[datetime]
    scheme: Mapped[str]
    covers: Mapped[str]
    """Which rows, in the order of the leaves: JSON, kind -> [[first id, last id]]."""
    marks: Mapped[bytes] = mapped_column(deferred=True)
    """A mark of each leaf, then, of a large day, the nodes over its blocks: see `services.seal_marks`."""


class Amendment(Row):
    """A response that was added to, or whose text was erased, after the day it was received on."""

    __tablename__ = "amendment"
    __table_args__ = (Index("ix_amendment_response_id", "response_id"),)

    id: Mapped[Id]
    response_id: Mapped[int] = mapped_column(BigInt)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    at: Mapped[datetime]
    was: Mapped[str]
    """What it was committed to before, 64 bytes as hex: with it the older seal can still be checked."""
