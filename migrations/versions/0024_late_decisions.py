"""What is decided about a late comment has a ground"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "late_decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("comment_id", BIG_ID, nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(10), nullable=False),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.Column("decided_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ground in ('prevented', 'service', 'new', 'no_ground', 'said')",
            name="ck_late_decision_ground",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_late_decision_consultation_id"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_late_decision_comment_id"),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name="fk_late_decision_decided_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_late_decision"),
        sa.UniqueConstraint("comment_id", "admitted", name="uq_late_decision_comment_id_admitted"),
    )
    op.create_index("ix_late_decision_consultation_id", "late_decision", ["consultation_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
