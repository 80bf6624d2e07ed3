"""Draftings: seen by the members of one organisation only, until they are sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import Organisation, User
from consult.consultations.models import Consultation
from consult.drafts.models import Clause, ClauseText, Version
from consult.kernel.db import Base, BigId, partial_unique
from consult.submissions.models import WHOLE_PROPOSAL, ProposedColumns, Submission


class Drafting(Base):
    """What an organisation is going to send to a consultation: one at a time.

    It has no number among the comments before it is sent. Sent or deleted, it has no words any more:
    what was sent stands in the comments, and only there.
    """

    __tablename__ = "drafting"
    __table_args__ = (
        partial_unique(
            "uq_drafting_open", "organisation_id", "consultation_id", where="ended_at is null"
        ),
        CheckConstraint("submission_id is null or ended_at is not null", name="sent"),
        Index("ix_drafting_organisation_id", "organisation_id", "id"),
        Index("ix_drafting_consultation_id", "consultation_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    begun_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    begun_at: Mapped[datetime]
    # Sent, or deleted.
    ended_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey(Submission.id), unique=True)


class DraftingText(Base):
    """The place of one text: the whole text of the consultation, a clause, or words of a clause."""

    __tablename__ = "drafting_text"
    __table_args__ = (
        partial_unique("uq_drafting_text_whole", "drafting_id", where="clause_id is null"),
        partial_unique(
            "uq_drafting_text_clause",
            "drafting_id",
            "clause_id",
            where="clause_id is not null and quotes_id is null",
        ),
        partial_unique(
            "uq_drafting_text_words",
            "drafting_id",
            "quotes_id",
            "start",
            "end",
            where="quotes_id is not null",
        ),
        CheckConstraint(
            '(quotes_id is null and "start" is null and "end" is null)'
            ' or (quotes_id is not null and clause_id is not null and "start" is not null'
            ' and "end" is not null and 0 <= "start" and "start" < "end")',
            name="span",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    drafting_id: Mapped[int] = mapped_column(ForeignKey(Drafting.id))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey(Clause.id))
    # Exact words: offsets in the plain text of the clause as it was published.
    quotes_id: Mapped[int | None] = mapped_column(ForeignKey(ClauseText.id))
    start: Mapped[int | None]
    end: Mapped[int | None]
    # That of its newest revision.
    number: Mapped[int] = mapped_column(default=0)


class DraftingRevision(ProposedColumns, Base):
    """A text as one member saved it, with the words that it proposes for its clause.

    The newest is what would be sent; an empty one is not.
    """

    __tablename__ = "drafting_revision"
    __table_args__ = (
        UniqueConstraint("text_id", "number"),
        CheckConstraint(WHOLE_PROPOSAL, name="proposal"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey(DraftingText.id))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # The version of the consultation's text that its author saw.
    version_id: Mapped[int | None] = mapped_column(ForeignKey(Version.id))
    written_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    written_at: Mapped[datetime]


class DraftingNote(Base):
    """What one member says to the others about a drafting. It is never sent."""

    __tablename__ = "drafting_note"
    __table_args__ = (Index("ix_drafting_note_drafting_id", "drafting_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    drafting_id: Mapped[int] = mapped_column(ForeignKey(Drafting.id))
    words: Mapped[str] = mapped_column(String(2000))
    written_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    written_at: Mapped[datetime]
