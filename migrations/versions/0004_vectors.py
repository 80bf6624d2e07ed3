"""Vectors of points, and what a run learned about the words of a consultation"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "point_vector",
        _id("point_id"),
        sa.Column("encoder", sa.String(length=80), nullable=False),
        _bytes("vector"),
        sa.CheckConstraint("length(vector) = 1024", name=op.f("ck_point_vector_vector")),
        _refers("point_vector", "point_id", "point"),
        sa.PrimaryKeyConstraint("point_id", name=op.f("pk_point_vector")),
    )
    op.create_index("ix_point_vector_encoder", "point_vector", ["encoder", "point_id"])
    op.create_table(
        "learned_state",
        _id("id"),
        _id("consultation_id"),
        _id("run_id"),
        sa.Column("method", sa.String(length=160), nullable=False),
        _id("release_id", nullable=True),
        _refers("learned_state", "consultation_id", "consultation"),
        _refers("learned_state", "run_id", "run"),
        _refers("learned_state", "release_id", "release"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_state")),
    )
    op.create_index("ix_learned_state_consultation_id", "learned_state", ["consultation_id", "id"])
    op.create_table(
        "learned_piece",
        _id("learned_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _bytes("content"),
        sa.CheckConstraint(
            "length(content) between 1 and 1000000", name=op.f("ck_learned_piece_content")
        ),
        _refers("learned_piece", "learned_id", "learned_state"),
        sa.PrimaryKeyConstraint("learned_id", "number", name=op.f("pk_learned_piece")),
    )
    op.create_table(
        "joint_vector",
        _id("learned_id"),
        _id("point_id"),
        _bytes("vector"),
        sa.CheckConstraint("length(vector) between 2 and 300", name=op.f("ck_joint_vector_vector")),
        _refers("joint_vector", "learned_id", "learned_state"),
        _refers("joint_vector", "point_id", "point"),
        sa.PrimaryKeyConstraint("learned_id", "point_id", name=op.f("pk_joint_vector")),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
