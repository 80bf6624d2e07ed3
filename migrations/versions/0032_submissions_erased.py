"""Submissions that were erased, for the public log"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = consult.kernel.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("submission_id", BIG_ID, nullable=False),
        sa.Column("ground", sa.String(10), nullable=True),
        sa.Column("erased_by", BIG_ID, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "ground in ('request', 'supervisor', 'court', 'law')", name="ck_erasure_ground"
        ),
        sa.CheckConstraint(
            "erased_by is null or ground is not null", name="ck_erasure_official_with_a_ground"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_erasure_consultation_id"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_erasure_submission_id"
        ),
        sa.ForeignKeyConstraint(["erased_by"], ["user_account.id"], name="fk_erasure_erased_by"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("submission_id", name="uq_erasure_submission_id"),
    )
    op.create_index("ix_erasure_consultation_id", "erasure", ["consultation_id"])
    only = sa.text("state = 'erased'")
    op.create_index(
        "ix_comment_erased",
        "comment",
        ["consultation_id", "seq"],
        sqlite_where=only,
        postgresql_where=only,
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
