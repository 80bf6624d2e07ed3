"""Words can be removed from comments: what was found, what was removed, and what is sealed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consult.kernel.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'email', 'phone', 'iban', 'national_number', 'address', 'name', 'other'"


def upgrade() -> None:
    op.add_column(
        "comment_revision",
        sa.Column("rewordings", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column(
        "comment_revision",
        sa.Column("redacted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _finding()
    _redaction()


def _finding() -> None:
    op.create_table(
        "personal_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_personal_scan"),
    )
    op.create_table(
        "personal_finding",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("comment_id", BIG_ID, nullable=False),
        sa.Column("revision_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind in ({KINDS})", name="ck_personal_finding_kind"),
        sa.CheckConstraint(
            "state in ('open', 'left', 'taken_out')", name="ck_personal_finding_state"
        ),
        sa.CheckConstraint('0 <= "start" and "start" <= "end"', name="ck_personal_finding_span"),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_personal_finding_consultation_id"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_personal_finding_comment_id"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name="fk_personal_finding_revision_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name="fk_personal_finding_decided_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_personal_finding"),
    )
    op.create_index("ix_personal_finding_revision_id", "personal_finding", ["revision_id"])
    op.create_index(
        "ix_personal_finding_open",
        "personal_finding",
        ["consultation_id", "comment_id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _redaction() -> None:
    op.create_table(
        "redaction",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("comment_id", BIG_ID, nullable=False),
        sa.Column("revision_id", BIG_ID, nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("placed", JSON, nullable=False),
        sa.Column("redacted_by", BIG_ID, nullable=True),
        sa.Column("redacted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_by", BIG_ID, nullable=True),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ground in ('third_person', 'author', 'request', 'secret')", name="ck_redaction_ground"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_redaction_consultation_id"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_redaction_comment_id"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name="fk_redaction_revision_id"
        ),
        sa.ForeignKeyConstraint(
            ["redacted_by"], ["user_account.id"], name="fk_redaction_redacted_by"
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["user_account.id"], name="fk_redaction_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
    )
    op.create_index("ix_redaction_consultation_id", "redaction", ["consultation_id", "id"])
    op.create_index("ix_redaction_comment_id", "redaction", ["comment_id", "id"])
    op.create_table(
        "sealed_words",
        sa.Column("redaction_id", BIG_ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(16), nullable=True),
        sa.Column("sealed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("emptied_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(emptied_at is null) = (source is not null) and (source is null) = (html is null)"
            " and (source is null) = (text is null) and (source is null) = (salt is null)",
            name="ck_sealed_words_emptied",
        ),
        sa.ForeignKeyConstraint(
            ["redaction_id"], ["redaction.id"], name="fk_sealed_words_redaction_id"
        ),
        sa.PrimaryKeyConstraint("redaction_id", name="pk_sealed_words"),
    )
    op.create_index(
        "ix_sealed_words_sealed_at",
        "sealed_words",
        ["sealed_at"],
        sqlite_where=sa.text("emptied_at is null"),
        postgresql_where=sa.text("emptied_at is null"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
