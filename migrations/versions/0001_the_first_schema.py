"""The first schema."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.UniqueConstraint("name", name="uq_client_name"),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_contract_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("key", name="uq_contract_key"),
    )
    op.create_index("ix_contract_client_id", "contract", ["client_id"], unique=False)

    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_agreement_version_number_from_one"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_agreement_version_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_version"),
        sa.UniqueConstraint("contract_id", "effective_from", name="uq_agreement_version_effective_from"),
        sa.UniqueConstraint("contract_id", "number", name="uq_agreement_version_number"),
    )
    op.create_table(
        "exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("site_key", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider_agreed_at", INSTANT, nullable=True),
        sa.Column("client_agreed_at", INSTANT, nullable=True),
        sa.CheckConstraint("start_on < end_on", name="ck_exclusion_half_open"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_exclusion_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion"),
    )
    op.create_index("ix_exclusion_contract_id", "exclusion", ["contract_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_notice_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("kind", "key", name="uq_notice_kind_key"),
    )
    op.create_index("ix_notice_contract_id", "notice", ["contract_id"], unique=False)

    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("kind_key", sa.Text(), nullable=False),
        sa.Column("site_key", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("base", EXACT, nullable=False),
        sa.Column("squares", EXACT, nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_observation_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_observation"),
    )
    op.create_index(
        "ix_observation_known", "observation", ["contract_id", "kind_key", "observed_on"], unique=False
    )

    op.create_table(
        "once_key",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_once_key_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "source", "external_id", "subject", name="pk_once_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lowest", sa.SmallInteger(), nullable=False),
        sa.Column("highest", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("lowest < highest", name="ck_question_scale"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_question_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("contract_id", "key", name="uq_question_contract_id_key"),
    )
    op.create_table(
        "rating_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("site_key", sa.Text(), nullable=False),
        sa.Column("touchpoint_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_rating_point_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_point"),
        sa.UniqueConstraint(
            "contract_id",
            "site_key",
            "touchpoint_key",
            name="uq_rating_point_contract_id_site_key_touchpoint_key",
        ),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("start_on < end_on", name="ck_evaluation_half_open"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_evaluation_contract_id"),
        sa.ForeignKeyConstraint(["version_id"], ["agreement_version.id"], name="fk_evaluation_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
    )
    op.create_index(
        "ix_evaluation_latest", "evaluation", ["contract_id", "start_on", "known_at"], unique=False
    )

    op.create_table(
        "response",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("rated_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=True),
        sa.Column("respondent", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
    )
    op.create_index("ix_response_felt", "response", ["contract_id", "rated_on"], unique=False)
    op.create_index(
        "uq_response_group_key",
        "response",
        ["contract_id", "source", "group_key"],
        unique=True,
        sqlite_where=sa.text("group_key IS NOT NULL"),
        postgresql_where=sa.text("group_key IS NOT NULL"),
    )

    op.create_table(
        "tally",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name="ck_tally_counted"),
        sa.ForeignKeyConstraint(["point_id"], ["rating_point.id"], name="fk_tally_point_id"),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name="fk_tally_question_id"),
        sa.PrimaryKeyConstraint("question_id", "rated_on", "point_id", "persona", "score", name="pk_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.CheckConstraint("start_on < end_on", name="ck_period_half_open"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_period_contract_id"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name="fk_period_evaluation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_period"),
        sa.UniqueConstraint("contract_id", "start_on", name="uq_period_contract_id_start_on"),
        sa.UniqueConstraint("evaluation_id", name="uq_period_evaluation_id"),
    )
    op.create_table(
        "rating",
        sa.Column("response_id", BIG, autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("response_id", "question_id", name="pk_rating"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "breach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("kpi_key", sa.Text(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_breach_contract_id"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_breach_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_breach"),
        sa.UniqueConstraint("period_id", "kpi_key", name="uq_breach_period_id_kpi_key"),
    )
    op.create_index(
        "uq_breach_live",
        "breach",
        ["contract_id", "kpi_key"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("issue >= 1", name="ck_report_issue_from_one"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_report_contract_id"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_report_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("contract_id", "issue", name="uq_report_contract_id_issue"),
        sa.UniqueConstraint("period_id", "language", name="uq_report_period_id_language"),
    )
    op.create_table(
        "breach_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'action_planned', 'verifying', 'closed', 'accepted')",
            name="ck_breach_step_state",
        ),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name="fk_breach_step_breach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_breach_step"),
    )
    op.create_index("ix_breach_step_breach_id", "breach_step", ["breach_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_breach_step_breach_id", "breach_step")
    op.drop_table("breach_step")
    op.drop_table("report")
    op.drop_index(
        "uq_breach_live",
        "breach",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("breach")
    op.drop_table("rating")
    op.drop_table("period")
    op.drop_table("tally")
    op.drop_index(
        "uq_response_group_key",
        "response",
        sqlite_where=sa.text("group_key IS NOT NULL"),
        postgresql_where=sa.text("group_key IS NOT NULL"),
    )
    op.drop_index("ix_response_felt", "response")
    op.drop_table("response")
    op.drop_index("ix_evaluation_latest", "evaluation")
    op.drop_table("evaluation")
    op.drop_table("rating_point")
    op.drop_table("question")
    op.drop_table("once_key")
    op.drop_index("ix_observation_known", "observation")
    op.drop_table("observation")
    op.drop_index("ix_notice_contract_id", "notice")
    op.drop_table("notice")
    op.drop_index("ix_exclusion_contract_id", "exclusion")
    op.drop_table("exclusion")
    op.drop_table("agreement_version")
    op.drop_index("ix_contract_client_id", "contract")
    op.drop_table("contract")
    op.drop_table("client")
