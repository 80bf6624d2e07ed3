"""Whose words went since a moment is found by an index: it is asked for each file of a report"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _partial("ix_comment_gone", "comment", ["consultation_id", "state_at"], "state <> 'published'")
    for when in ("superseded_at", "emptied_at"):
        _partial(f"ix_comment_revision_{when}", "comment_revision", [when], f"{when} is not null")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
