"""Reports of comments, and removals with their public reason."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Texts, one_of, partial_unique
from consult.submissions.models import Comment

# The rules that a comment can break, as published on the rules page.
RULES = ("hate", "threat", "insult", "personal_data", "unlawful", "advertising", "off_topic_flood")
REPORT_REASONS = (*RULES, "not_me", "other")
# Why a comment was taken down: it breaks a rule, or it is not of the person whose it seemed to be.
NOT_THEIRS = "not_theirs"
REMOVAL_REASONS = (*RULES, NOT_THEIRS)
# How a case came: by the link of a letter, by the receipt or the account, by a report that an
# official confirmed.
WAYS = BY_LETTER, BY_RECEIPT, BY_REPORT = "letter", "receipt", "report"
CASE_STATES = OPEN, RESTORED, TAKEN_DOWN, LAPSED = "open", "restored", "removed", "lapsed"
# What an author objects to, and how that ends; "lapsed" when the comment is gone or shown anyway.
AGAINST = REMOVAL, HOLDING = "removal", "holding"
UPHELD, OVERTURNED, UNDONE = "upheld", "overturned", "undone"
OBJECTION_STATES = (OPEN, UPHELD, OVERTURNED, LAPSED)
# Who is asked: whoever holds the receipt, and whoever reported the comment as theirs.
PARTIES = HOLDER, CLAIMANT = "holder", "claimant"


class Report(Base):
    """Somebody's report of a comment, open until an official decides or the author withdraws.

    Its words and address are erased some time after that (cases.erasing).
    """

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
    # Where to tell what became of it, if they said, and in which language.
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(2))
    reported_at: Mapped[datetime]
    form_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]


class Removal(Base):
    """A line of the public removal log: which comment, which rule, why; never its words."""

    __tablename__ = "removal"
    __table_args__ = (
        one_of("reason", REMOVAL_REASONS),
        Index("ix_removal_consultation_id", "consultation_id", "id"),
        Index("ix_removal_comment_id", "comment_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[Texts]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    removed_at: Mapped[datetime]


class RemovalEnd(Base):
    """That a removal does not stand any more: undone by the official at once, or overturned."""

    __tablename__ = "removal_end"
    __table_args__ = (one_of("how", (UNDONE, OVERTURNED)),)

    removal_id: Mapped[int] = mapped_column(ForeignKey(Removal.id), primary_key=True)
    how: Mapped[str] = mapped_column(String(10))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    ended_at: Mapped[datetime]


class Objection(Base):
    """An author objects, once, to a removal or a holding back; another official decides. Their words
    are erased some time after that (cases.erasing)."""

    __tablename__ = "objection"
    __table_args__ = (
        one_of("against", AGAINST),
        one_of("state", OBJECTION_STATES),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided"),
        UniqueConstraint("comment_id", "against"),
        Index("ix_objection_state", "consultation_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    against: Mapped[str] = mapped_column(String(10))
    removal_id: Mapped[int | None] = mapped_column(ForeignKey(Removal.id), index=True)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    form_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    # Who decided what is objected to, and cannot decide on the objection.
    first_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    note: Mapped[Texts | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]


class IdentityCase(Base):
    """Somebody says that a comment is not theirs though it seems so. It is held until an official
    decides; there is one case for a comment, ever."""

    __tablename__ = "identity_case"
    __table_args__ = (
        one_of("way", WAYS),
        one_of("state", CASE_STATES),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided"),
        Index("ix_identity_case_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    # The report that an official confirmed; its reporter is the claimant.
    report_id: Mapped[int | None] = mapped_column(ForeignKey(Report.id))
    # "receipt:12" or "user:5".
    opened_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # Why it was held before; none if it could be read.
    found_for: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    # None while it is open, and where a rule or another act decided.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]


class CaseMessage(Base):
    """What an official asked one party of a case, or that party wrote. Not public; erased some time
    after the decision (cases.erasing)."""

    __tablename__ = "case_message"
    __table_args__ = (one_of("party", PARTIES), Index("ix_case_message_case_id", "case_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(IdentityCase.id))
    party: Mapped[str] = mapped_column(String(10))
    # The official who asks; none where the party speaks.
    official_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    form_number: Mapped[str | None] = mapped_column(String(40), unique=True)


class SecondOpinion(Base):
    """A moderator's request that another one decide. The note is not public, and is erased some time
    after the decision (cases.erasing)."""

    __tablename__ = "second_opinion"
    __table_args__ = (
        partial_unique("uq_second_opinion_open", "comment_id", where="given_at is null"),
        Index("ix_second_opinion_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    given_at: Mapped[datetime | None]


# Why a late comment is answered with the others, or is not: the published rule (rules#late).
ADMITTING = ("prevented", "service", "new")
LEAVING = ("no_ground", "said")


class LateDecision(Base):
    """What was decided about a comment that came after the close: public, with its ground.

    It names the comment and never its words, so erasing the comment leaves nothing in it.
    """

    __tablename__ = "late_decision"
    __table_args__ = (
        one_of("ground", (*ADMITTING, *LEAVING)),
        # One that was left may be admitted later; an admission stands.
        UniqueConstraint("comment_id", "admitted"),
        Index("ix_late_decision_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    admitted: Mapped[bool]
    ground: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime]
