"""Consultations in which comments are read before they appear"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE consultation ADD COLUMN premoderated BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
