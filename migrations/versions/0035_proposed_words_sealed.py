"""Words can be removed from what a comment proposes for a clause, too; the original is sealed"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain statements that both engines take.
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    for column in ("source", "html", "text"):
        op.execute(f"ALTER TABLE sealed_words ADD COLUMN proposed_{column} TEXT")
    op.execute(
        f"ALTER TABLE sealed_words ADD COLUMN proposed_marks {kind}"
        " CONSTRAINT ck_sealed_words_proposal_emptied CHECK (emptied_at is null or"
        " (proposed_source is null and proposed_html is null and proposed_text is null"
        " and proposed_marks is null))"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
