"""Words that a comment proposes for a clause, and that such words were taken into a version"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain statements that both engines take: a batch would make the tables anew on SQLite, where
    # others refer to them.
    postgresql = op.get_bind().dialect.name == "postgresql"
    identity, json, blob = (
        ("BIGINT", "JSONB", "BYTEA") if postgresql else ("INTEGER", "JSON", "BLOB")
    )
    op.execute("ALTER TABLE thread ADD COLUMN proposals INTEGER DEFAULT 0 NOT NULL")
    op.execute(
        f"ALTER TABLE comment_revision ADD COLUMN amends_id {identity}"
        " CONSTRAINT fk_comment_revision_amends_id REFERENCES clause_text (id)"
    )
    for column, kind in (
        ("proposed_source", "TEXT"),
        ("proposed_html", "TEXT"),
        ("proposed_text", "TEXT"),
        ("proposed_marks", json),
    ):
        op.execute(f"ALTER TABLE comment_revision ADD COLUMN {column} {kind}")
    op.execute(
        f"ALTER TABLE comment_revision ADD COLUMN proposed_key {blob}"
        " CONSTRAINT ck_comment_revision_proposal CHECK (proposed_source is null"
        " or (amends_id is not null and proposed_html is not null and proposed_text is not null"
        " and proposed_marks is not null and proposed_key is not null))"
        " CONSTRAINT ck_comment_revision_emptied CHECK (emptied_at is null"
        " or (proposed_source is null and proposed_html is null and proposed_text is null"
        " and proposed_marks is null and proposed_key is null))"
    )
    op.execute(
        "CREATE INDEX ix_comment_revision_amends_id ON comment_revision (amends_id, proposed_key)"
        " WHERE amends_id is not null"
    )
    _adoptions()


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _adoptions() -> None:
    op.create_table(
        "adoption",
        _id("id"),
        _id("consultation_id"),
        _id("clause_id"),
        _id("version_id"),
        _id("amends_id"),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        _id("revision_id"),
        sa.Column("stands", sa.String(length=5), nullable=False),
        _id("adopted_by", nullable=True),
        sa.Column("adopted_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stands in ('whole', 'part', 'none')", name=op.f("ck_adoption_stands")),
        _refers("adoption", "consultation_id", "consultation"),
        _refers("adoption", "clause_id", "clause"),
        _refers("adoption", "version_id", "version"),
        _refers("adoption", "amends_id", "clause_text"),
        _refers("adoption", "revision_id", "comment_revision"),
        _refers("adoption", "adopted_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint(
            "version_id", "amends_id", "key", name=op.f("uq_adoption_version_id_amends_id_key")
        ),
    )
    op.create_index("ix_adoption_clause_id", "adoption", ["clause_id"])
    op.create_index("ix_adoption_amends_id", "adoption", ["amends_id", "key"])
    op.create_index("ix_adoption_revision_id", "adoption", ["revision_id"])
    op.create_table(
        "adoption_edit",
        _id("adoption_id"),
        _id("edit_id"),
        _refers("adoption_edit", "adoption_id", "adoption"),
        _refers("adoption_edit", "edit_id", "edit"),
        sa.PrimaryKeyConstraint("adoption_id", "edit_id", name=op.f("pk_adoption_edit")),
    )
    op.create_index("ix_adoption_edit_edit_id", "adoption_edit", ["edit_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
