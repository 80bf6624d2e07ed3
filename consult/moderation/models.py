"""Reports of comments, and removals with their public reason."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Texts, one_of
from consult.submissions.models import Comment

# The rules that a comment can break, as published on the rules page.
RULES = ("hate", "threat", "insult", "personal_data", "unlawful", "advertising", "off_topic_flood")
REPORT_REASONS = (*RULES, "not_me", "other")


class Report(Base):
    """Somebody's report of a comment, open until an official decides or the author withdraws."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("reason", REPORT_REASONS),
        one_of("state", ("open", "kept", "removed", "lapsed")),
        Index("ix_report_state", "consultation_id", "state", "id"),
        Index("ix_report_comment_id", "comment_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    # "user:5", or none for somebody without an account.
    reporter: Mapped[str | None] = mapped_column(String(40))
    reported_at: Mapped[datetime]
    form_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]


class Removal(Base):
    """A line of the public removal log: which comment, which rule, why; never its words."""

    __tablename__ = "removal"
    __table_args__ = (
        one_of("reason", RULES),
        Index("ix_removal_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id), unique=True)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[Texts]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    removed_at: Mapped[datetime]
