"""Personal data is looked for in proposed words too; an import is of a table or of mails"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KINDS = "kind in ('table', 'mail')"


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    kind = "JSONB" if postgresql else "JSON"
    op.execute("ALTER TABLE personal_finding ADD COLUMN proposed BOOLEAN DEFAULT false NOT NULL")
    op.execute(f"ALTER TABLE redaction ADD COLUMN placed_there {kind} DEFAULT '[]' NOT NULL")
    _look_again()
    # What is neither could not be gone on with.
    op.execute("UPDATE comment_import SET kind = 'table' WHERE kind not in ('table', 'mail')")
    if postgresql:
        op.execute(
            f"ALTER TABLE comment_import ADD CONSTRAINT ck_comment_import_kind CHECK ({KINDS})"
        )
        return
    # SQLite gives a constraint to a new column only; a table made anew would lose what refers to it.
    op.execute(
        "ALTER TABLE comment_import ADD COLUMN kind_ VARCHAR(8) DEFAULT 'table' NOT NULL"
        f" CONSTRAINT ck_comment_import_kind CHECK ({KINDS.replace('kind', 'kind_')})"
    )
    op.execute("UPDATE comment_import SET kind_ = kind")
    op.execute("ALTER TABLE comment_import DROP COLUMN kind")
    op.execute("ALTER TABLE comment_import RENAME COLUMN kind_ TO kind")


def _look_again() -> None:
    """From the first proposal on that stands; what was found before is not found twice."""
    op.execute(
        "UPDATE personal_scan SET revision_id = coalesce(("
        "SELECT min(comment_revision.id) - 1 FROM comment_revision"
        " WHERE comment_revision.proposed_text <> '' AND comment_revision.superseded_at IS NULL"
        " AND comment_revision.id <= personal_scan.revision_id), revision_id)"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
