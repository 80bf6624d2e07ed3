"""Why a comment is held; cases about comments that are not their author's; objections"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_REASONS = (
    "reason in ('hate', 'threat', 'insult', 'personal_data', 'unlawful', 'advertising',"
    " 'off_topic_flood', 'not_theirs')"
)


def upgrade() -> None:
    # Plain statements that both engines take: a batch would make the tables anew on SQLite, where
    # others refer to them.
    time = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(
        "ALTER TABLE comment ADD COLUMN held_for VARCHAR(10) CONSTRAINT ck_comment_held_for"
        " CHECK (held_for in ('judged', 'not_me', 'waiting', 'suspicious'))"
    )
    op.execute(f"ALTER TABLE comment ADD COLUMN held_until {time}")
    op.execute("UPDATE comment SET held_for = 'judged' WHERE state = 'held'")
    op.execute("ALTER TABLE report ADD COLUMN email VARCHAR(254)")
    op.execute("ALTER TABLE report ADD COLUMN language VARCHAR(2)")
    _removals()
    _cases()
    _objections()


def _removals() -> None:
    """A comment that was shown again after an objection can be removed anew."""
    # Nothing refers to a line of the log of removals yet: on SQLite the table may be made anew, and
    # then needs its triggers again.
    with op.batch_alter_table("removal") as batch:
        batch.drop_constraint(op.f("ck_removal_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_removal_reason"), _REASONS)
        batch.drop_constraint(op.f("uq_removal_comment_id"), type_="unique")
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(f"drop trigger if exists removal_no_{event}")
            op.execute(
                f"create trigger removal_no_{event} before {event} on removal"
                " begin select raise(abort, 'rows of removal are written once'); end"
            )
    op.create_index("ix_removal_comment_id", "removal", ["comment_id"])
    op.create_table(
        "removal_end",
        _id("removal_id"),
        sa.Column("how", sa.String(length=10), nullable=False),
        _id("ended_by", nullable=True),
        _time("ended_at"),
        sa.CheckConstraint("how in ('undone', 'overturned')", name=op.f("ck_removal_end_how")),
        _refers("removal_end", "removal_id", "removal"),
        _refers("removal_end", "ended_by", "user_account"),
        sa.PrimaryKeyConstraint("removal_id", name=op.f("pk_removal_end")),
    )


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, consult.kernel.db.UtcDateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _cases() -> None:
    op.create_table(
        "identity_case",
        _id("id"),
        _id("consultation_id"),
        _id("comment_id"),
        sa.Column("way", sa.String(length=10), nullable=False),
        _id("report_id", nullable=True),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        _time("opened_at"),
        _time("due_at"),
        sa.Column("found_for", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        _id("decided_by", nullable=True),
        _time("decided_at", nullable=True),
        sa.CheckConstraint(
            "way in ('letter', 'receipt', 'report')", name=op.f("ck_identity_case_way")
        ),
        sa.CheckConstraint(
            "state in ('open', 'restored', 'removed', 'lapsed')",
            name=op.f("ck_identity_case_state"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at is null)", name=op.f("ck_identity_case_decided")
        ),
        _refers("identity_case", "consultation_id", "consultation"),
        _refers("identity_case", "comment_id", "comment"),
        _refers("identity_case", "report_id", "report"),
        _refers("identity_case", "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_case")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_identity_case_comment_id")),
    )
    op.create_index("ix_identity_case_decided_at", "identity_case", ["decided_at"])
    op.create_table(
        "case_message",
        _id("id"),
        _id("case_id"),
        sa.Column("party", sa.String(length=10), nullable=False),
        _id("official_id", nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        _time("written_at"),
        sa.Column("form_number", sa.String(length=40), nullable=True),
        sa.CheckConstraint("party in ('holder', 'claimant')", name=op.f("ck_case_message_party")),
        _refers("case_message", "case_id", "identity_case"),
        _refers("case_message", "official_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
        sa.UniqueConstraint("form_number", name=op.f("uq_case_message_form_number")),
    )
    op.create_index("ix_case_message_case_id", "case_message", ["case_id", "id"])


def _objections() -> None:
    texts = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "objection",
        _id("id"),
        _id("consultation_id"),
        _id("comment_id"),
        _id("removal_id", nullable=True),
        sa.Column("against", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _time("made_at"),
        sa.Column("form_number", sa.String(length=40), nullable=True),
        _id("first_by", nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", texts, nullable=True),
        _id("decided_by", nullable=True),
        _time("decided_at", nullable=True),
        sa.CheckConstraint("against in ('removal', 'holding')", name=op.f("ck_objection_against")),
        sa.CheckConstraint(
            "state in ('open', 'upheld', 'overturned', 'lapsed')", name=op.f("ck_objection_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at is null)", name=op.f("ck_objection_decided")
        ),
        _refers("objection", "consultation_id", "consultation"),
        _refers("objection", "comment_id", "comment"),
        _refers("objection", "removal_id", "removal"),
        _refers("objection", "first_by", "user_account"),
        _refers("objection", "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("comment_id", "against", name=op.f("uq_objection_comment_id_against")),
        sa.UniqueConstraint("form_number", name=op.f("uq_objection_form_number")),
    )
    op.create_index("ix_objection_state", "objection", ["consultation_id", "state", "id"])
    op.create_index("ix_objection_removal_id", "objection", ["removal_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
