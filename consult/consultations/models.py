"""Consultations and what they promised."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import Body, User
from consult.kernel.db import Base, BigId, Json, Texts, one_of, partial_unique

OPENS, CLOSES, ANSWERS = "opens", "closes", "answers"
OUTAGE, DOCUMENT = "outage", "document"


class Consultation(Base):
    """A dated exercise. Its phase is derived from the dates and facts here, never stored."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(
            "opens_at is null or closes_at is null or opens_at < closes_at",
            name="opens_before_closes",
        ),
        CheckConstraint("(cancelled_at is null) = (cancel_reason is null)", name="cancelled"),
        Index("ix_consultation_closes_at", "closes_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Texts]
    summary: Mapped[Texts]
    # Shown above everything, such as "This text is fictional".
    notice: Mapped[Texts | None]
    languages: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    announced_at: Mapped[datetime | None]
    # The promises in force, copied from the newest `promise` of each kind by the one verb that
    # adds them (consultations/promises.py), so that lists can be ordered and filtered.
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    # Lateness counts from the first promise, whatever was promised later.
    first_answer_due_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[Texts | None]
    outcome_completed_at: Mapped[datetime | None]
    # Whether an official reads each comment before everybody does.
    premoderated: Mapped[bool] = mapped_column(default=False)
    # Moves with every change that officials make public: part of each page's cache key.
    version: Mapped[int] = mapped_column(default=0)
    # Moves with every decision (assign, sign off, decide, amend, split, correct, withdraw,
    # remove, erase), never with a post: what runs and releases compare their snapshot with.
    decisions: Mapped[int] = mapped_column(default=0)
    # Only answers that somebody else than their author approved are published.
    four_eyes: Mapped[bool] = mapped_column(default=False)


class ConsultationBody(Base):
    """A body that leads a consultation, or is competent for part of it."""

    __tablename__ = "consultation_body"
    __table_args__ = (
        one_of("part", ("lead", "competent")),
        partial_unique("uq_consultation_body_lead", "consultation_id", where="part = 'lead'"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(10))


class Promise(Base):
    """A date said in public. Append-only: a change is a new row with its ground."""

    __tablename__ = "promise"
    __table_args__ = (
        one_of("kind", (OPENS, CLOSES, ANSWERS)),
        Index("ix_promise_consultation_id", "consultation_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    kind: Mapped[str] = mapped_column(String(10))
    # The instant: midnight after the last day for "closes" and "answers".
    promised_at: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    set_at: Mapped[datetime]
    ground: Mapped[Texts | None]


class Interruption(Base):
    """Something that kept people from taking part in the open phase. Append-only, but that an
    outage which was too short by itself may come to count with later ones."""

    __tablename__ = "interruption"
    __table_args__ = (
        one_of("kind", (OUTAGE, DOCUMENT)),
        CheckConstraint("began_at < ended_at", name="began_before_it_ended"),
        CheckConstraint("days >= 0", name="never_backwards"),
        Index("ix_interruption_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    kind: Mapped[str] = mapped_column(String(10))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    counted: Mapped[bool] = mapped_column(default=False)
    # By how many days it moved the close, and the promise that says so with the ground.
    days: Mapped[int] = mapped_column(default=0)
    promise_id: Mapped[int | None] = mapped_column(ForeignKey(Promise.id))
    # The official who stated a missing document; the platform itself records the rest.
    stated_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    recorded_at: Mapped[datetime]
