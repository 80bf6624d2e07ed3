"""What the columns of a source hold is kept; a file may have several columns of words"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import consult.kernel.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("body_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("saved_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_import_mapping_body_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_mapping"),
        sa.UniqueConstraint("body_id", "source", name="uq_import_mapping_body_id_source"),
    )
    _several_texts()


def _several_texts() -> None:
    """An import that is under way, or can go on, names its columns as the product now reads them."""
    imports = sa.table("comment_import", sa.column("id"), sa.column("mapping", JSON))
    bind = op.get_bind()
    for id_, mapping in bind.execute(sa.select(imports.c.id, imports.c.mapping)).all():
        kept = json.loads(mapping) if isinstance(mapping, str) else mapping
        columns = (kept or {}).get("columns")
        if not columns or "text" not in columns:
            continue
        columns["texts"] = [columns.pop("text")]
        kept.setdefault("sheet", "")
        bind.execute(sa.update(imports).where(imports.c.id == id_).values(mapping=kept))


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
