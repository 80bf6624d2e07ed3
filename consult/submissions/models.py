"""What people send."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import Body, Organisation, User
from consult.consultations.models import Consultation
from consult.drafts.models import Anchor, Clause, ClauseText, Version
from consult.kernel.db import Base, BigId, Json, one_of, partial_unique
from consult.kernel.release import release_column

CHANNELS = ("web", "paper", "email", "phone", "event", "import")
RESPONDENTS = ("citizen", "association", "company", "public_body", "expert", "unknown")
PUBLISHED, HELD, REMOVED, WITHDRAWN, ERASED = "published", "held", "removed", "withdrawn", "erased"
COMMENT_STATES = (PUBLISHED, HELD, REMOVED, WITHDRAWN, ERASED)
# Why a comment is held: an official looks at it, somebody says that it is not theirs, it waits to be
# read before it is shown, or it came like something that a machine sends.
JUDGED, NOT_ME, WAITING, SUSPICIOUS = "judged", "not_me", "waiting", "suspicious"
HELD_FOR = (JUDGED, NOT_ME, WAITING, SUSPICIOUS)


class Submission(Base):
    """What one person or organisation sends through one channel in one visit."""

    __tablename__ = "submission"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("respondent", RESPONDENTS),
        # The same row of the same source is taken once, however often the file comes.
        UniqueConstraint("consultation_id", "source", "source_row"),
        CheckConstraint("(source is null) = (source_row is null)", name="source"),
        CheckConstraint(
            "(receipt_lookup is null) = (receipt_issued_at is null)", name="receipt_issued"
        ),
        Index("ix_submission_user_id", "user_id", "id"),
        Index("ix_submission_import_id", "import_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), index=True)
    # Random: with `receipt_issue` it makes the receipt code (submissions/receipts.py).
    secret: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    receipt_issue: Mapped[int] = mapped_column(default=1)
    # The keyed hash by which a code is found; none while the code is unissued.
    receipt_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    receipt_issued_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(2))
    # When the person sent it, and when we wrote it down.
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    respondent: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    source: Mapped[str | None] = mapped_column(String(120))
    source_row: Mapped[str | None] = mapped_column(String(120))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("comment_import.id"))


class Contact(Base):
    """Who somebody is and how to reach them, apart, so that it can be erased by itself."""

    __tablename__ = "contact"

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True)
    # Shown with the comments; empty means "without name".
    name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    changed_at: Mapped[datetime]


class Thread(Base):
    """A conversation: on the whole text, on a clause, or the replies under one comment.

    Also the tally row that numbers its comments: `position` in `comment` comes from
    `last_position`, so that a page of any thread is one range of one index.
    """

    __tablename__ = "thread"
    __table_args__ = (
        one_of("kind", ("whole", "clause", "replies")),
        CheckConstraint("(kind = 'clause') = (clause_id is not null)", name="clause"),
        partial_unique("uq_thread_whole", "consultation_id", where="kind = 'whole'"),
        partial_unique("uq_thread_clause", "consultation_id", "clause_id", where="kind = 'clause'"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    kind: Mapped[str] = mapped_column(String(8))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey(Clause.id))
    last_position: Mapped[int] = mapped_column(default=0)
    # Comments that can be read now.
    comments: Mapped[int] = mapped_column(default=0)
    # Those among them that propose other words for the clause.
    proposals: Mapped[int] = mapped_column(default=0)
    # Moves with every change to one of them: part of the page's cache key.
    version: Mapped[int] = mapped_column(default=0)


class Tally(Base):
    """The counters of a consultation, moved in the act that changes what they count."""

    __tablename__ = "tally"
    __table_args__ = (
        CheckConstraint("0 <= owed_settled and owed_settled <= owed", name="owed"),
        CheckConstraint("0 <= changed and changed <= owed_settled", name="changed"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    # The last comment number given out.
    last_seq: Mapped[int] = mapped_column(default=0)
    submissions: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    # Points owed an answer, those among them that have one, and those that changed the text.
    owed: Mapped[int] = mapped_column(default=0)
    owed_settled: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class ArrivalTally(Base):
    """Submissions by the day we wrote them down, the day they came, and by who sent them and how.

    Whatever becomes of them. Moved in the act that opens one; never published as it stands, but
    without small numbers (participation/disclosure.py).
    """

    __tablename__ = "arrival_tally"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("respondent", RESPONDENTS),
        CheckConstraint("submissions >= 0", name="submissions"),
    )

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    recorded_on: Mapped[date] = mapped_column(primary_key=True)
    received_on: Mapped[date] = mapped_column(primary_key=True)
    respondent: Mapped[str] = mapped_column(String(12), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    submissions: Mapped[int]


def _among(name: str, where: str, order: str = "seq") -> Index:
    return Index(
        name,
        "consultation_id",
        order,
        sqlite_where=text(where),
        postgresql_where=text(where),
    )


class Comment(Base):
    """One text of a submission. Its words live in its revisions."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("consultation_id", "seq"),
        UniqueConstraint("thread_id", "position"),
        one_of("state", COMMENT_STATES),
        one_of("held_for", HELD_FOR),
        CheckConstraint("(root_id is null) = (parent_id is null)", name="reply"),
        Index("ix_comment_submission_id", "submission_id", "id"),
        Index("ix_comment_anchor_id", "anchor_id"),
        # Few among many, and looked for by officials.
        _among("ix_comment_late", "late"),
        _among("ix_comment_erased", "state = 'erased'"),
        _among("ix_comment_held", "state = 'held'"),
        _among("ix_comment_reply", "root_id is not null"),
        # Whose words cannot be read any more since a moment: asked for each file of a report.
        _among("ix_comment_gone", "state <> 'published'", "state_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id))
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    # Its number in the consultation: the citation.
    seq: Mapped[int] = mapped_column(BigId)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id))
    position: Mapped[int] = mapped_column(BigId)
    # The thread of its replies; none before the first.
    replies_id: Mapped[int | None] = mapped_column(ForeignKey(Thread.id), unique=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey(Clause.id))
    # What the person saw.
    version_id: Mapped[int | None] = mapped_column(ForeignKey(Version.id))
    anchor_id: Mapped[int | None] = mapped_column(ForeignKey(Anchor.id))
    # The top comment of the thread, and the comment that is replied to.
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    # A reply that is meant for the body is owed an answer.
    addressed: Mapped[bool] = mapped_column(default=False)
    # The official who addressed it ("user:5"); none where its author did.
    addressed_by: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10), default=PUBLISHED)
    state_at: Mapped[datetime]
    # Why it is held, and until when that is to be decided; none for a comment that is not held.
    held_for: Mapped[str | None] = mapped_column(String(10))
    held_until: Mapped[datetime | None]
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    admitted_at: Mapped[datetime | None]
    # One-time number of the form: a double submit leads to the same receipt.
    form_number: Mapped[str | None] = mapped_column(String(40), unique=True)


