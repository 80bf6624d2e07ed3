"""An answer that accepts and names no change of the text says why it stays as it is"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One plain statement that both engines take. What was answered before says nothing here: it
    # stands if it is public, and is asked for the reason before it becomes so.
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    op.execute(
        f"ALTER TABLE answer ADD COLUMN unchanged {kind}"
        " CONSTRAINT ck_answer_unchanged_though_accepted CHECK"
        " (unchanged is null or disposition in ('accepted', 'partly_accepted'))"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
