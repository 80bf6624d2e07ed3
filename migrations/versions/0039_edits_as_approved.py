"""What an edit says, and what it said when an answer that names it was approved"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Statements that both engines take: a batch would make the table anew on SQLite. What was
    # approved before stays approved; from the next saving of a clause on its edits are known.
    op.execute("ALTER TABLE edit ADD COLUMN said VARCHAR(64)")
    op.execute("ALTER TABLE answer_edit ADD COLUMN approved VARCHAR(64)")


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
