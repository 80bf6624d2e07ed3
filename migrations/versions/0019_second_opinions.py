"""Second opinions among moderators"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_opinion",
        _id("id"),
        _id("consultation_id"),
        _id("comment_id"),
        _id("asked_by", nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        _time("asked_at"),
        _id("given_by", nullable=True),
        _time("given_at", nullable=True),
        _refers("consultation_id", "consultation"),
        _refers("comment_id", "comment"),
        _refers("asked_by", "user_account"),
        _refers("given_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinion")),
    )
    op.create_index(
        "ix_second_opinion_consultation_id", "second_opinion", ["consultation_id", "id"]
    )
    still = sa.text("given_at is null")
    op.create_index(
        "uq_second_opinion_open",
        "second_opinion",
        ["comment_id"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, consult.kernel.db.UtcDateTime(timezone=True), nullable=nullable)


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_second_opinion_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
