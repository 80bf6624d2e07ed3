"""The kind of an official's own ground for a change; grounds stated before are of no kind listed"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement that both engines take: a batch would make the table anew on SQLite, where
    # answers refer to it.
    op.execute(
        "ALTER TABLE edit ADD COLUMN ground_kind VARCHAR(20)"
        " CONSTRAINT ck_edit_ground_kind CHECK (ground_kind in"
        " ('legal_quality', 'council_of_state', 'error', 'consequence', 'other'))"
        " CONSTRAINT ck_edit_kind_of_a_ground CHECK (ground is not null or ground_kind is null)"
    )
    op.execute("UPDATE edit SET ground_kind = 'other' WHERE ground IS NOT NULL")


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
