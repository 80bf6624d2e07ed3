"""What sets a theme apart from the one nearest to it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _words(name: str) -> sa.Column[object]:
    words = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    return sa.Column(name, words, nullable=False)


def _reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_theme_contrast_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=op.f(name))


def upgrade() -> None:
    op.create_table(
        "theme_contrast",
        _id("run_id"),
        _id("theme_id"),
        _id("neighbour_id"),
        _words("here"),
        _words("there"),
        sa.CheckConstraint("theme_id <> neighbour_id", name=op.f("ck_theme_contrast_neighbour")),
        _reference("run_id", "run.id"),
        _reference("theme_id", "theme.id"),
        _reference("neighbour_id", "theme.id"),
        sa.PrimaryKeyConstraint("run_id", "theme_id", name=op.f("pk_theme_contrast")),
    )
    for column in ("theme_id", "neighbour_id"):
        op.create_index(op.f(f"ix_theme_contrast_{column}"), "theme_contrast", [column])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
