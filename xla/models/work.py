"""Work: what is due, as rows that are done once; and the processes that do it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row

_LIVE = text("state IN ('waiting', 'running')")
_PARKED = text("state = 'parked'")
_DONE = text("state = 'done'")


class WorkItem(Row):
    """One thing to do, written in the transaction of what it follows from; done once in effect."""

    __tablename__ = "work_item"
    __table_args__ = (
        # The same thing is wanted once, however many ask for it.
        UniqueConstraint("kind", "key"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'parked')", name="state"),
        # What a worker looks for: the few that are not done.
        Index(
            "ix_work_item_live",
            "queue",
            "due_at",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # What a person has to look at, and what was done lately: not found among all there is.
        Index("ix_work_item_parked", "done_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
        Index("ix_work_item_done", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        # What of a kind was wanted lately, so that it is not planned again.
        Index("ix_work_item_kind", "kind", "wanted_at"),
        Index("ix_work_item_contract_id", "contract_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    key: Mapped[str]
    queue: Mapped[str]
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    """The contract it is about; None where it is about none or all."""
    document: Mapped[str]
    """What it needs to know besides its key, as JSON."""
    state: Mapped[str]
    attempts: Mapped[int]
    """How often somebody began it."""
    error: Mapped[str | None]
    """Why the last attempt failed, or why it is parked."""
    created_at: Mapped[datetime]
    lane: Mapped[str]
    """Whom it waits for, as `core/lane.py` names it; '' where for nobody outside."""
    due_at: Mapped[datetime]
    """Not before; later again after a failure."""
    wanted_at: Mapped[datetime]
    """When it was due first: how late it is counts from here."""
    lease: Mapped[str | None]
    """Whose it is while it runs: a word only that attempt knows."""
    lease_until: Mapped[datetime | None]
    """Until when it is theirs; afterwards another may begin it anew."""
    done_at: Mapped[datetime | None]


class Heartbeat(Row):
    """A process that ticks or works, and when it last said so."""

    __tablename__ = "heartbeat"
    __table_args__ = (CheckConstraint("kind IN ('scheduler', 'worker')", name="kind"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    """Kind, host and process."""
    kind: Mapped[str]
    at: Mapped[datetime]
