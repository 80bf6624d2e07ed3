"""Organisations have members, who write together before a lead sends"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, consult.kernel.db.UtcDateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    _organisations()
    _invitations()
    _draftings()


def _organisations() -> None:
    # Plain statements that both engines take: others refer to this table.
    postgresql = op.get_bind().dialect.name == "postgresql"
    identity, instant = (
        ("BIGINT", "TIMESTAMP WITH TIME ZONE") if postgresql else ("INTEGER", "DATETIME")
    )
    op.execute(
        f"ALTER TABLE organisation ADD COLUMN stands_for_id {identity}"
        " CONSTRAINT fk_organisation_stands_for_id REFERENCES organisation (id)"
    )
    op.execute(f"ALTER TABLE organisation ADD COLUMN founded_at {instant}")
    op.execute(f"ALTER TABLE organisation ADD COLUMN dissolved_at {instant}")
    op.create_index("ix_organisation_stands_for_id", "organisation", ["stands_for_id"])
    op.create_table(
        "organisation_member",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("part", sa.String(6), nullable=False),
        _instant("joined_at"),
        sa.Column("letters", sa.Boolean(), nullable=False),
        sa.CheckConstraint("part in ('lead', 'member')", name="ck_organisation_member_part"),
        _key("organisation_member", "organisation_id", "organisation"),
        _key("organisation_member", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_member"),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name="uq_organisation_member_organisation_id_user_id"
        ),
    )
    op.create_index("ix_organisation_member_user_id", "organisation_member", ["user_id"])


def _invitations() -> None:
    # Nothing refers to an invitation, so its table may be made anew.
    with op.batch_alter_table("invitation") as batch:
        batch.add_column(sa.Column("organisation_id", BIG_ID, nullable=True))
        batch.alter_column("body_id", existing_type=BIG_ID, nullable=True)
        batch.alter_column("role", existing_type=sa.String(20), nullable=True)
        batch.create_foreign_key(
            "fk_invitation_organisation_id", "organisation", ["organisation_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_invitation_into"),
            "(body_id is null) = (role is null) and (body_id is null) <> (organisation_id is null)",
        )
        batch.create_index("ix_invitation_organisation_id", ["organisation_id"])


def _draftings() -> None:
    op.create_table(
        "drafting",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("begun_by", BIG_ID, nullable=True),
        _instant("begun_at"),
        _instant("ended_at", nullable=True),
        sa.Column("submission_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "submission_id is null or ended_at is not null", name="ck_drafting_sent"
        ),
        _key("drafting", "organisation_id", "organisation"),
        _key("drafting", "consultation_id", "consultation"),
        _key("drafting", "begun_by", "user_account"),
        _key("drafting", "submission_id", "submission"),
        sa.PrimaryKeyConstraint("id", name="pk_drafting"),
        sa.UniqueConstraint("submission_id", name="uq_drafting_submission_id"),
    )
    _unique(
        "uq_drafting_open", "drafting", ["organisation_id", "consultation_id"], "ended_at is null"
    )
    op.create_index("ix_drafting_organisation_id", "drafting", ["organisation_id", "id"])
    op.create_index("ix_drafting_consultation_id", "drafting", ["consultation_id"])
    op.create_table(
        "drafting_text",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("drafting_id", BIG_ID, nullable=False),
        sa.Column("clause_id", BIG_ID, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        _key("drafting_text", "drafting_id", "drafting"),
        _key("drafting_text", "clause_id", "clause"),
        sa.PrimaryKeyConstraint("id", name="pk_drafting_text"),
    )
    _unique("uq_drafting_text_whole", "drafting_text", ["drafting_id"], "clause_id is null")
    _unique(
        "uq_drafting_text_clause",
        "drafting_text",
        ["drafting_id", "clause_id"],
        "clause_id is not null",
    )
    op.create_table(
        "drafting_revision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("text_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version_id", BIG_ID, nullable=True),
        sa.Column("written_by", BIG_ID, nullable=True),
        _instant("written_at"),
        _key("drafting_revision", "text_id", "drafting_text"),
        _key("drafting_revision", "version_id", "version"),
        _key("drafting_revision", "written_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_drafting_revision"),
        sa.UniqueConstraint("text_id", "number", name="uq_drafting_revision_text_id_number"),
    )
    op.create_table(
        "drafting_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("drafting_id", BIG_ID, nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("written_by", BIG_ID, nullable=True),
        _instant("written_at"),
        _key("drafting_note", "drafting_id", "drafting"),
        _key("drafting_note", "written_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_drafting_note"),
    )
    op.create_index("ix_drafting_note_drafting_id", "drafting_note", ["drafting_id", "id"])


def _unique(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
