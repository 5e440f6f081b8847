"""The report: how it looks to each client, who signed it, and what a time-stamp authority says of it."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
CHOSEN = ("shown_name", "colour", "sender_name", "sender_email")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in CHOSEN:
        op.add_column("client", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("client", sa.Column("logo", sa.LargeBinary(), nullable=True))
    op.add_column("client", sa.Column("logo_sha256", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("signer", sa.Text(), nullable=True))
    op.create_table(
        "report_stamp",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("stamped_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_stamp_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_report_stamp"),
    )


def downgrade() -> None:
    op.drop_table("report_stamp")
    op.drop_column("report", "signer")
    for name in ("logo_sha256", "logo", *reversed(CHOSEN)):
        op.drop_column("client", name)
