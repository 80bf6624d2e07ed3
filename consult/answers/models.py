"""Answers, what they point at, and the fates that they gave."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import Body, User
from consult.consultations.models import Consultation
from consult.drafts.models import Clause, ClauseText, Edit, Version
from consult.kernel.db import Base, BigId, Json, Texts, one_of, partial_unique
from consult.kernel.release import Release
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.models import Campaign, Theme

DISPOSITIONS = (
    "accepted",
    "partly_accepted",
    "not_accepted",
    "already_covered",
    "out_of_scope",
    "noted",
)


# How far an answer is on its way to the public. That it is published is no state of its own:
# a publication gave it to somebody.
DRAFTING, CHECKING, APPROVED = "drafting", "checking", "approved"
STATES = (DRAFTING, CHECKING, APPROVED)


class Answer(Base):
    """Disposition, reason and body. Never updated: a change is a new row that corrects it.

    It begins as a draft; the newest of its steps says how far it came.
    """

    __tablename__ = "answer"
    __table_args__ = (
        one_of("disposition", DISPOSITIONS),
        CheckConstraint(
            "unchanged is null or disposition in ('accepted', 'partly_accepted')",
            name="unchanged_though_accepted",
        ),
        Index("ix_answer_consultation_id", "consultation_id", "id"),
        Index("ix_answer_first_id", "first_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    disposition: Mapped[str] = mapped_column(String(20))
    reason: Mapped[Texts]
    # Why the text stays as it is although the answer accepts. Public, like the reason.
    unchanged: Mapped[Texts | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime]
    # The answer it replaces; each is replaced at most once, so the answers form chains.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), unique=True)
    # The first answer of its chain; none on the first itself.
    first_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))


class AnswerStep(Base):
    """That an official moved an answer on its way to the public, or sent it back and why. Written
    once.

    The note is for colleagues and never public. It says nothing about citizens that the answer
    itself does not; with the account of who wrote it goes the name.
    """

    __tablename__ = "answer_step"
    __table_args__ = (
        one_of("state", STATES),
        Index("ix_answer_step_answer_id", "answer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id))
    # The state to which it was moved.
    state: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class Selection(Base):
    """Points that an official chose by a filter, to be answered together.

    Its points are written ahead; only the answer, which the last act gives, makes them count.
    """

    __tablename__ = "selection"
    __table_args__ = (Index("ix_selection_consultation_id", "consultation_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    # What the filter was: theme, language, words, whether only what had no answer.
    chosen: Mapped[dict[str, Any]] = mapped_column(Json)
    # How many there were; nought until the answer is given.
    points: Mapped[int] = mapped_column(default=0)
    release_id: Mapped[int] = mapped_column(ForeignKey(Release.id), unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(BigId)


class SelectionPoint(Base):
    """That a point belongs to a selection. Of several selections the newest with an answer counts."""

    __tablename__ = "selection_point"

    selection_id: Mapped[int] = mapped_column(ForeignKey(Selection.id), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), primary_key=True, index=True)


class TextModule(Base):
    """A reason, or a part of one, that a body gives again and again, in several languages."""

    __tablename__ = "text_module"
    __table_args__ = (Index("ix_text_module_body_id", "body_id", "title"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[Texts]
    # How often it was saved: nobody writes over what they have not seen.
    saved: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    changed_at: Mapped[datetime]


class AnswerTarget(Base):
    """What is answered: exactly one theme, campaign, point or selection of points."""

    __tablename__ = "answer_target"
    __table_args__ = (
        CheckConstraint(
            "(case when theme_id is null then 0 else 1 end)"
            " + (case when campaign_id is null then 0 else 1 end)"
            " + (case when point_id is null then 0 else 1 end)"
            " + (case when selection_id is null then 0 else 1 end) = 1",
            name="exactly_one",
        ),
        # Only the first answer of a chain claims its target, so two people cannot both begin one.
        partial_unique("uq_answer_target_theme", "theme_id", where="first"),
        partial_unique("uq_answer_target_campaign", "campaign_id", where="first"),
        partial_unique("uq_answer_target_point", "point_id", where="first"),
        partial_unique("uq_answer_target_selection", "selection_id", where="first"),
        Index("ix_answer_target_theme_id", "theme_id"),
        Index("ix_answer_target_campaign_id", "campaign_id"),
        Index("ix_answer_target_point_id", "point_id"),
        Index("ix_answer_target_selection_id", "selection_id"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id), primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey(Campaign.id))
    point_id: Mapped[int | None] = mapped_column(ForeignKey(Point.id))
    selection_id: Mapped[int | None] = mapped_column(ForeignKey(Selection.id))
    # The answer corrects none.
    first: Mapped[bool]


class AnswerEdit(Base):
    """That an answer led to an edit, and an edit came from an answer."""

    __tablename__ = "answer_edit"

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id), primary_key=True)
    edit_id: Mapped[int] = mapped_column(ForeignKey(Edit.id), primary_key=True, index=True)
    # What the edit said (`Edit.said`) when the answer was last approved.
    approved: Mapped[str | None] = mapped_column(String(64))


class Adoption(Base):
    """That words which people proposed for a clause were taken into the next version.

    It is of all comments that propose the same words for the same text: `amends_id` and `key` are
    those of their revisions. It holds no words, so nothing of them stays here when they go.
    """

    __tablename__ = "adoption"
    __table_args__ = (
        one_of("stands", ("whole", "part", "none")),
        UniqueConstraint("version_id", "amends_id", "key"),
        Index("ix_adoption_amends_id", "amends_id", "key"),
        Index("ix_adoption_revision_id", "revision_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    clause_id: Mapped[int] = mapped_column(ForeignKey(Clause.id), index=True)
    # The version into which they were taken.
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    amends_id: Mapped[int] = mapped_column(ForeignKey(ClauseText.id))
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    # The proposal that the official had before them, the oldest of those with these words.
    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id))
    # How much of them stands there: worked out when they are saved, and again when the version is
    # published, because officials go on writing between the two.
    stands: Mapped[str] = mapped_column(String(5))
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    adopted_at: Mapped[datetime]


class AdoptionEdit(Base):
    """That an edit of a version holds adopted words; written when the version is published."""

    __tablename__ = "adoption_edit"

    adoption_id: Mapped[int] = mapped_column(ForeignKey(Adoption.id), primary_key=True)
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


HANDOVER_STATES = ("asked", "accepted", "handed_back")


class Handover(Base):
    """That a theme, campaign or point was handed to another body to answer, and what it said.

    The notes are for the two bodies alone and never public; with an account goes the name.
    """

    __tablename__ = "handover"
    __table_args__ = (
        one_of("state", HANDOVER_STATES),
        CheckConstraint("(state = 'asked') = (settled_at is null)", name="settled"),
        # One thing is asked of one body at a time.
        partial_unique("uq_handover_asked", "consultation_id", "thing", where="state = 'asked'"),
        Index("ix_handover_consultation_id", "consultation_id", "thing", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    # As the activity log names it: "theme:4".
    thing: Mapped[str] = mapped_column(String(40))
    from_body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    to_body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    note: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="asked")
    settled_note: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    settled_at: Mapped[datetime | None]


class ColleagueNote(Base):
    """What an official says to colleagues about something that is to be answered.

    Never public: no page of citizens, export, annotation or letter reads this table. Its author may
    delete it; `colleagues.forget` empties all that a person wrote when their account is erased.
    """

    __tablename__ = "colleague_note"
    __table_args__ = (
        Index("ix_colleague_note_consultation_id", "consultation_id", "thing", "id"),
        Index("ix_colleague_note_author_id", "author_id"),
        CheckConstraint("gone_at is null or words = ''", name="emptied"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    thing: Mapped[str] = mapped_column(String(40))
    # The author's body; others read it only if it is for all bodies of the consultation.
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    for_all: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
    gone_at: Mapped[datetime | None]


PLANNED, UNDER_WAY, DONE, DROPPED = "planned", "under_way", "done", "dropped"
MILESTONE_STATES = (PLANNED, UNDER_WAY, DONE, DROPPED)


class Milestone(Base):
    """Something that a body promised with the outcome. The body's own public words."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_consultation_id", "consultation_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    title: Mapped[Texts]
    created_at: Mapped[datetime]


class MilestoneStep(Base):
    """Where a promise stood from one day on. Append-only: the newest step is in force."""

    __tablename__ = "milestone_step"
    __table_args__ = (
        one_of("state", MILESTONE_STATES),
        CheckConstraint("state <> 'dropped' or note is not null", name="dropped_with_a_reason"),
        CheckConstraint("eli is null or state = 'done'", name="adopted_when_done"),
        Index("ix_milestone_step_milestone_id", "milestone_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey(Milestone.id))
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime | None]
    note: Mapped[Texts | None]
    eli: Mapped[str | None] = mapped_column(String(300))
    set_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    set_at: Mapped[datetime]