class ProposedColumns:
    """Other words for a clause, beside the reason for them (`proposing.columns`, `proposing.stored`)."""

    # The published words of a clause in whose place others are proposed; none for most comments.
    amends_id: Mapped[int | None] = mapped_column(ForeignKey(ClauseText.id))
    # The words proposed; empty ones say that the clause should go.
    proposed_source: Mapped[str | None] = mapped_column(Text)
    proposed_html: Mapped[str | None] = mapped_column(Text)
    proposed_text: Mapped[str | None] = mapped_column(Text)
    # Where they differ: [[start, end, words struck before it], …], offsets in `proposed_text`.
    proposed_marks: Mapped[list[Any] | None] = mapped_column(Json)
    # A keyed hash: equal proposals have equal ones, and without our key nobody can try words.
    proposed_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))


# All of them or none.
WHOLE_PROPOSAL = (
    "proposed_source is null or (amends_id is not null and proposed_html is not null"
    " and proposed_text is not null and proposed_marks is not null"
    " and proposed_key is not null)"
)


class CommentRevision(ProposedColumns, Base):
    """The only place where a comment's words live, the words that it proposes for a clause too.

    So what empties a revision empties them as well: the database refuses to keep them.
    """

    __tablename__ = "comment_revision"
    __table_args__ = (
        UniqueConstraint("comment_id", "number"),
        partial_unique("uq_comment_revision_current", "comment_id", where="superseded_at is null"),
        CheckConstraint(WHOLE_PROPOSAL, name="proposal"),
        CheckConstraint(
            "emptied_at is null or (proposed_source is null and proposed_html is null"
            " and proposed_text is null and proposed_marks is null and proposed_key is null)",
            name="emptied",
        ),
        *(
            Index(
                f"ix_comment_revision_{when}",
                when,
                sqlite_where=text(f"{when} is not null"),
                postgresql_where=text(f"{when} is not null"),
            )
            for when in ("superseded_at", "emptied_at")
        ),
        Index(
            "ix_comment_revision_amends_id",
            "amends_id",
            "proposed_key",
            sqlite_where=text("amends_id is not null"),
            postgresql_where=text("amends_id is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    number: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # Makes the ledger's hash of these words unguessable.
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    language: Mapped[str] = mapped_column(String(2))
    written_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]
    # How often an official took words out of this text, or put them back; and whether placeholders
    # stand in it now. The author's own words are what `number` counts.
    rewordings: Mapped[int] = mapped_column(default=0)
    redacted: Mapped[bool] = mapped_column(default=False)


class Point(Base):
    """A span of a revision that says one thing. One comment is one point until it is split."""

    __tablename__ = "point"
    __table_args__ = (
        CheckConstraint('0 <= "start" and "start" <= "end"', name="span"),
        Index("ix_point_comment_id", "comment_id", "start"),
        Index("ix_point_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    revision_id: Mapped[int] = mapped_column(ForeignKey(CommentRevision.id), index=True)
    start: Mapped[int]
    end: Mapped[int]
    # Who made it: "author", or "user:5" who split the comment.
    made_by: Mapped[str] = mapped_column(String(40), default="author")
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    # Set by the act that changes it (design: "Owed").
    owed: Mapped[bool] = mapped_column(default=True)
    # The release that gave it its first fate; counts once released.
    settled_by: Mapped[int | None] = release_column(index=True)


IMPORTS = TABLE, MAIL = "table", "mail"


class CommentImport(Base):
    """One file of comments or mails (or one look into a mailbox), and what became of its rows."""

    __tablename__ = "comment_import"
    __table_args__ = (
        one_of("kind", IMPORTS),
        one_of("state", ("uploaded", "importing", "done", "failed")),
        CheckConstraint("dry_run is null or state = 'uploaded'", name="dry_run"),
        Index("ix_comment_import_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    kind: Mapped[str] = mapped_column(String(8), default=TABLE, server_default=TABLE)
    source: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(200))
    # The file itself, until it has been imported.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Which column is what, delimiter, encoding, date received, channel.
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # What was found in a file of mails when it came, so that it is read through once; no longer
    # than the file waits to be started, because it holds addresses and first words.
    dry_run: Mapped[dict[str, Any] | None] = mapped_column(Json, deferred=True)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="uploaded")
    rows: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    # Rows not taken: line number and reason code, never the words.
    refused: Mapped[list[Any]] = mapped_column(Json, default=list)


class ImportMapping(Base):
    """Which column was what in the files of one source, for the next file of it.

    It holds the names of columns and no row of any file, so there is nothing to erase in it.
    """

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("body_id", "source"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # The body that leads the consultation: another one's sources are none of its business.
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id))
    source: Mapped[str] = mapped_column(String(120))
    columns: Mapped[dict[str, Any]] = mapped_column(Json)
    channel: Mapped[str] = mapped_column(String(10))
    saved_at: Mapped[datetime]
