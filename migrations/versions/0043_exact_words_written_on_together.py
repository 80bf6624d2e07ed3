"""Members of an organisation write on exact words of a clause, too"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain statements that both engines take: others refer to this table.
    identity = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE drafting_text ADD COLUMN quotes_id {identity}"
        " CONSTRAINT fk_drafting_text_quotes_id REFERENCES clause_text (id)"
    )
    op.execute('ALTER TABLE drafting_text ADD COLUMN "start" INTEGER')
    op.execute(
        'ALTER TABLE drafting_text ADD COLUMN "end" INTEGER CONSTRAINT ck_drafting_text_span CHECK ('
        '(quotes_id is null and "start" is null and "end" is null)'
        ' or (quotes_id is not null and clause_id is not null and "start" is not null'
        ' and "end" is not null and 0 <= "start" and "start" < "end"))'
    )
    op.drop_index("uq_drafting_text_clause", "drafting_text")
    _unique(
        "uq_drafting_text_clause",
        ["drafting_id", "clause_id"],
        "clause_id is not null and quotes_id is null",
    )
    _unique(
        "uq_drafting_text_words",
        ["drafting_id", "quotes_id", "start", "end"],
        "quotes_id is not null",
    )


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "drafting_text",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
