"""Beside the theme that a run gives a point, those that come next"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing for the labels there are: the next analysis says it of its own.
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    op.execute(f"ALTER TABLE assignment ADD COLUMN others {kind}")


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
