"""Anchors and placements by version: which words of a text are spoken of is read off one index"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = ["version_id", "language", "clause_id", "start", "end"]


def upgrade() -> None:
    for table in ("anchor", "placement"):
        op.create_index(f"ix_{table}_version_id", table, COLUMNS)
        op.drop_index(f"ix_{table}_clause_id", table)


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
