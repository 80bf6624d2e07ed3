"""What was found in a file of mails is kept until it is started"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement that both engines take: a batch would make the table anew on SQLite. A file
    # that waits has none, and is read again when somebody looks at it.
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    op.execute(
        f"ALTER TABLE comment_import ADD COLUMN dry_run {kind}"
        " CONSTRAINT ck_comment_import_dry_run CHECK (dry_run is null or state = 'uploaded')"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
