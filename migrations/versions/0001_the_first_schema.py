"""The first schema"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=60), nullable=False),
        sa.Column(
            "consultation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("ix_activity_consultation_id", ["consultation", "id"], unique=False)
        batch_op.create_index("ix_activity_thing", ["thing", "id"], unique=False)

    op.create_table(
        "body",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column(
            "name",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("slug", name=op.f("uq_body_slug")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=40), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=120), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_job_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_job_idempotency_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_reference", ["reference", "id"], unique=False)
        batch_op.create_index("ix_job_state_run_at", ["state", "run_at"], unique=False)

    op.create_table(
        "ledger_head",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("frontier", sa.LargeBinary(length=2048), nullable=False),
        sa.Column("sealed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_leaf",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("written_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_leaf")),
        sa.UniqueConstraint("position", name=op.f("uq_ledger_leaf_position")),
        sa.UniqueConstraint("reference", name=op.f("uq_ledger_leaf_reference")),
    )
    op.create_table(
        "letter_stop",
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_letter_stop")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("declared_interest", sa.Text(), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column(
            "prepared",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("started_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'released') = (released_at is not null)", name=op.f("ck_release_released")
        ),
        sa.CheckConstraint(
            "state in ('preparing', 'released', 'abandoned')", name=op.f("ck_release_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(
            "uq_release_preparing",
            ["kind", "reference"],
            unique=True,
            sqlite_where=sa.text("state = 'preparing'"),
            postgresql_where=sa.text("state = 'preparing'"),
        )

    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "reference", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "consultation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint(
            "kind", "reference", "language", name=op.f("uq_search_entry_kind_reference_language")
        ),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_search_entry_consultation", ["kind", "consultation"], unique=False
        )

    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "summary",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "notice",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "languages",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("announced_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opens_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_due_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "first_answer_due_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("cancelled_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "cancel_reason",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome_completed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at is null) = (cancel_reason is null)",
            name=op.f("ck_consultation_cancelled"),
        ),
        sa.CheckConstraint(
            "opens_at is null or closes_at is null or opens_at < closes_at",
            name=op.f("ck_consultation_opens_before_closes"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_consultation_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_slug")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index("ix_consultation_closes_at", ["closes_at", "id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column(
            "invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("invited_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role in ('administrator', 'publisher', 'editor', 'analyst', 'moderator', 'auditor', 'oversight')",
            name=op.f("ck_invitation_role"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_invitation_body_id")),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_body_id"), ["body_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("requested", sa.Boolean(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=40), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'uncertain', 'failed', 'dropped')",
            name=op.f("ck_letter_state"),
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_letter_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_letter_idempotency_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_recipient", ["recipient", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_release_id"), ["release_id"], unique=False)
        batch_op.create_index("ix_letter_state_run_at", ["state", "run_at"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role in ('administrator', 'publisher', 'editor', 'analyst', 'moderator', 'auditor', 'oversight')",
            name=op.f("ck_membership_role"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_membership_body_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id", "body_id", "role", name=op.f("uq_membership_user_id_body_id_role")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_body_id"), ["body_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column(
            "reason",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "disposition in ('accepted', 'partly_accepted', 'not_accepted', 'already_covered', 'out_of_scope', 'noted')",
            name=op.f("ck_answer_disposition"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_answer_author_id")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_answer_body_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_answer_consultation_id")
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["answer.id"], name=op.f("fk_answer_corrects_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_answer_corrects_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_consultation_id", ["consultation_id", "id"], unique=False)

    op.create_table(
        "comment_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column(
            "mapping",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "imported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column(
            "refused",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state in ('uploaded', 'importing', 'done', 'failed')",
            name=op.f("ck_comment_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_comment_import_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name=op.f("fk_comment_import_imported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_import")),
    )
    with op.batch_alter_table("comment_import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_import_consultation_id", ["consultation_id", "id"], unique=False
        )

    op.create_table(
        "consultation_body",
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.CheckConstraint("part in ('lead', 'competent')", name=op.f("ck_consultation_body_part")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_consultation_body_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_body_consultation_id"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "body_id", name=op.f("pk_consultation_body")),
    )
    with op.batch_alter_table("consultation_body", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_body_body_id"), ["body_id"], unique=False)
        batch_op.create_index(
            "uq_consultation_body_lead",
            ["consultation_id"],
            unique=True,
            sqlite_where=sa.text("part = 'lead'"),
            postgresql_where=sa.text("part = 'lead'"),
        )

    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_draft_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_draft_consultation_id")),
    )
    op.create_table(
        "promise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("promised_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "ground",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.CheckConstraint("kind in ('opens', 'closes', 'answers')", name=op.f("ck_promise_kind")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_promise_consultation_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["user_account.id"], name=op.f("fk_promise_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(
            "ix_promise_consultation_id", ["consultation_id", "kind", "id"], unique=False
        )

    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("requested_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("topics_wanted", sa.Integer(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "card",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'recorded', 'failed', 'cancelled')",
            name=op.f("ck_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_run_consultation_id")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_run_release_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_run_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index("ix_run_consultation_id", ["consultation_id", "id"], unique=False)
        batch_op.create_index(
            "uq_run_active",
            ["consultation_id"],
            unique=True,
            sqlite_where=sa.text("state in ('waiting', 'running')"),
            postgresql_where=sa.text("state in ('waiting', 'running')"),
        )

    op.create_table(
        "tally",
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("owed_settled", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= changed and changed <= owed_settled", name=op.f("ck_tally_changed")
        ),
        sa.CheckConstraint(
            "0 <= owed_settled and owed_settled <= owed", name=op.f("ck_tally_owed")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_tally_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_tally")),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_clause_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("draft_id", "key", name=op.f("uq_clause_draft_id_key")),
        sa.UniqueConstraint("guid", name=op.f("uq_clause_guid")),
    )
    op.create_table(
        "current_run",
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_current_run_consultation_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_current_run_run_id")),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_current_run")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("secret", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_issue", sa.Integer(), nullable=False),
        sa.Column("receipt_lookup", sa.LargeBinary(length=32), nullable=True),
        sa.Column("receipt_issued_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("received_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("respondent", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("source_row", sa.String(length=120), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "channel in ('web', 'paper', 'email', 'phone', 'event', 'import')",
            name=op.f("ck_submission_channel"),
        ),
        sa.CheckConstraint(
            "respondent in ('citizen', 'association', 'company', 'public_body', 'expert', 'unknown')",
            name=op.f("ck_submission_respondent"),
        ),
        sa.CheckConstraint(
            "(receipt_lookup is null) = (receipt_issued_at is null)",
            name=op.f("ck_submission_receipt_issued"),
        ),
        sa.CheckConstraint(
            "(source is null) = (source_row is null)", name=op.f("ck_submission_source")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_submission_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["comment_import.id"], name=op.f("fk_submission_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_submission_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_submission_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "consultation_id",
            "source",
            "source_row",
            name=op.f("uq_submission_consultation_id_source_source_row"),
        ),
        sa.UniqueConstraint("receipt_lookup", name=op.f("uq_submission_receipt_lookup")),
        sa.UniqueConstraint("secret", name=op.f("uq_submission_secret")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_submission_consultation_id"), ["consultation_id"], unique=False
        )
        batch_op.create_index("ix_submission_import_id", ["import_id", "id"], unique=False)
        batch_op.create_index("ix_submission_user_id", ["user_id", "id"], unique=False)

    op.create_table(
        "theme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "description",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "keywords",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id is not null)", name=op.f("ck_theme_merged")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'merged', 'set_aside')", name=op.f("ck_theme_state")
        ),
        sa.CheckConstraint("parent_id is null or parent_id <> id", name=op.f("ck_theme_parent")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_theme_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_theme_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_theme_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["theme.id"], name=op.f("fk_theme_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["theme.id"], name=op.f("fk_theme_parent_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_theme_release_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_theme_run_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["release.id"], name=op.f("fk_theme_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
    )
    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.create_index(
            "ix_theme_consultation_id", ["consultation_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_theme_merged_into_id"), ["merged_into_id"], unique=False
        )

    op.create_table(
        "version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "languages",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_version_created_by")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_version_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_version_draft_id_number")),
    )
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_version_unpublished",
            ["draft_id"],
            unique=True,
            sqlite_where=sa.text("published_at is null"),
            postgresql_where=sa.text("published_at is null"),
        )

    op.create_table(
        "anchor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=80), nullable=False),
        sa.Column("suffix", sa.String(length=80), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.CheckConstraint('0 <= "start" and "start" < "end"', name=op.f("ck_anchor_span")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_anchor_clause_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_anchor_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
    )
    with op.batch_alter_table("anchor", schema=None) as batch_op:
        batch_op.create_index(
            "ix_anchor_clause_id", ["clause_id", "version_id", "language"], unique=False
        )

    op.create_table(
        "clause_succession",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "kind in ('split', 'join', 'move')", name=op.f("ck_clause_succession_kind")
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["clause.id"], name=op.f("fk_clause_succession_from_id")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["clause.id"], name=op.f("fk_clause_succession_to_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_clause_succession_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_succession")),
        sa.UniqueConstraint(
            "version_id",
            "from_id",
            "to_id",
            name=op.f("uq_clause_succession_version_id_from_id_to_id"),
        ),
    )
    with op.batch_alter_table("clause_succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_succession_to_id"), ["to_id"], unique=False)

    op.create_table(
        "clause_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('chapter', 'clause')", name=op.f("ck_clause_text_kind")),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_clause_text_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["clause.id"], name=op.f("fk_clause_text_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_clause_text_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_text")),
        sa.UniqueConstraint(
            "version_id",
            "clause_id",
            "language",
            name=op.f("uq_clause_text_version_id_clause_id_language"),
        ),
        sa.UniqueConstraint(
            "version_id",
            "language",
            "position",
            name=op.f("uq_clause_text_version_id_language_position"),
        ),
    )
    with op.batch_alter_table("clause_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_text_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column(
            "submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("changed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_contact_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_email"), ["email"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("requested_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_publication_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_publication_release_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_publication_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_publication_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("release_id", name=op.f("uq_publication_release_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(
            "ix_publication_consultation_id", ["consultation_id", "id"], unique=False
        )

    op.create_table(
        "theme_tally",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_theme_tally_points")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_theme_tally_run_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_theme_tally_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_tally")),
    )
    with op.batch_alter_table("theme_tally", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_tally_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            "uq_theme_tally_people",
            ["theme_id", "language"],
            unique=True,
            sqlite_where=sa.text("run_id is null"),
            postgresql_where=sa.text("run_id is null"),
        )
        batch_op.create_index(
            "uq_theme_tally_run",
            ["theme_id", "run_id", "language"],
            unique=True,
            sqlite_where=sa.text("run_id is not null"),
            postgresql_where=sa.text("run_id is not null"),
        )

    op.create_table(
        "thread",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'clause') = (clause_id is not null)", name=op.f("ck_thread_clause")
        ),
        sa.CheckConstraint("kind in ('whole', 'clause', 'replies')", name=op.f("ck_thread_kind")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_thread_clause_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_thread_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index(
            "uq_thread_clause",
            ["consultation_id", "clause_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'clause'"),
            postgresql_where=sa.text("kind = 'clause'"),
        )
        batch_op.create_index(
            "uq_thread_whole",
            ["consultation_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'whole'"),
            postgresql_where=sa.text("kind = 'whole'"),
        )

    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "replies_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("anchor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.Column("addressed_by", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("admitted_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("form_number", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state in ('published', 'held', 'removed', 'withdrawn', 'erased')",
            name=op.f("ck_comment_state"),
        ),
        sa.CheckConstraint(
            "(root_id is null) = (parent_id is null)", name=op.f("ck_comment_reply")
        ),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchor.id"], name=op.f("fk_comment_anchor_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_comment_clause_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_comment_consultation_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.ForeignKeyConstraint(["replies_id"], ["thread.id"], name=op.f("fk_comment_replies_id")),
        sa.ForeignKeyConstraint(["root_id"], ["comment.id"], name=op.f("fk_comment_root_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_comment_submission_id")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_comment_thread_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_comment_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("consultation_id", "seq", name=op.f("uq_comment_consultation_id_seq")),
        sa.UniqueConstraint("form_number", name=op.f("uq_comment_form_number")),
        sa.UniqueConstraint("replies_id", name=op.f("uq_comment_replies_id")),
        sa.UniqueConstraint("thread_id", "position", name=op.f("uq_comment_thread_id_position")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_anchor_id", ["anchor_id"], unique=False)
        batch_op.create_index(
            "ix_comment_late",
            ["consultation_id", "seq"],
            unique=False,
            sqlite_where=sa.text("late"),
            postgresql_where=sa.text("late"),
        )
        batch_op.create_index(
            "ix_comment_held",
            ["consultation_id", "seq"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index(
            "ix_comment_reply",
            ["consultation_id", "seq"],
            unique=False,
            sqlite_where=sa.text("root_id is not null"),
            postgresql_where=sa.text("root_id is not null"),
        )
        batch_op.create_index("ix_comment_submission_id", ["submission_id", "id"], unique=False)

    op.create_table(
        "edit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column(
            "before_text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "after_text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("before_start", sa.Integer(), nullable=False),
        sa.Column("before_end", sa.Integer(), nullable=False),
        sa.Column("after_start", sa.Integer(), nullable=False),
        sa.Column("after_end", sa.Integer(), nullable=False),
        sa.Column("before_words", sa.Text(), nullable=False),
        sa.Column("after_words", sa.Text(), nullable=False),
        sa.Column(
            "ground",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("gone_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('changed', 'inserted', 'deleted', 'moved')", name=op.f("ck_edit_kind")
        ),
        sa.CheckConstraint("part in ('text', 'heading')", name=op.f("ck_edit_part")),
        sa.CheckConstraint(
            "before_text_id is not null or after_text_id is not null or gone_at is not null",
            name=op.f("ck_edit_before_or_after"),
        ),
        sa.ForeignKeyConstraint(
            ["after_text_id"], ["clause_text.id"], name=op.f("fk_edit_after_text_id")
        ),
        sa.ForeignKeyConstraint(
            ["before_text_id"], ["clause_text.id"], name=op.f("fk_edit_before_text_id")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_edit_clause_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_edit_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
    )
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edit_clause_id"), ["clause_id"], unique=False)
        batch_op.create_index("ix_edit_version_id", ["version_id", "clause_id"], unique=False)

    op.create_table(
        "erratum",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clause_text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "note",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_erratum_by")),
        sa.ForeignKeyConstraint(
            ["clause_text_id"], ["clause_text.id"], name=op.f("fk_erratum_clause_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erratum")),
    )
    with op.batch_alter_table("erratum", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_erratum_clause_text_id"), ["clause_text_id"], unique=False
        )

    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "anchor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "state in ('unchanged', 'edited', 'moved', 'deleted', 'unclear')",
            name=op.f("ck_placement_state"),
        ),
        sa.CheckConstraint(
            "(state in ('deleted', 'unclear')) = (\"start\" is null)",
            name=op.f("ck_placement_span_unless_lost"),
        ),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchor.id"], name=op.f("fk_placement_anchor_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_placement_clause_id")),
        sa.ForeignKeyConstraint(
            ["placed_by"], ["user_account.id"], name=op.f("fk_placement_placed_by")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_placement_release_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_placement_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint(
            "anchor_id",
            "version_id",
            "language",
            name=op.f("uq_placement_anchor_id_version_id_language"),
        ),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_placement_clause_id", ["clause_id", "version_id", "language"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_placement_release_id"), ["release_id"], unique=False)

    op.create_table(
        "answer_edit",
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("edit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_answer_edit_answer_id")
        ),
        sa.ForeignKeyConstraint(["edit_id"], ["edit.id"], name=op.f("fk_answer_edit_edit_id")),
        sa.PrimaryKeyConstraint("answer_id", "edit_id", name=op.f("pk_answer_edit")),
    )
    with op.batch_alter_table("answer_edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_edit_edit_id"), ["edit_id"], unique=False)

    op.create_table(
        "comment_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("written_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("emptied_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_revision_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revision")),
        sa.UniqueConstraint(
            "comment_id", "number", name=op.f("uq_comment_revision_comment_id_number")
        ),
    )
    with op.batch_alter_table("comment_revision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_comment_revision_current",
            ["comment_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at is null"),
            postgresql_where=sa.text("superseded_at is null"),
        )

    op.create_table(
        "removal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column(
            "note",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "removed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("removed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('hate', 'threat', 'insult', 'personal_data', 'unlawful', 'advertising', 'off_topic_flood')",
            name=op.f("ck_removal_reason"),
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_removal_comment_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_removal_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["user_account.id"], name=op.f("fk_removal_removed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_removal_comment_id")),
    )
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.create_index("ix_removal_consultation_id", ["consultation_id", "id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reporter", sa.String(length=40), nullable=True),
        sa.Column("reported_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("form_number", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason in ('hate', 'threat', 'insult', 'personal_data', 'unlawful', 'advertising', 'off_topic_flood', 'not_me', 'other')",
            name=op.f("ck_report_reason"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'kept', 'removed', 'lapsed')", name=op.f("ck_report_state")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_report_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_report_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("form_number", name=op.f("uq_report_form_number")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_comment_id", ["comment_id"], unique=False)
        batch_op.create_index("ix_report_state", ["consultation_id", "state", "id"], unique=False)

    op.create_table(
        "point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint('0 <= "start" and "start" <= "end"', name=op.f("ck_point_span")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_point_comment_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_point_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["comment_revision.id"], name=op.f("fk_point_revision_id")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["release.id"], name=op.f("fk_point_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
    )
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.create_index("ix_point_comment_id", ["comment_id", "start"], unique=False)
        batch_op.create_index("ix_point_consultation_id", ["consultation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_settled_by"), ["settled_by"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(run_id is null) <> (person_id is null)", name=op.f("ck_assignment_machine_or_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_assignment_person_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_assignment_point_id")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_assignment_release_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_assignment_run_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_assignment_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_point_id", ["point_id"], unique=False)
        batch_op.create_index(
            "ix_assignment_theme_id", ["theme_id", "run_id", "point_id"], unique=False
        )
        batch_op.create_index(
            "uq_assignment_machine",
            ["run_id", "point_id"],
            unique=True,
            sqlite_where=sa.text("run_id is not null"),
            postgresql_where=sa.text("run_id is not null"),
        )
        batch_op.create_index(
            "uq_assignment_person",
            ["point_id"],
            unique=True,
            sqlite_where=sa.text("person_id is not null and superseded_at is null"),
            postgresql_where=sa.text("person_id is not null and superseded_at is null"),
        )

    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consultation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "template_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'set_aside')", name=op.f("ck_campaign_state")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_campaign_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_campaign_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_campaign_release_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_campaign_run_id")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["release.id"], name=op.f("fk_campaign_settled_by")
        ),
        sa.ForeignKeyConstraint(
            ["template_point_id"], ["point.id"], name=op.f("fk_campaign_template_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_consultation_id", ["consultation_id", "state"], unique=False
        )

    op.create_table(
        "fate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_fate_answer_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_fate_comment_id")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_fate_point_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_fate_release_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_fate_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fate")),
        sa.UniqueConstraint("release_id", "point_id", name=op.f("uq_fate_release_id_point_id")),
    )
    with op.batch_alter_table("fate", schema=None) as batch_op:
        batch_op.create_index("ix_fate_answer_id", ["answer_id", "id"], unique=False)
        batch_op.create_index("ix_fate_comment_id", ["comment_id"], unique=False)
        batch_op.create_index("ix_fate_point_id", ["point_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fate_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "theme_quote",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_theme_quote_point_id")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_theme_quote_release_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_theme_quote_run_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_theme_quote_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_quote")),
        sa.UniqueConstraint("theme_id", "point_id", name=op.f("uq_theme_quote_theme_id_point_id")),
    )
    op.create_table(
        "unprocessed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_unprocessed_point_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_unprocessed_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unprocessed")),
        sa.UniqueConstraint("run_id", "point_id", name=op.f("uq_unprocessed_run_id_point_id")),
    )
    op.create_table(
        "answer_target",
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(case when theme_id is null then 0 else 1 end) + (case when campaign_id is null then 0 else 1 end) + (case when point_id is null then 0 else 1 end) = 1",
            name=op.f("ck_answer_target_exactly_one"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_answer_target_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_answer_target_campaign_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_answer_target_point_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_answer_target_theme_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_target")),
    )
    with op.batch_alter_table("answer_target", schema=None) as batch_op:
        batch_op.create_index("ix_answer_target_campaign_id", ["campaign_id"], unique=False)
        batch_op.create_index("ix_answer_target_point_id", ["point_id"], unique=False)
        batch_op.create_index("ix_answer_target_theme_id", ["theme_id"], unique=False)
        batch_op.create_index(
            "uq_answer_target_campaign",
            ["campaign_id"],
            unique=True,
            sqlite_where=sa.text("first"),
            postgresql_where=sa.text("first"),
        )
        batch_op.create_index(
            "uq_answer_target_point",
            ["point_id"],
            unique=True,
            sqlite_where=sa.text("first"),
            postgresql_where=sa.text("first"),
        )
        batch_op.create_index(
            "uq_answer_target_theme",
            ["theme_id"],
            unique=True,
            sqlite_where=sa.text("first"),
            postgresql_where=sa.text("first"),
        )

    op.create_table(
        "campaign_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "additions",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'set_aside')", name=op.f("ck_campaign_member_state")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_campaign_member_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["point.id"], name=op.f("fk_campaign_member_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_campaign_member_release_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_campaign_member_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_member")),
        sa.UniqueConstraint(
            "campaign_id", "point_id", name=op.f("uq_campaign_member_campaign_id_point_id")
        ),
    )
    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_member_point_id", ["point_id"], unique=False)
        batch_op.create_index(
            "uq_campaign_member_accepted",
            ["point_id"],
            unique=True,
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )

    _full_text()
    _append_only()


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")


def _full_text() -> None:
    """The index behind kernel/search.py, kept in step with its table by the database itself."""
    if op.get_bind().dialect.name == "postgresql":
        # Its price tells the planner that reading the table to look for a rare word is no bargain.
        op.execute(
            "create function search_vector(words text) returns tsvector language plpgsql"
            " immutable parallel safe cost 20000"
            " as $$ begin return to_tsvector('simple'::regconfig, words); end $$"
        )
        op.execute(
            "create index ix_search_entry_words on search_entry using gin (search_vector(words))"
        )
        return
    op.execute(
        "create virtual table search_fts using fts5(words, content='search_entry',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    gone = "insert into search_fts(search_fts, rowid, words) values ('delete', old.id, old.words)"
    come = "insert into search_fts(rowid, words) values (new.id, new.words)"
    op.execute(f"create trigger search_come after insert on search_entry begin {come}; end")
    op.execute(f"create trigger search_gone after delete on search_entry begin {gone}; end")
    op.execute(
        f"create trigger search_change after update on search_entry begin {gone}; {come}; end"
    )


# Rows that are written once. What is never changed by mistake is not changed by a bug either.
_WRITTEN_ONCE = ("activity", "promise", "fate", "answer", "answer_target", "removal", "ledger_head")


def _append_only() -> None:
    """Refuse changes of what is written once, and of a clause text after its publication."""
    published = "(select published_at from version where id = old.version_id) is not null"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function refuse_change() returns trigger language plpgsql as $$"
            " begin raise exception 'rows of % are written once', tg_table_name; end $$"
        )
        for table in _WRITTEN_ONCE:
            op.execute(
                f"create trigger {table}_written_once before update or delete on {table}"
                " for each row execute function refuse_change()"
            )
        op.execute(
            "create function refuse_published() returns trigger language plpgsql as $$"
            f" begin if {published} then raise exception 'a published clause text never changes';"
            " end if; return case when tg_op = 'DELETE' then old else new end; end $$"
        )
        op.execute(
            "create trigger clause_text_published before update or delete on clause_text"
            " for each row execute function refuse_published()"
        )
        return
    for table in _WRITTEN_ONCE:
        for event in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{event} before {event} on {table}"
                f" begin select raise(abort, 'rows of {table} are written once'); end"
            )
    for event in ("update", "delete"):
        op.execute(
            f"create trigger clause_text_no_{event} before {event} on clause_text"
            f" when {published}"
            " begin select raise(abort, 'a published clause text never changes'); end"
        )
