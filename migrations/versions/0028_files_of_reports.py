"""The files of reports"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "report_file",
        sa.Column("id", big, nullable=False),
        sa.Column("consultation_id", big, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("requested_by", big, nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log_id", big, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("job_id", big, nullable=True),
        sa.CheckConstraint(
            "format in ('pdf', 'docx', 'html', 'xlsx', 'csv', 'json')",
            name=op.f("ck_report_file_format"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'failed')", name=op.f("ck_report_file_state")
        ),
        sa.CheckConstraint(
            "state <> 'done' or as_of is not null", name=op.f("ck_report_file_done")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_report_file_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_report_file_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
    )
    op.create_index("ix_report_file_consultation_id", "report_file", ["consultation_id", "id"])
    op.create_table(
        "report_part",
        sa.Column("report_id", big, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report_file.id"], name=op.f("fk_report_part_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_report_part")),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
