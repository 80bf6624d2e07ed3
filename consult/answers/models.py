"""Answers, what they point at, and the fates that they gave."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import Body, User
from consult.consultations.models import Consultation
from consult.drafts.models import Edit, Version
from consult.kernel.db import Base, BigId, Texts, one_of, partial_unique
from consult.kernel.release import Release
from consult.submissions.models import Comment, Point
from consult.themes.models import Campaign, Theme

DISPOSITIONS = (
    "accepted",
    "partly_accepted",
    "not_accepted",
    "already_covered",
    "out_of_scope",
    "noted",
)


class Answer(Base):
    """Disposition, reason and body. Never updated: a change is a new row that corrects it."""

    __tablename__ = "answer"
    __table_args__ = (
        one_of("disposition", DISPOSITIONS),
        Index("ix_answer_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    disposition: Mapped[str] = mapped_column(String(20))
    reason: Mapped[Texts]
    author_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime]
    # The answer it replaces; each is replaced at most once, so the answers form chains.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), unique=True)


class AnswerTarget(Base):
    """What is answered: exactly one theme, campaign or point."""

    __tablename__ = "answer_target"
    __table_args__ = (
        CheckConstraint(
            "(case when theme_id is null then 0 else 1 end)"
            " + (case when campaign_id is null then 0 else 1 end)"
            " + (case when point_id is null then 0 else 1 end) = 1",
            name="exactly_one",
        ),
        # Only the first answer of a chain claims its target, so two people cannot both begin one.
        partial_unique("uq_answer_target_theme", "theme_id", where="first"),
        partial_unique("uq_answer_target_campaign", "campaign_id", where="first"),
        partial_unique("uq_answer_target_point", "point_id", where="first"),
        Index("ix_answer_target_theme_id", "theme_id"),
        Index("ix_answer_target_campaign_id", "campaign_id"),
        Index("ix_answer_target_point_id", "point_id"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id), primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey(Campaign.id))
    point_id: Mapped[int | None] = mapped_column(ForeignKey(Point.id))
    # The answer corrects none.
    first: Mapped[bool]


class AnswerEdit(Base):
    """That an answer led to an edit, and an edit came from an answer."""

    __tablename__ = "answer_edit"

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id), primary_key=True)
    edit_id: Mapped[int] = mapped_column(ForeignKey(Edit.id), primary_key=True, index=True)


class Publication(Base):
    """The act that made answers, a version and letters public."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_consultation_id", "consultation_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    release_id: Mapped[int] = mapped_column(ForeignKey(Release.id), unique=True)
    # The version that became public with it, if any.
    version_id: Mapped[int | None] = mapped_column(ForeignKey(Version.id))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    requested_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(BigId)


class Fate(Base):
    """What a point was answered by one publication. Written ahead, then never changed."""

    __tablename__ = "fate"
    __table_args__ = (
        UniqueConstraint("release_id", "point_id"),
        Index("ix_fate_point_id", "point_id", "id"),
        Index("ix_fate_comment_id", "comment_id"),
        Index("ix_fate_answer_id", "answer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id))
    # The theme under which it was answered, for the outcome page and its counters.
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey(Release.id))
    # The answer has an edit in the same or an earlier published version.
    changed: Mapped[bool] = mapped_column(default=False)
