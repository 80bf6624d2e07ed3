"""Files that come with what people send"""

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("tag", sa.String(12), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.String(12), nullable=True),
        sa.Column("kept_at", consult.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(content is null) = (refused is not null)", name="ck_file_kept_or_refused"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
        sa.UniqueConstraint("reference", "digest", name="uq_file_reference_digest"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
