"""Second readings: points drawn by lot, placed by somebody who does not see their label"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, consult.kernel.db.UtcDateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "second_reading",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("run_id", BIG_ID, nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("drawn_by", BIG_ID, nullable=False),
        _instant("drawn_at"),
        _instant("ended_at", nullable=True),
        sa.Column("figures", JSON, nullable=False),
        _key("second_reading", "consultation_id", "consultation"),
        _key("second_reading", "run_id", "run"),
        _key("second_reading", "drawn_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_second_reading"),
    )
    op.create_index(
        "uq_second_reading_open",
        "second_reading",
        ["consultation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "ix_second_reading_consultation_id", "second_reading", ["consultation_id", "id"]
    )
    op.create_table(
        "second_reading_point",
        sa.Column("reading_id", BIG_ID, nullable=False),
        sa.Column("point_id", BIG_ID, nullable=False),
        sa.Column("first_id", BIG_ID, nullable=False),
        sa.Column("held_by", BIG_ID, nullable=True),
        _instant("held_until", nullable=True),
        sa.Column("theme_id", BIG_ID, nullable=True),
        sa.Column("read_by", BIG_ID, nullable=True),
        _instant("read_at", nullable=True),
        _key("second_reading_point", "reading_id", "second_reading"),
        _key("second_reading_point", "point_id", "point"),
        _key("second_reading_point", "first_id", "assignment"),
        _key("second_reading_point", "held_by", "user_account"),
        _key("second_reading_point", "theme_id", "theme"),
        _key("second_reading_point", "read_by", "user_account"),
        sa.PrimaryKeyConstraint("reading_id", "point_id", name="pk_second_reading_point"),
    )
    op.create_index("ix_second_reading_point_point_id", "second_reading_point", ["point_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
