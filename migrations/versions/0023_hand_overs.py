"""Hand-overs between bodies, and what colleagues say to each other"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("thing", sa.String(40), nullable=False),
        sa.Column("from_body_id", BIG_ID, nullable=False),
        sa.Column("to_body_id", BIG_ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", BIG_ID, nullable=True),
        sa.Column("asked_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("settled_note", sa.Text(), nullable=False),
        sa.Column("settled_by", BIG_ID, nullable=True),
        sa.Column("settled_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'accepted', 'handed_back')", name=op.f("ck_handover_state")
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (settled_at is null)", name=op.f("ck_handover_settled")
        ),
        _refers("handover", "consultation_id", "consultation"),
        _refers("handover", "from_body_id", "body"),
        _refers("handover", "to_body_id", "body"),
        _refers("handover", "asked_by", "user_account"),
        _refers("handover", "settled_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_consultation_id", "handover", ["consultation_id", "thing", "id"])
    op.create_index(
        "uq_handover_asked",
        "handover",
        ["consultation_id", "thing"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "colleague_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("thing", sa.String(40), nullable=False),
        sa.Column("body_id", BIG_ID, nullable=False),
        sa.Column("for_all", sa.Boolean(), nullable=False),
        sa.Column("author_id", BIG_ID, nullable=True),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("gone_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("gone_at is null or words = ''", name=op.f("ck_colleague_note_emptied")),
        _refers("colleague_note", "consultation_id", "consultation"),
        _refers("colleague_note", "body_id", "body"),
        _refers("colleague_note", "author_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague_note")),
    )
    op.create_index(
        "ix_colleague_note_consultation_id", "colleague_note", ["consultation_id", "thing", "id"]
    )
    op.create_index("ix_colleague_note_author_id", "colleague_note", ["author_id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
