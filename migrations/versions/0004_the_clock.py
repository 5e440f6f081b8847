"""The clock: work items, heartbeats, who is told what, reports on their way, corrections of periods."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
LANGUAGES = "language IN ('en', 'sv', 'da', 'nb', 'fi')"

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _work()
    _telling()
    _webhooks()
    _reports()
    _seals()
    _watching()
    # What was to be told before anybody could send it is old by now: nobody gets months of it at once.
    op.execute("UPDATE notice SET sent_at = created_at WHERE sent_at IS NULL")


def _work() -> None:
    op.create_table(
        "work_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'parked')", name="ck_work_item_state"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_work_item_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work_item"),
        sa.UniqueConstraint("kind", "key", name="uq_work_item_kind_key"),
    )
    live = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "ix_work_item_live", "work_item", ["queue", "due_at"], sqlite_where=live, postgresql_where=live
    )
    for state in ("parked", "done"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_work_item_{state}", "work_item", ["done_at"], sqlite_where=only, postgresql_where=only
        )
    op.create_index("ix_work_item_kind", "work_item", ["kind", "wanted_at"])
    op.create_index("ix_work_item_contract_id", "work_item", ["contract_id"])
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('scheduler', 'worker')", name="ck_heartbeat_kind"),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )


def _telling() -> None:
    op.create_table(
        "telling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("webhook_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="ck_telling_one_recipient"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_telling_notice_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_telling_person_id"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_telling_webhook_id"),
        sa.PrimaryKeyConstraint("id", name="pk_telling"),
        sa.UniqueConstraint("notice_id", "person_id", name="uq_telling_notice_id_person_id"),
        sa.UniqueConstraint("notice_id", "webhook_id", name="uq_telling_notice_id_webhook_id"),
    )
    waiting = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index(
        "ix_telling_waiting", "telling", ["person_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_telling_webhook_id", "telling", ["webhook_id"])
    untold = sa.text("sent_at IS NULL")
    op.create_index("ix_notice_untold", "notice", ["id"], sqlite_where=untold, postgresql_where=untold)
    # Plain SQL: SQLite takes a constraint with a new column only.
    for column in (
        "timezone TEXT DEFAULT 'Europe/Stockholm' NOT NULL",
        "quiet_from INTEGER",
        (
            "quiet_until INTEGER CONSTRAINT ck_person_quiet_hours"
            " CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))"
        ),
    ):
        op.execute(f"ALTER TABLE person ADD COLUMN {column}")


def _webhooks() -> None:
    op.create_index("ix_delivery_message_id", "delivery", ["message_id"])
    op.add_column("webhook", sa.Column("failing_since", INSTANT, nullable=True))
    for column in (
        (
            "kind TEXT DEFAULT 'signed' NOT NULL"
            " CONSTRAINT ck_webhook_kind CHECK (kind IN ('signed', 'slack', 'teams'))"
        ),
        f"language TEXT DEFAULT 'en' NOT NULL CONSTRAINT ck_webhook_language CHECK ({LANGUAGES})",
    ):
        op.execute(f"ALTER TABLE webhook ADD COLUMN {column}")


def _reports() -> None:
    op.create_table(
        "addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_addendum_number_from_one"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name="fk_addendum_evaluation_id"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_addendum_period_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_addendum_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_addendum"),
        sa.UniqueConstraint("evaluation_id", name="uq_addendum_evaluation_id"),
        sa.UniqueConstraint("period_id", "number", name="uq_addendum_period_id_number"),
    )
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("addendum", sa.Integer(), server_default="0", nullable=False))
        batch.drop_constraint("uq_report_period_id_language", type_="unique")
        batch.create_unique_constraint(
            "uq_report_period_id_language_addendum", ["period_id", "language", "addendum"]
        )
        batch.create_check_constraint("ck_report_addendum_from_nought", "addendum >= 0")
    op.create_index("ix_report_sha256", "report", ["sha256"])
    op.create_table(
        "report_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.CheckConstraint(LANGUAGES, name="ck_report_recipient_language"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_report_recipient_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_recipient"),
        sa.UniqueConstraint("contract_id", "email", name="uq_report_recipient_contract_id_email"),
    )
    op.create_table(
        "report_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_report_delivery_period_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_delivery_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_delivery"),
        sa.UniqueConstraint(
            "period_id", "report_id", "email", name="uq_report_delivery_period_id_report_id_email"
        ),
    )
    op.create_index("ix_report_delivery_report_id", "report_delivery", ["report_id"])
    draft = sa.text("report_id IS NULL")
    op.create_index(
        "ix_report_delivery_draft",
        "report_delivery",
        ["period_id", "email"],
        unique=True,
        sqlite_where=draft,
        postgresql_where=draft,
    )


def _watching() -> None:
    op.create_index("ix_delivery_sent_at", "delivery", ["sent_at"])
    given_up = sa.text("given_up_at IS NOT NULL")
    op.create_index(
        "ix_telling_given_up", "telling", ["given_up_at"], sqlite_where=given_up, postgresql_where=given_up
    )


def _seals() -> None:
    op.create_table(
        "seal_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_seal_secret_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_seal_secret"),
    )
    op.create_table(
        "day_seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leaf_count", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("chained", sa.Text(), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("leaf_count >= 0", name="ck_day_seal_counted"),
        sa.PrimaryKeyConstraint("day", name="pk_day_seal"),
        sa.UniqueConstraint("previous", name="uq_day_seal_previous"),
    )
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_amendment_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
    )
    op.create_index("ix_amendment_response_id", "amendment", ["response_id"])
    withdrawn = sa.text("withdrawn_at IS NOT NULL")
    op.create_index(
        "ix_response_withdrawn",
        "response",
        ["withdrawn_at"],
        sqlite_where=withdrawn,
        postgresql_where=withdrawn,
    )


def downgrade() -> None:
    op.drop_index("ix_response_withdrawn", "response")
    op.drop_table("amendment")
    op.drop_table("day_seal")
    op.drop_table("seal_secret")
    op.drop_index("ix_telling_given_up", "telling")
    op.drop_index("ix_delivery_sent_at", "delivery")
    op.drop_table("report_delivery")
    op.drop_table("report_recipient")
    # Without the column two issues of a period in one language can't be told apart: corrections go.
    op.execute("DELETE FROM report WHERE addendum > 0")
    op.drop_index("ix_report_sha256", "report")
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint("ck_report_addendum_from_nought", type_="check")
        batch.drop_constraint("uq_report_period_id_language_addendum", type_="unique")
        batch.drop_column("addendum")
        batch.create_unique_constraint("uq_report_period_id_language", ["period_id", "language"])
    op.drop_table("addendum")
    op.drop_index("ix_delivery_message_id", "delivery")
    for table, column in (
        ("webhook", "failing_since"),
        ("webhook", "language"),
        ("webhook", "kind"),
        ("person", "quiet_until"),
        ("person", "quiet_from"),
        ("person", "timezone"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_index("ix_notice_untold", "notice")
    op.drop_table("telling")
    op.drop_table("heartbeat")
    op.drop_table("work_item")
