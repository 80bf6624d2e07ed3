"""The campaign whose letter another one turns round"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement that both engines take: a batch would make the table anew on SQLite, where
    # its members and answers refer to it.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE campaign ADD COLUMN variant_of_id {kind}"
        " CONSTRAINT fk_campaign_variant_of_id REFERENCES campaign (id)"
        " CONSTRAINT ck_campaign_variant CHECK (variant_of_id <> id)"
    )
    op.create_index("ix_campaign_variant_of_id", "campaign", ["variant_of_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
