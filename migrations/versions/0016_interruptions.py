"""What kept people from taking part is recorded; the platform writes a heartbeat"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = consult.kernel.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeat"),
    )
    op.create_table(
        "interruption",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("promise_id", BIG_ID, nullable=True),
        sa.Column("stated_by", BIG_ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind in ('outage', 'document')", name="ck_interruption_kind"),
        sa.CheckConstraint("began_at < ended_at", name="ck_interruption_began_before_it_ended"),
        sa.CheckConstraint("days >= 0", name="ck_interruption_never_backwards"),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_interruption_consultation_id"
        ),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name="fk_interruption_promise_id"),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["user_account.id"], name="fk_interruption_stated_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interruption"),
    )
    op.create_index("ix_interruption_consultation_id", "interruption", ["consultation_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
