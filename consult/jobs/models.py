"""The queue: rows in our own database are the truth, so a killed worker loses nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId, Json, one_of

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


class Job(Base):
    """One piece of background work, leased by a worker while it runs."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", (WAITING, RUNNING, DONE, FAILED, CANCELLED)),
        Index("ix_job_state_run_at", "state", "run_at"),
        Index("ix_job_reference", "reference", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # What it works on ("consultation:3"), so that a page can show it.
    reference: Mapped[str] = mapped_column(String(60), default="")
    # Two requests for the same work make one job.
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    # A new token with each lease: a worker that lost its lease cannot finish the job.
    lease_token: Mapped[str | None] = mapped_column(String(40))
    tries: Mapped[int] = mapped_column(default=0)
    # Progress from 0 to 1000, and what is being done, as a message id.
    progress: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(120), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
