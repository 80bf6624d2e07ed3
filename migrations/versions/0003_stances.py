"""Stances on comments, their counters, and the newest look for opinion groups"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "stance",
        _id("id"),
        _id("consultation_id"),
        _id("comment_id"),
        _id("revision_id"),
        sa.Column("voter", sa.LargeBinary(length=16), nullable=False),
        sa.Column("with_account", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=8), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.CheckConstraint("said in ('agree', 'disagree', 'pass')", name=op.f("ck_stance_said")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_stance_comment_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_stance_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_stance_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stance")),
        sa.UniqueConstraint("comment_id", "voter", name=op.f("uq_stance_comment_id_voter")),
    )
    with op.batch_alter_table("stance", schema=None) as batch_op:
        batch_op.create_index("ix_stance_consultation_id", ["consultation_id", "id"], unique=False)
        batch_op.create_index("ix_stance_voter", ["voter"], unique=False)

    op.create_table(
        "stance_tally",
        _id("revision_id"),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("visit_agree", sa.Integer(), nullable=False),
        sa.Column("visit_disagree", sa.Integer(), nullable=False),
        sa.Column("visit_passed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "agree >= 0 and disagree >= 0 and passed >= 0", name=op.f("ck_stance_tally_persons")
        ),
        sa.CheckConstraint(
            "visit_agree >= 0 and visit_disagree >= 0 and visit_passed >= 0",
            name=op.f("ck_stance_tally_visits"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_stance_tally_revision_id")
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_stance_tally")),
    )

    op.create_table(
        "opinion_map",
        _id("consultation_id"),
        sa.Column("made_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_opinion_map_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_opinion_map")),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
