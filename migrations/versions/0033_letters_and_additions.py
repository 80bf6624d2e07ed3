"""What people added to the letter of a campaign becomes points of their own"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Statements that both engines take: a batch would make the table anew on SQLite.
    op.execute(
        "ALTER TABLE campaign_member ADD COLUMN division VARCHAR(7) DEFAULT 'whole' NOT NULL"
        " CONSTRAINT ck_campaign_member_division"
        " CHECK (division in ('whole', 'due', 'divided', 'undo'))"
    )
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    op.execute(f"ALTER TABLE campaign_member ADD COLUMN uncut {kind}")
    # The worker goes through them; what was answered stays as it was answered.
    op.execute(
        "UPDATE campaign_member SET division = 'due'"
        " WHERE state <> 'set_aside' AND CAST(additions AS TEXT) <> '[]'"
    )
    op.create_index(
        "ix_campaign_member_division",
        "campaign_member",
        ["division", "state", "campaign_id", "id"],
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
