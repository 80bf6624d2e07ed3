"""Points of a run that a person should look at next"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    words = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    op.create_table(
        "run_suggestion",
        _id("run_id"),
        sa.Column("rank", sa.Integer(), nullable=False),
        _id("point_id"),
        sa.Column("words", words, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_suggestion_run_id")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["point.id"], name=op.f("fk_run_suggestion_point_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "rank", name=op.f("pk_run_suggestion")),
        sa.UniqueConstraint("run_id", "point_id", name=op.f("uq_run_suggestion_run_id_point_id")),
    )
    op.create_index(op.f("ix_run_suggestion_point_id"), "run_suggestion", ["point_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
