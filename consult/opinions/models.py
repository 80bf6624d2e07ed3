"""Stances on comments, their counters, and the newest picture of who says alike."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Json, one_of
from consult.submissions.models import Comment, CommentRevision

AGREE, DISAGREE, PASS = "agree", "disagree", "pass"
STANCES = (AGREE, DISAGREE, PASS)


class Stance(Base):
    """What one voter says about one comment: the last thing counts.

    Who it is stands nowhere: `voter` is a keyed hash of an account or a visit, another one in each
    consultation, and there is no time but the day.
    """

    __tablename__ = "stance"
    __table_args__ = (
        one_of("said", STANCES),
        UniqueConstraint("comment_id", "voter"),
        Index("ix_stance_voter", "voter"),
        Index("ix_stance_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    # The words that the voter had before them: other words have not been spoken about.
    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id))
    voter: Mapped[bytes] = mapped_column(LargeBinary(16))
    with_account: Mapped[bool]
    said: Mapped[str] = mapped_column(String(8))
    said_on: Mapped[date]


class StanceTally(Base):
    """How many say what about the words of one revision: persons by account, and visits."""

    __tablename__ = "stance_tally"
    __table_args__ = (
        CheckConstraint("agree >= 0 and disagree >= 0 and passed >= 0", name="persons"),
        CheckConstraint(
            "visit_agree >= 0 and visit_disagree >= 0 and visit_passed >= 0", name="visits"
        ),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id), primary_key=True)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    visit_agree: Mapped[int] = mapped_column(default=0)
    visit_disagree: Mapped[int] = mapped_column(default=0)
    visit_passed: Mapped[int] = mapped_column(default=0)


class OpinionMap(Base):
    """The newest look for groups in a consultation (comparing.py). It holds counts, no voter."""

    __tablename__ = "opinion_map"

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    # Also the version of the page that shows it.
    made_at: Mapped[datetime]
    result: Mapped[dict[str, Any]] = mapped_column(Json)
