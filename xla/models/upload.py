"""Uploads: files of ratings somebody brings in by the browser, and how their columns were read last time."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Upload(Row):
    """One file, from its upload to the ratings it brought."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("state IN ('uploaded', 'running', 'done', 'failed', 'undone')", name="state"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who brought it; None for the command line."""
    name: Mapped[str]
    """The file's name, as its owner called it."""
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    """Its rows as gzipped CSV; None once it is done and no row is left to mend."""
    state: Mapped[str]
    mapping: Mapped[str]
    """How its columns are read, as JSON of a mapping."""
    document: Mapped[str]
    """What came of it, as JSON: rows, accepted, duplicates, ignored, rejected, errors."""
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    """The first and the last day its ratings were felt on."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RememberedMapping(Row):
    """How a file with those columns was read last, so that nobody maps it twice."""

    __tablename__ = "remembered_mapping"
    __table_args__ = (PrimaryKeyConstraint("contract_id", "columns_sha256"),)

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    columns_sha256: Mapped[str]
    mapping: Mapped[str]
    used_at: Mapped[datetime]
