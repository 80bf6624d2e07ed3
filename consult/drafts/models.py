"""The text consulted on."""

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

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Json, Texts, one_of, partial_unique
from consult.kernel.release import release_column

SPLIT, JOIN, MOVE = "split", "join", "move"
UNCHANGED, EDITED, MOVED, DELETED, UNCLEAR = "unchanged", "edited", "moved", "deleted", "unclear"
EDIT_KINDS = ("changed", "inserted", "deleted", "moved")
TEXT, HEADING = "text", "heading"
# Why an official changes what no comment asked for.
GROUND_KINDS = ("legal_quality", "council_of_state", "error", "consequence", "other")
READING, READ, FAILED = "reading", "read", "failed"


class Draft(Base):
    """The sequence of versions of a consultation's text."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), unique=True)
    # The language whose wording is the authentic one.
    language: Mapped[str] = mapped_column(String(2))


class Version(Base):
    """One state of the text. At most one is unpublished: the next one, being edited."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        partial_unique("uq_version_unpublished", "draft_id", where="published_at is null"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey(Draft.id))
    number: Mapped[int]
    title: Mapped[Texts]
    languages: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    published_at: Mapped[datetime | None]


class Clause(Base):
    """What stays the same while number, place and words change: the lasting key."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("draft_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey(Draft.id))
    # Akoma Ntoso style, given by the version in which it first stood: "chp_1", "art_7bis".
    key: Mapped[str] = mapped_column(String(80))
    guid: Mapped[str] = mapped_column(String(36), unique=True)
    # What the files in which it came call it (xml:id, wId, GUID), to know it again.
    known_as: Mapped[list[str] | None] = mapped_column(Json)


class ClauseText(Base):
    """The words of a clause in one version and language. Once published it never changes."""

    __tablename__ = "clause_text"
    __table_args__ = (
        UniqueConstraint("version_id", "clause_id", "language"),
        UniqueConstraint("version_id", "language", "position"),
        one_of("kind", ("chapter", "clause")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    clause_id: Mapped[int] = mapped_column(ForeignKey(Clause.id), index=True)
    language: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(10))
    # Document order, with gaps so that a clause can be put between two others.
    position: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey(Clause.id))
    # As printed: "Art. 3", "Chapitre II"; may change between versions.
    number: Mapped[str] = mapped_column(String(60))
    heading: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # How often it was saved while unpublished: a stale form is refused, with both texts shown.
    saved: Mapped[int] = mapped_column(default=0)
    # Of a translation: the number of the version whose authentic wording it still follows (0: an
    # earlier wording that was never public); none while it gives the one beside it.
    follows: Mapped[int | None]


class TextImport(Base):
    """A text that is being brought in, before it is saved as a version. One for each consultation.

    Officials join, split, rename and move what was read; `source` is the Markdown as it is now.
    """

    __tablename__ = "text_import"
    __table_args__ = (
        one_of("state", (READING, READ, FAILED)),
        CheckConstraint("state <> 'read' or source is not null", name="source"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8))
    # The file itself, until it has been read.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    source: Mapped[str | None] = mapped_column(Text)
    # What was left out, or why it could not be read: sentence, line, facts.
    complaints: Mapped[list[Any]] = mapped_column(Json, default=list)
    # What undoes the last steps, oldest first.
    steps: Mapped[list[Any]] = mapped_column(Json, default=list, deferred=True)
    # Moves with every step: a page made before it is stale.
    saved: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class Erratum(Base):
    """A dated note on a published clause text that was wrong; the text itself stays."""

    __tablename__ = "erratum"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clause_text_id: Mapped[int] = mapped_column(ForeignKey(ClauseText.id), index=True)
    note: Mapped[Texts]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class ClauseSuccession(Base):
    """That a clause came from another by a split, a join or a move."""

    __tablename__ = "clause_succession"
    __table_args__ = (
        one_of("kind", (SPLIT, JOIN, MOVE)),
        UniqueConstraint("version_id", "from_id", "to_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    from_id: Mapped[int] = mapped_column(ForeignKey(Clause.id))
    to_id: Mapped[int] = mapped_column(ForeignKey(Clause.id), index=True)
    kind: Mapped[str] = mapped_column(String(10))


class Anchor(Base):
    """Exact words of a clause text: a W3C TextQuoteSelector refined by a TextPositionSelector.

    Offsets count Unicode code points of the clause text's plain text.
    """

    __tablename__ = "anchor"
    __table_args__ = (
        CheckConstraint('0 <= "start" and "start" < "end"', name="span"),
        # Which words of a version are spoken of, in the order of its clauses.
        Index("ix_anchor_version_id", "version_id", "language", "clause_id", "start", "end"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey(Clause.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    language: Mapped[str] = mapped_column(String(2))
    exact: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(80))
    suffix: Mapped[str] = mapped_column(String(80))
    start: Mapped[int]
    end: Mapped[int]


class Placement(Base):
    """Where an anchor went in a later version: the state a person can read, and the span."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("anchor_id", "version_id", "language"),
        one_of("state", (UNCHANGED, EDITED, MOVED, DELETED, UNCLEAR)),
        CheckConstraint(
            "(state in ('deleted', 'unclear')) = (\"start\" is null)", name="span_unless_lost"
        ),
        Index("ix_placement_version_id", "version_id", "language", "clause_id", "start", "end"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    anchor_id: Mapped[int] = mapped_column(ForeignKey(Anchor.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    language: Mapped[str] = mapped_column(String(2))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey(Clause.id))
    state: Mapped[str] = mapped_column(String(10))
    start: Mapped[int | None]
    end: Mapped[int | None]
    # The official who decided an unclear one; none for the machine.
    placed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    release_id: Mapped[int | None] = release_column(index=True)


class Edit(Base):
    """One act of amending a clause between two versions, made from the word diff.

    While its version is unpublished it is worked out again after each save; one whose words no
    longer differ gets `gone_at` and may not be cited by an answer that is published.
    """

    __tablename__ = "edit"
    __table_args__ = (
        one_of("kind", EDIT_KINDS),
        one_of("part", (TEXT, HEADING)),
        one_of("ground_kind", GROUND_KINDS),
        # One that is gone may have lost its text: an inserted clause that was taken out again.
        CheckConstraint(
            "before_text_id is not null or after_text_id is not null or gone_at is not null",
            name="before_or_after",
        ),
        CheckConstraint("ground is not null or ground_kind is null", name="kind_of_a_ground"),
        Index("ix_edit_version_id", "version_id", "clause_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # The later version.
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    clause_id: Mapped[int] = mapped_column(ForeignKey(Clause.id), index=True)
    language: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(10))
    # Which words the spans count in: the clause's text, or its heading.
    part: Mapped[str] = mapped_column(String(8), default=TEXT)
    before_text_id: Mapped[int | None] = mapped_column(ForeignKey(ClauseText.id))
    after_text_id: Mapped[int | None] = mapped_column(ForeignKey(ClauseText.id))
    before_start: Mapped[int] = mapped_column(default=0)
    before_end: Mapped[int] = mapped_column(default=0)
    after_start: Mapped[int] = mapped_column(default=0)
    after_end: Mapped[int] = mapped_column(default=0)
    # The words themselves, so that an edit can be recognised when the text is saved again.
    before_words: Mapped[str] = mapped_column(Text, default="")
    after_words: Mapped[str] = mapped_column(Text, default="")
    # A digest of what it does to the text: whoever approved it can be asked again if it changes.
    said: Mapped[str | None] = mapped_column(String(64))
    # The official's own stated ground, where no comment is behind it: its kind, and in words.
    ground_kind: Mapped[str | None] = mapped_column(String(20))
    ground: Mapped[Texts | None]
    gone_at: Mapped[datetime | None]
