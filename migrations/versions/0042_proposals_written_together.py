"""Members of an organisation propose other words for a clause, too"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain statements that both engines take.
    postgresql = op.get_bind().dialect.name == "postgresql"
    identity, json, blob = (
        ("BIGINT", "JSONB", "BYTEA") if postgresql else ("INTEGER", "JSON", "BLOB")
    )
    op.execute(
        f"ALTER TABLE drafting_revision ADD COLUMN amends_id {identity}"
        " CONSTRAINT fk_drafting_revision_amends_id REFERENCES clause_text (id)"
    )
    for column, kind in (
        ("proposed_source", "TEXT"),
        ("proposed_html", "TEXT"),
        ("proposed_text", "TEXT"),
        ("proposed_marks", json),
    ):
        op.execute(f"ALTER TABLE drafting_revision ADD COLUMN {column} {kind}")
    op.execute(
        f"ALTER TABLE drafting_revision ADD COLUMN proposed_key {blob}"
        " CONSTRAINT ck_drafting_revision_proposal CHECK (proposed_source is null"
        " or (amends_id is not null and proposed_html is not null and proposed_text is not null"
        " and proposed_marks is not null and proposed_key is not null))"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
