"""Answers are checked and approved; a consultation may ask for four eyes"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


_FIRST = (
    "WITH RECURSIVE chain (id, first_id) AS ("
    " SELECT id, id FROM answer WHERE corrects_id IS NULL"
    " UNION ALL SELECT answer.id, chain.first_id FROM answer"
    " JOIN chain ON answer.corrects_id = chain.id)"
    " UPDATE answer SET first_id ="
    " (SELECT chain.first_id FROM chain WHERE chain.id = answer.id)"
    " WHERE corrects_id IS NOT NULL"
)
_TRIGGER = "SELECT sql FROM sqlite_master WHERE name = 'answer_no_update'"


def upgrade() -> None:
    # Plain statements that both engines take: a batch would make the tables anew on SQLite, where
    # others refer to them.
    postgresql = op.get_bind().dialect.name == "postgresql"
    identity, no = ("BIGINT", "false") if postgresql else ("INTEGER", "0")
    op.execute(f"ALTER TABLE consultation ADD COLUMN four_eyes BOOLEAN DEFAULT {no} NOT NULL")
    op.execute(
        f"ALTER TABLE answer ADD COLUMN first_id {identity}"
        " CONSTRAINT fk_answer_first_id REFERENCES answer (id)"
    )
    op.create_index("ix_answer_first_id", "answer", ["first_id", "id"])
    _chains()
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "answer_step",
        sa.Column("id", number, nullable=False),
        sa.Column("answer_id", number, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("by_id", number, nullable=True),
        sa.Column("at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('drafting', 'checking', 'approved')", name=op.f("ck_answer_step_state")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_answer_step_answer_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_answer_step_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_step")),
    )
    op.create_index("ix_answer_step_answer_id", "answer_step", ["answer_id", "id"])


def _chains() -> None:
    """Each answer that corrects another names the first of its chain."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE answer DISABLE TRIGGER answer_written_once")
        op.execute(_FIRST)
        op.execute("ALTER TABLE answer ENABLE TRIGGER answer_written_once")
        return
    # The trigger that keeps answers as they are is put back as it was.
    once = op.get_bind().execute(sa.text(_TRIGGER)).scalar_one()
    op.execute("DROP TRIGGER answer_no_update")
    op.execute(_FIRST)
    op.execute(once)


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
