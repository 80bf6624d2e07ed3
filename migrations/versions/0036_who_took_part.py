"""Submissions counted by day and by who sent them, how and in which language"""

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = ("web", "paper", "email", "phone", "event", "import")
RESPONDENTS = ("citizen", "association", "company", "public_body", "expert", "unknown")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_arrival_tally_{column}"))


def upgrade() -> None:
    table = op.create_table(
        "arrival_tally",
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("respondent", sa.String(12), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        _one_of("channel", CHANNELS),
        _one_of("respondent", RESPONDENTS),
        sa.CheckConstraint("submissions >= 0", name=op.f("ck_arrival_tally_submissions")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_arrival_tally_consultation_id"
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "recorded_on", "received_on", "respondent", "language", "channel",
            name="pk_arrival_tally",
        ),
    )  # fmt: skip
    _count(table)


def _count(table: sa.Table) -> None:
    """What is there is counted as the platform counts from now on: by days in Luxembourg."""
    instant = consult.kernel.db.UtcDateTime(timezone=True)
    submission = sa.table(
        "submission",
        sa.column("consultation_id", BIG_ID),
        sa.column("recorded_at", instant),
        sa.column("received_at", instant),
        sa.column("respondent", sa.String),
        sa.column("language", sa.String),
        sa.column("channel", sa.String),
    )
    kinds: Counter[tuple[object, ...]] = Counter()
    for row in op.get_bind().execute(sa.select(*submission.c)):
        consultation_id, recorded_at, received_at, *kind = row
        kinds[consultation_id, _day(recorded_at), _day(received_at), *kind] += 1
    names = [column.name for column in table.c]
    rows = [dict(zip(names, (*kind, count), strict=True)) for kind, count in sorted(kinds.items())]
    if rows:
        op.bulk_insert(table, rows)


def _day(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo("Europe/Luxembourg")).date()


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
