"""Words removed from comments: what was found, what was removed and why, and what is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Json, one_of
from consult.moderation.personal import KINDS
from consult.submissions.models import Comment, CommentRevision

# Why words are removed, as everybody reads it.
GROUNDS = ("third_person", "author", "request", "secret")
OPEN, LEFT, TAKEN_OUT = "open", "left", "taken_out"


class PersonalFinding(Base):
    """Where a revision, or what it proposes for a clause, seems to hold personal data, and what an
    official decided: never the words.

    The offsets move with the text, so that they always lie in the words that the revision holds.
    """

    __tablename__ = "personal_finding"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", (OPEN, LEFT, TAKEN_OUT)),
        CheckConstraint('0 <= "start" and "start" <= "end"', name="span"),
        Index("ix_personal_finding_revision_id", "revision_id"),
        Index(
            "ix_personal_finding_open",
            "consultation_id",
            "comment_id",
            sqlite_where=sql("state = 'open'"),
            postgresql_where=sql("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id))
    # Whether it lies in the words that are proposed for a clause.
    proposed: Mapped[bool] = mapped_column(default=False, server_default=false())
    kind: Mapped[str] = mapped_column(String(20))
    start: Mapped[int]
    end: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]


class PersonalScan(Base):
    """How far the search for personal data has come: one row."""

    __tablename__ = "personal_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The last revision that was looked through.
    revision_id: Mapped[int] = mapped_column(BigId)


class Redaction(Base):
    """Words taken out of a comment: a line of the public log, with kinds and ground, without them."""

    __tablename__ = "redaction"
    __table_args__ = (
        one_of("ground", GROUNDS),
        Index("ix_redaction_consultation_id", "consultation_id", "id"),
        Index("ix_redaction_comment_id", "comment_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id))
    ground: Mapped[str] = mapped_column(String(20))
    # How many of which kind: {"email": 1}.
    kinds: Mapped[dict[str, int]] = mapped_column(Json)
    # [[start, end, kind, start before, end before], …]: the placeholders, and what they stand for.
    placed: Mapped[list[Any]] = mapped_column(Json)
    # The same in the words that it proposes for a clause.
    placed_there: Mapped[list[Any]] = mapped_column(Json, default=list, server_default=sql("'[]'"))
    redacted_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    redacted_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    undone_at: Mapped[datetime | None]


class SealedWords(Base):
    """The words that a comment had before a redaction. Each look at them is a line of the log.

    Emptied when the redaction is undone, when its comment is erased, and a year after the redaction.
    """

    __tablename__ = "sealed_words"
    __table_args__ = (
        CheckConstraint(
            "(emptied_at is null) = (source is not null) and (source is null) = (html is null)"
            " and (source is null) = (text is null) and (source is null) = (salt is null)",
            name="emptied",
        ),
        CheckConstraint(
            "emptied_at is null or (proposed_source is null and proposed_html is null"
            " and proposed_text is null and proposed_marks is null)",
            name="proposal_emptied",
        ),
        Index(
            "ix_sealed_words_sealed_at",
            "sealed_at",
            sqlite_where=sql("emptied_at is null"),
            postgresql_where=sql("emptied_at is null"),
        ),
    )

    redaction_id: Mapped[int] = mapped_column(ForeignKey(Redaction.id), primary_key=True)
    source: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    # Of the leaf that commits to them in the ledger.
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    # The words that it proposed for a clause, where some of those were removed.
    proposed_source: Mapped[str | None] = mapped_column(Text)
    proposed_html: Mapped[str | None] = mapped_column(Text)
    proposed_text: Mapped[str | None] = mapped_column(Text)
    proposed_marks: Mapped[list[Any] | None] = mapped_column(Json)
    sealed_at: Mapped[datetime]
    emptied_at: Mapped[datetime | None]
