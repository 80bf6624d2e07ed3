"""Points that one coder has before them for a while"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, consult.kernel.db.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "coding_portion",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        _instant("taken_at"),
        _instant("expires_at"),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("handed_by", BIG_ID, nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_coding_portion_consultation_id"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name="fk_coding_portion_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["handed_by"], ["user_account.id"], name="fk_coding_portion_handed_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coding_portion"),
    )
    op.create_index(
        "ix_coding_portion_consultation_id", "coding_portion", ["consultation_id", "expires_at"]
    )
    op.create_index("ix_coding_portion_person_id", "coding_portion", ["person_id"])
    op.create_index("ix_coding_portion_expires_at", "coding_portion", ["expires_at"])
    op.create_table(
        "coding_portion_point",
        sa.Column("point_id", BIG_ID, nullable=False),
        sa.Column("portion_id", BIG_ID, nullable=False),
        _instant("done_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["point_id"], ["point.id"], name="fk_coding_portion_point_point_id"
        ),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["coding_portion.id"], name="fk_coding_portion_point_portion_id"
        ),
        sa.PrimaryKeyConstraint("point_id", name="pk_coding_portion_point"),
    )
    op.create_index(
        "ix_coding_portion_point_portion_id", "coding_portion_point", ["portion_id", "point_id"]
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
