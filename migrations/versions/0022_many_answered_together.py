"""Points answered together by a filter, and text modules of bodies"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
KINDS = ("theme_id", "campaign_id", "point_id", "selection_id")
EXACTLY_ONE = " + ".join(f"(case when {kind} is null then 0 else 1 end)" for kind in KINDS) + " = 1"


def upgrade() -> None:
    _selections()
    _modules()
    _targets()
    op.create_index("ix_answer_target_selection_id", "answer_target", ["selection_id"])
    op.create_index(
        "uq_answer_target_selection",
        "answer_target",
        ["selection_id"],
        unique=True,
        sqlite_where=sa.text("first"),
        postgresql_where=sa.text("first"),
    )


def _targets() -> None:
    """An answer may be given to a selection; it is still given to exactly one thing."""
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    identity = "BIGINT" if postgresql_here else "INTEGER"
    op.execute(
        f"ALTER TABLE answer_target ADD COLUMN selection_id {identity}"
        " CONSTRAINT fk_answer_target_selection_id REFERENCES selection (id)"
    )
    if postgresql_here:
        op.execute("ALTER TABLE answer_target DROP CONSTRAINT ck_answer_target_exactly_one")
        op.execute(
            "ALTER TABLE answer_target ADD CONSTRAINT ck_answer_target_exactly_one"
            f" CHECK ({EXACTLY_ONE})"
        )
        return
    # SQLite cannot change a CHECK. What a table holds does not depend on it, so its wording is
    # replaced, as https://www.sqlite.org/lang_altertable.html says, without making the table anew.
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        "UPDATE sqlite_master SET sql = replace(sql,"
        " '(case when point_id is null then 0 else 1 end) = 1',"
        " '(case when point_id is null then 0 else 1 end)"
        " + (case when selection_id is null then 0 else 1 end) = 1')"
        " WHERE type = 'table' AND name = 'answer_target'"
    )
    op.execute("PRAGMA writable_schema = RESET")


def _selections() -> None:
    op.create_table(
        "selection",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("chosen", JSON, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("release_id", BIG_ID, nullable=False),
        sa.Column("made_by", BIG_ID, nullable=True),
        sa.Column("made_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("job_id", BIG_ID, nullable=True),
        _refers("selection", "consultation_id", "consultation"),
        _refers("selection", "release_id", "release"),
        _refers("selection", "made_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
        sa.UniqueConstraint("release_id", name=op.f("uq_selection_release_id")),
    )
    op.create_index("ix_selection_consultation_id", "selection", ["consultation_id", "id"])
    op.create_table(
        "selection_point",
        sa.Column("selection_id", BIG_ID, nullable=False),
        sa.Column("point_id", BIG_ID, nullable=False),
        _refers("selection_point", "selection_id", "selection"),
        _refers("selection_point", "point_id", "point"),
        sa.PrimaryKeyConstraint("selection_id", "point_id", name=op.f("pk_selection_point")),
    )
    op.create_index("ix_selection_point_point_id", "selection_point", ["point_id"])


def _modules() -> None:
    op.create_table(
        "text_module",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("body_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.Column("changed_by", BIG_ID, nullable=True),
        sa.Column("changed_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        _refers("text_module", "body_id", "body"),
        _refers("text_module", "changed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_module")),
    )
    op.create_index("ix_text_module_body_id", "text_module", ["body_id", "title"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
