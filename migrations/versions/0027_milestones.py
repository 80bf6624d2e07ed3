"""What was promised with the outcome, step by step"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = consult.kernel.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_milestone_consultation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_milestone"),
    )
    op.create_index("ix_milestone_consultation_id", "milestone", ["consultation_id", "id"])
    op.create_table(
        "milestone_step",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("milestone_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("note", JSON, nullable=True),
        sa.Column("eli", sa.String(300), nullable=True),
        sa.Column("set_by", BIG_ID, nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state in ('planned', 'under_way', 'done', 'dropped')", name="ck_milestone_step_state"
        ),
        sa.CheckConstraint(
            "state <> 'dropped' or note is not null",
            name="ck_milestone_step_dropped_with_a_reason",
        ),
        sa.CheckConstraint(
            "eli is null or state = 'done'", name="ck_milestone_step_adopted_when_done"
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name="fk_milestone_step_milestone_id"
        ),
        sa.ForeignKeyConstraint(["set_by"], ["user_account.id"], name="fk_milestone_step_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_milestone_step"),
    )
    op.create_index("ix_milestone_step_milestone_id", "milestone_step", ["milestone_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
