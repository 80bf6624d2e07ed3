"""Where the points and themes of a run lie on its map"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _json(name: str) -> sa.Column[list[list[int]]]:
    kind = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "run_map",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _json("themes"),
        _json("points"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_map_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_map")),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
