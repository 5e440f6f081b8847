"""People: who may sign in, as what, and to which contracts; their sessions and one-time links."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xla.models.base import Id, Row


class Person(Row):
    """Somebody of the provider's, of a client's, or an auditor. Never deleted, since steps name them."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'manager', 'client', 'auditor')", name="role"),
        CheckConstraint("language IN ('en', 'sv', 'da', 'nb', 'fi')", name="language"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours"),
        # One identity of an identity provider is one person.
        UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_person_oidc"),
    )

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    """As they sign in: lower case."""
    name: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str | None]
    """argon2id; None until one is set, or where they sign in elsewhere."""
    totp_secret: Mapped[str | None]
    """Base 32; None where no second step is asked for."""
    totp_step: Mapped[int | None]
    """The last time step a code was taken of: a code counts once."""
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    digest: Mapped[str] = mapped_column(server_default="at_once")
    """How notices reach them: at_once, daily, weekly."""
    timezone: Mapped[str] = mapped_column(server_default="Europe/Stockholm")
    """Where they are: by its clock come digests and quiet hours."""
    quiet_from: Mapped[int | None]
    """The hour (0-23) from which they want no mails; None for no quiet hours."""
    quiet_until: Mapped[int | None]
    """The hour until which; the next day's where it is the smaller."""
    shortcuts: Mapped[bool] = mapped_column(server_default="1")
    """Whether single-key shortcuts are on (WCAG 2.1.4)."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(Row):
    """A person who may see a contract. Admins see every one without."""

    __tablename__ = "membership"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "contract_id"),
        Index("ix_membership_contract_id", "contract_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))


class SignIn(Row):
    """One signed-in browser. Deleting the row signs it out."""

    __tablename__ = "sign_in"

    id: Mapped[Id]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    """Of the token in the browser's cookie; the token itself is not kept."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    browser: Mapped[str]
    """What it calls itself, shortened, so that people recognise their own."""


class Ticket(Row):
    """A one-time link: to set up the installation, to accept an invitation, to choose a new password."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("kind IN ('setup', 'invitation', 'reset')", name="kind"),
        # Only the set-up link, which makes the first person, is nobody's.
        CheckConstraint("(person_id IS NULL) = (kind = 'setup')", name="whose"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Row):
    """A code that stands in once for the second step, for who lost their telephone."""

    __tablename__ = "recovery_code"
    __table_args__ = (PrimaryKeyConstraint("person_id", "code_sha256"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_sha256: Mapped[str]
    used_at: Mapped[datetime | None]


class SignInFailure(Row):
    """A sign-in that failed, by the address that was tried, so that guessing is slowed down."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_tried", "email_sha256", "at"),)

    id: Mapped[Id]
    email_sha256: Mapped[str]
    at: Mapped[datetime]


class NoticeChoice(Row):
    """Whether a person wants to be told of one kind of event; without a row the event's default holds."""

    __tablename__ = "notice_choice"
    __table_args__ = (PrimaryKeyConstraint("person_id", "event"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event: Mapped[str]
    wanted: Mapped[bool]
