"""Members of a campaign by state: who waits for a decision is found without reading the others"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_campaign_member_state", "campaign_member", ["campaign_id", "state", "point_id"]
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
