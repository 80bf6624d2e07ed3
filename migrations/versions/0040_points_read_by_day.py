"""How many points people read on each day, for the pace"""

from collections import Counter
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import consult.kernel.db

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


def upgrade() -> None:
    table = op.create_table(
        "coding_day",
        sa.Column("consultation_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_coding_day_points")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_coding_day_consultation_id"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "day", name="pk_coding_day"),
    )
    _count(table)


def _count(table: sa.Table) -> None:
    """What people read so far is counted as from now on: the first label of a point by a person.

    One that was made with the point came from the point before it, which was read already.
    """
    instant = consult.kernel.db.UtcDateTime(timezone=True)
    point = sa.table(
        "point",
        sa.column("id", BIG_ID),
        sa.column("consultation_id", BIG_ID),
        sa.column("created_at", instant),
    )
    label = sa.table(
        "assignment",
        sa.column("point_id", BIG_ID),
        sa.column("person_id", BIG_ID),
        sa.column("at", instant),
    )
    first = (
        sa.select(label.c.point_id, sa.func.min(label.c.at).label("at"))
        .where(label.c.person_id.is_not(None))
        .group_by(label.c.point_id)
        .subquery()
    )
    read = (
        sa.select(point.c.consultation_id, first.c.at)
        .join(first, first.c.point_id == point.c.id)
        .where(point.c.created_at != first.c.at)
    )
    days = Counter(
        (consultation_id, at.astimezone(LUXEMBOURG).date())
        for consultation_id, at in op.get_bind().execute(read)
    )
    rows = [
        {"consultation_id": consultation_id, "day": day, "points": count}
        for (consultation_id, day), count in sorted(days.items())
    ]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    raise NotImplementedError("Migrations only go forward; restore a backup to go back.")
