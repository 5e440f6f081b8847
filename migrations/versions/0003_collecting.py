"""Collecting: rating points with links, kiosks, invitations, uploads, devices; withdrawn responses."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _grown()
    _collecting()
    _invitations()
    _machines()


def _grown() -> None:
    op.add_column("once_key", sa.Column("upload_id", sa.Integer(), nullable=True))
    op.add_column("rating_point", sa.Column("token", sa.Text(), nullable=True))
    op.add_column("rating_point", sa.Column("title", sa.Text(), server_default="", nullable=False))
    op.add_column("rating_point", sa.Column("question_keys", sa.Text(), server_default="", nullable=False))
    op.add_column("rating_point", sa.Column("persona", sa.Text(), server_default="", nullable=False))
    op.add_column("rating_point", sa.Column("opened_at", INSTANT, nullable=True))
    op.add_column("rating_point", sa.Column("closed_at", INSTANT, nullable=True))
    op.create_index("uq_rating_point_token", "rating_point", ["token"], unique=True)
    op.add_column("response", sa.Column("upload_id", sa.Integer(), nullable=True))
    op.add_column("response", sa.Column("flags", sa.Text(), nullable=True))
    op.add_column("response", sa.Column("withdrawn_at", INSTANT, nullable=True))
    flagged = sa.text("flags IS NOT NULL")
    op.create_index(
        "ix_response_flagged",
        "response",
        ["contract_id", "rated_on"],
        sqlite_where=flagged,
        postgresql_where=flagged,
    )


def _collecting() -> None:
    op.create_table(
        "device_salt",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_device_salt"),
    )
    op.create_table(
        "contact_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("handled_at", INSTANT, nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contact_wish_contract_id"),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name="fk_contact_wish_handled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_wish"),
        sa.UniqueConstraint("response_id", name="uq_contact_wish_response_id"),
    )
    op.create_index(
        "ix_contact_wish_contract_id", "contact_wish", ["contract_id", "handled_at"], unique=False
    )
    op.create_table(
        "staff_network",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_staff_network_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "network", name="pk_staff_network"),
    )
    op.create_table(
        "device_use",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name="ck_device_use_counted"),
        sa.ForeignKeyConstraint(["point_id"], ["rating_point.id"], name="fk_device_use_point_id"),
        sa.PrimaryKeyConstraint("point_id", "token", "minutes", "since", name="pk_device_use"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=True),
        sa.Column("code_expires_at", INSTANT, nullable=True),
        sa.Column("secret_sha256", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("paired_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("waiting", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kiosk_person_id"),
        sa.ForeignKeyConstraint(["point_id"], ["rating_point.id"], name="fk_kiosk_point_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kiosk"),
        sa.UniqueConstraint("code_sha256", name="uq_kiosk_code_sha256"),
        sa.UniqueConstraint("secret_sha256", name="uq_kiosk_secret_sha256"),
    )
    op.create_index("ix_kiosk_point_id", "kiosk", ["point_id"], unique=False)


def _invitations() -> None:
    op.create_table(
        "opt_out",
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person_key", name="pk_opt_out"),
    )
    op.create_table(
        "invitation_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("delay_hours", sa.Integer(), nullable=False),
        sa.Column("remind_after_days", sa.Integer(), nullable=True),
        sa.Column("expires_after_days", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_invitation_plan_contract_id"),
        sa.ForeignKeyConstraint(["point_id"], ["rating_point.id"], name="fk_invitation_plan_point_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_plan"),
        sa.UniqueConstraint("contract_id", "key", name="uq_invitation_plan_contract_id_key"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'reminded', 'answered', 'expired',"
            " 'opted_out', 'capped', 'failed')",
            name="ck_invitation_state",
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["invitation_plan.id"], name="fk_invitation_plan_id"),
        sa.ForeignKeyConstraint(["point_id"], ["rating_point.id"], name="fk_invitation_point_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("plan_id", "external_id", name="uq_invitation_plan_id_external_id"),
    )
    op.create_index("ix_invitation_due", "invitation", ["state", "due_at"], unique=False)
    op.create_index("ix_invitation_person", "invitation", ["person_key", "sent_at"], unique=False)


def _machines() -> None:
    op.create_table(
        "remembered_mapping",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("columns_sha256", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_remembered_mapping_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "columns_sha256", name="pk_remembered_mapping"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('uploaded', 'running', 'done', 'failed', 'undone')", name="ck_upload_state"
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_upload_contract_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_upload_person_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name="fk_upload_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    op.create_index("ix_upload_contract_id", "upload", ["contract_id"], unique=False)
    op.create_table(
        "given_answer",
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_key.id"], name="fk_given_answer_api_key_id"),
        sa.PrimaryKeyConstraint("api_key_id", "idempotency_key", name="pk_given_answer"),
    )


def downgrade() -> None:
    for name in (
        "remembered_mapping",
        "upload",
        "given_answer",
        "invitation",
        "invitation_plan",
        "opt_out",
        "staff_network",
        "device_use",
        "device_salt",
        "contact_wish",
        "kiosk",
    ):
        op.drop_table(name)
    op.drop_index("ix_response_flagged", table_name="response")
    for name in ("withdrawn_at", "flags", "upload_id"):
        op.drop_column("response", name)
    op.drop_index("uq_rating_point_token", table_name="rating_point")
    for name in ("closed_at", "opened_at", "persona", "question_keys", "title", "token"):
        op.drop_column("rating_point", name)
    op.drop_column("once_key", "upload_id")
