"""Texts that are being brought in are kept until they are saved; clauses remember foreign identifiers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("clause", sa.Column("known_as", JSON, nullable=True))
    op.create_table(
        "text_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("complaints", JSON, nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("changed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", BIG_ID, nullable=True),
        sa.CheckConstraint("state in ('reading', 'read', 'failed')", name="ck_text_import_state"),
        sa.CheckConstraint("state <> 'read' or source is not null", name="ck_text_import_source"),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_text_import_consultation_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name="fk_text_import_created_by"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name="fk_text_import_changed_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_text_import"),
        sa.UniqueConstraint("consultation_id", name="uq_text_import_consultation_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
