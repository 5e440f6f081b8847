"""Ratings: what people said, one response a submission, one rating a question. Appended, never edited.

Response and rating, the two mass tables, carry no foreign keys: on PostgreSQL their checks cost three times
the rows themselves (ADR 3). Rows enter through `services/ratings` alone, and `xla verify` looks for orphans.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import BigInt, Id, Row


class Question(Row):
    """A question of a contract; its scale never changes, so neither do the scores' meanings."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("contract_id", "key"),
        CheckConstraint("lowest < highest", name="scale"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    key: Mapped[str]
    lowest: Mapped[int] = mapped_column(SmallInteger)
    highest: Mapped[int] = mapped_column(SmallInteger)


class RatingPoint(Row):
    """A place where ratings are given: site x touchpoint; either may be '' (not told).

    It collects while it is open: it has a token, and nobody has closed it. Others came with files.
    """

    __tablename__ = "rating_point"
    __table_args__ = (
        UniqueConstraint("contract_id", "site_key", "touchpoint_key"),
        Index("uq_rating_point_token", "token", unique=True),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    site_key: Mapped[str]
    touchpoint_key: Mapped[str]
    token: Mapped[str | None]
    """What its short link ends with; stays its own when it is closed."""
    title: Mapped[str] = mapped_column(server_default="")
    """What its page and poster call the place; '' for the names of its site and touchpoint."""
    question_keys: Mapped[str] = mapped_column(server_default="")
    """What is asked there, ';' between, the first first; '' for what the KPIs in scope measure."""
    persona: Mapped[str] = mapped_column(server_default="")
    """Who rates there, '' where that is not known."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Response(Row):
    """One submission by one person at one moment."""

    __tablename__ = "response"
    __table_args__ = (
        # What was felt in a period.
        Index("ix_response_felt", "contract_id", "rated_on"),
        # The few that look unusual.
        Index(
            "ix_response_flagged",
            "contract_id",
            "rated_on",
            sqlite_where=text("flags IS NOT NULL"),
            postgresql_where=text("flags IS NOT NULL"),
        ),
        # What a day took back.
        Index(
            "ix_response_withdrawn",
            "withdrawn_at",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        # The rows of one submission find each other, also across files.
        Index(
            "uq_response_group_key",
            "contract_id",
            "source",
            "group_key",
            unique=True,
            sqlite_where=text("group_key IS NOT NULL"),
            postgresql_where=text("group_key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    contract_id: Mapped[int]
    point_id: Mapped[int]
    persona: Mapped[str]
    """A persona's key, or '' (not told)."""
    rated_on: Mapped[date]
    """The local day, in the contract's zone, on which it was felt."""
    rated_at: Mapped[datetime | None]
    """The instant it was felt; None where only the day is known."""
    received_at: Mapped[datetime]
    source: Mapped[str]
    """Where it came in: import, api, web (pages, kiosks and mails), demo."""
    channel: Mapped[str]
    """As told by who collected it: qr, kiosk, mail, …; '' when not told."""
    group_key: Mapped[str | None]
    """The sender's key of the submission, with its moment and place; None where each row stands alone."""
    respondent: Mapped[str | None]
    """An opaque key of the person, where one is known."""
    reasons: Mapped[str | None]
    """Reason keys, ';' between."""
    comment: Mapped[str | None]
    upload_id: Mapped[int | None]
    """The file it came in, where it came in one."""
    flags: Mapped[str | None]
    """Why it looks unusual (`core.flag`), ';' between; it counts all the same."""
    withdrawn_at: Mapped[datetime | None]
    """Since when it counts no more: its author changed it, or its file was taken back."""


class Rating(Row):
    """One score to one question."""

    __tablename__ = "rating"
    __table_args__ = (
        PrimaryKeyConstraint("response_id", "question_id"),
        {"sqlite_with_rowid": False},
    )

    response_id: Mapped[int] = mapped_column(BigInt, autoincrement=False)
    question_id: Mapped[int] = mapped_column(autoincrement=False)
    score: Mapped[int] = mapped_column(SmallInteger)


class OnceKey(Row):
    """What was already received: a sender's own id, or a file's digest, per subject. A repeat is a no-op."""

    __tablename__ = "once_key"
    __table_args__ = (
        PrimaryKeyConstraint("contract_id", "source", "external_id", "subject"),
        {"sqlite_with_rowid": False},
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    source: Mapped[str]
    """Whose ids these are: import, file (digests), api, …"""
    external_id: Mapped[str]
    subject: Mapped[str]
    """The question or observation it told of."""
    upload_id: Mapped[int | None]
    """The file that brought it: taken back, it may come again."""


class Tally(Row):
    """How many times a score was given: by question, rating point, persona and local day."""

    __tablename__ = "tally"
    __table_args__ = (
        PrimaryKeyConstraint("question_id", "rated_on", "point_id", "persona", "score"),
        CheckConstraint("n > 0", name="counted"),
        {"sqlite_with_rowid": False},
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    rated_on: Mapped[date] = mapped_column(Date)
    point_id: Mapped[int] = mapped_column(ForeignKey("rating_point.id"))
    persona: Mapped[str]
    score: Mapped[int] = mapped_column(SmallInteger)
    n: Mapped[int]
