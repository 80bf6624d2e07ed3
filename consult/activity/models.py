"""The activity log."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId, Json


class Activity(Base):
    """One line: who did which act to what. Append-only; a trigger refuses changes.

    Holds references and salted hashes, never words or names, so erasure leaves it whole.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_consultation_id", "consultation", "id"),
        Index("ix_activity_thing", "thing", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    # "user:5", "receipt:12" (a submission), "system", "command".
    actor: Mapped[str] = mapped_column(String(40))
    # "subject:act", such as "theme:accepted".
    act: Mapped[str] = mapped_column(String(60))
    # What it was done to, such as "comment:17".
    thing: Mapped[str] = mapped_column(String(60))
    consultation: Mapped[int | None] = mapped_column(BigId)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
