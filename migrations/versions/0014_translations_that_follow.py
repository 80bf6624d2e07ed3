"""Translations say which version's wording they still follow"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clause_text", sa.Column("follows", sa.Integer(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
