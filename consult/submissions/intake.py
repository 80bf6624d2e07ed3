"""Taking in what people send: the one way by which a comment comes into being."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Required, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.language import detect
from consult.activity import log
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.drafts.models import Clause
from consult.kernel import ids, search
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import DEFAULT_LANGUAGE, mark
from consult.kernel.markup import Rendered, render_comment
from consult.kernel.transaction import broken_constraint
from consult.ledger import chain
from consult.submissions import counters, points, receipts
from consult.submissions.anchoring import Selector, write_anchor
from consult.submissions.contacts import send_receipt
from consult.submissions.lateness import is_late
from consult.submissions.models import (
    HELD,
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
)

MAX_LENGTH = 20_000  # code points: about ten printed pages; longer ones come as a document


class EmptyCommentError(ConsultError):
    """There are no words in it."""

    status = 422
    message = mark("Please write your comment.")


class TooLongError(ConsultError):
    """More than can be read on one page."""

    status = 422
    message = mark(
        "Your comment is longer than %(limit)s characters."
        " Please divide it: you can send several comments under one receipt."
    )


class NotOpenError(ConsultError):
    """The consultation takes no comments in its present phase."""

    message = mark("This consultation does not take comments at present.")


class CannotReplyError(ConsultError):
    """The comment replied to is gone, hidden or of another consultation."""

    message = mark(
        "The comment that you reply to can no longer be read, so nobody can reply to it."
    )


class AlreadyReceivedError(ConsultError):
    """The same form, or the same row of the same source, was received before."""

    message = mark("This comment has already been received.")


@dataclass(frozen=True)
class Prepared:
    """A comment, ready to be written down: everything that needs no database."""

    rendered: Rendered
    language: str
    words: str
    # False where the words left it open and nobody said it: ask the person.
    language_known: bool = True


@dataclass(frozen=True)
class Received:
    """What came into being."""

    submission: Submission
    comment: Comment
    revision: CommentRevision
    points: list[Point]


class Sender(TypedDict, total=False):
    """Who sends, by which channel; only what opens a submission is used when one is continued."""

    channel: str
    # The language in which we write to them.
    language: Required[str]
    respondent: str
    name: str
    email: str | None
    user_id: int | None
    organisation_id: int | None
    # The row of an imported file.
    source: str | None
    source_row: str | None
    import_id: int | None
    # False for paper and imports: their code is issued when somebody prints it.
    issue_receipt: bool


def prepare(source: str, *, language: str | None = None, hint: str | None = None) -> Prepared:
    """Render, clean and analyse a comment. Pure; call it before the act.

    Without `language` it is detected, `hint` being the language of the page, which also stands
    where the words leave it open. Raises EmptyCommentError or TooLongError.
    """
    rendered = render_comment(source)
    if not rendered.text.strip():
        raise EmptyCommentError
    if len(rendered.source) > MAX_LENGTH:
        raise TooLongError(limit=MAX_LENGTH)
    found = language or detect(rendered.text, hint)[0]
    spoken = found or hint or DEFAULT_LANGUAGE
    words = search.analysed(rendered.text, spoken)
    return Prepared(rendered, spoken, words, language_known=found is not None)


def receive(
    session: Session,
    consultation: Consultation,
    prepared: Prepared,
    *,
    submission: Submission | None = None,
    clause: Clause | None = None,
    version_id: int | None = None,
    anchor: Selector | None = None,
    parent: Comment | None = None,
    addressed: bool = False,
    held: bool = False,
    spans: Sequence[points.Span] | None = None,
    received_at: datetime,
    served_at: datetime | None = None,
    form_number: str | None = None,
    actor: Actor,
    now: datetime,
    **sender: Unpack[Sender],
) -> Received:
    """Take in one comment: it is stored, numbered, counted, committed to, found and acknowledged.

    `submission` continues a visit; otherwise one is opened for the sender. `version_id` is the
    version they saw; an `anchor` needs it and a `clause`. `received_at` is when they sent it,
    `served_at` when its form was shown (from our signed stamp). `spans` are points that the author
    distinguished; else the comment is one. Raises NotOpenError, CannotReplyError,
    WordsNotThereError, SpansError, AlreadyReceivedError; the act must be rolled back then.
    """
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError
    text = prepared.rendered.text
    chosen = points.whole(text) if spans is None else points.checked(text, spans)
    root = None if parent is None else _root_of(session, consultation, parent)
    opens = submission is None
    if submission is None:
        submission = _open_submission(session, consultation, received_at, now, sender)
    comment = Comment(
        submission_id=submission.id,
        consultation_id=consultation.id,
        clause_id=clause.id if clause else None,
        version_id=version_id,
        addressed=addressed,
        language=prepared.language,
        state=HELD if held else PUBLISHED,
        state_at=now,
        received_at=received_at,
        late=is_late(consultation.closes_at, received_at, served_at),
        form_number=form_number,
    )
    _place(session, comment, root, parent, anchor)
    _number(session, comment, points=len(chosen), submissions=int(opens))
    revision = revision_of(comment, prepared, now=now)
    session.add(revision)
    session.flush()
    made = _write_points(session, comment, revision, chosen, now)
    _tell(session, comment, revision, prepared, actor=actor, now=now)
    if sender.get("email"):
        _acknowledge(session, submission, sender, opened=opens, now=now)
    session.flush()
    return Received(submission, comment, revision, made)


def _root_of(session: Session, consultation: Consultation, parent: Comment) -> Comment:
    """The top comment of the conversation, locked, so that nobody takes it away meanwhile."""
    root = session.scalar(
        select(Comment).where(Comment.id == (parent.root_id or parent.id)).with_for_update()
    )
    if root is None or root.consultation_id != consultation.id:
        raise CannotReplyError
    if root.state != PUBLISHED or parent.state != PUBLISHED:
        raise CannotReplyError
    return root


def _open_submission(
    session: Session,
    consultation: Consultation,
    received_at: datetime,
    now: datetime,
    sender: Sender,
) -> Submission:
    submission = Submission(
        consultation_id=consultation.id,
        secret=ids.random_bytes(),
        receipt_issue=1,
        channel=sender.get("channel", "web"),
        language=sender["language"],
        received_at=received_at,
        recorded_at=now,
        respondent=sender.get("respondent", "citizen"),
        user_id=sender.get("user_id"),
        organisation_id=sender.get("organisation_id"),
        source=sender.get("source"),
        source_row=sender.get("source_row"),
        import_id=sender.get("import_id"),
    )
    if sender.get("issue_receipt", True):
        submission.receipt_lookup = receipts.lookup(submission.secret, submission.receipt_issue)
        submission.receipt_issued_at = now
    session.add(submission)
    _flush(session)
    if sender.get("name") or sender.get("email"):
        session.add(
            Contact(
                submission_id=submission.id,
                name=sender.get("name", ""),
                email=sender.get("email"),
                changed_at=now,
            )
        )
    return submission


def _place(
    session: Session,
    comment: Comment,
    root: Comment | None,
    parent: Comment | None,
    anchor: Selector | None,
) -> None:
    """Put the comment on its words and into its conversation."""
    shown = comment.state == PUBLISHED
    if root is not None and parent is not None:
        comment.root_id, comment.parent_id = root.id, parent.id
        comment.clause_id, comment.version_id = root.clause_id, root.version_id
        place = counters.place_under(session, root, shown=shown)
    else:
        if anchor is not None:
            comment.anchor_id = write_anchor(
                session, anchor, clause_id=comment.clause_id, version_id=comment.version_id
            )
        place = counters.place_at(
            session,
            consultation_id=comment.consultation_id,
            clause_id=comment.clause_id,
            shown=shown,
        )
    comment.thread_id, comment.position = place.thread_id, place.position


def _number(session: Session, comment: Comment, *, points: int, submissions: int) -> None:
    comment.seq = counters.number(
        session,
        consultation_id=comment.consultation_id,
        submissions=submissions,
        owed=points if _owed(comment) else 0,
        shown=comment.state == PUBLISHED,
    )
    session.add(comment)
    _flush(session)


def _owed(comment: Comment) -> bool:
    return points.is_owed(
        state=comment.state,
        late=comment.late,
        reply=comment.root_id is not None,
        addressed=comment.addressed,
    )


def revision_of(
    comment: Comment, prepared: Prepared, *, number: int = 1, now: datetime
) -> CommentRevision:
    """The row in which a comment's words are kept, with a fresh salt for the ledger's hash."""
    return CommentRevision(
        comment_id=comment.id,
        number=number,
        source=prepared.rendered.source,
        html=prepared.rendered.html,
        text=prepared.rendered.text,
        salt=ids.random_bytes(),
        language=prepared.language,
        written_at=now,
    )


def _write_points(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    spans: Sequence[points.Span],
    now: datetime,
) -> list[Point]:
    made = [
        Point(
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            revision_id=revision.id,
            start=start,
            end=end,
            created_at=now,
            owed=_owed(comment),
        )
        for start, end in spans
    ]
    session.add_all(made)
    return made


def _tell(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    prepared: Prepared,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The ledger commits to it, the search finds it, the log says it came."""
    commit_to(session, comment, revision, now=now)
    if comment.state == PUBLISHED:
        search.index(
            session,
            kind="comment",
            reference=comment.id,
            consultation=comment.consultation_id,
            language=prepared.language,
            words=prepared.words,
        )
    log.record(
        session,
        actor=actor.reference,
        act="comment:received",
        thing=f"comment:{comment.id}",
        consultation=comment.consultation_id,
        now=now,
        number=comment.seq,
        late=comment.late,
    )


def commit_to(
    session: Session, comment: Comment, revision: CommentRevision, *, now: datetime
) -> None:
    """Add the leaf of a revision to the ledger: a salted hash of its words and facts."""
    facts = {
        "words": revision.source,
        "consultation": comment.consultation_id,
        "number": comment.seq,
        "revision": revision.number,
        "clause": comment.clause_id,
        "received_at": comment.received_at.isoformat(timespec="seconds"),
        "written_at": revision.written_at.isoformat(timespec="seconds"),
    }
    chain.add_leaf(
        session,
        reference=f"revision:{revision.id}",
        commitment=chain.commitment(revision.salt, facts),
        now=now,
    )


def _acknowledge(
    session: Session, submission: Submission, sender: Sender, *, opened: bool, now: datetime
) -> None:
    """One receipt letter for a submission, when we first learn where to send it."""
    key = "first"
    if not opened:
        contact = session.get(Contact, submission.id)
        if contact is not None and contact.email:
            return
        if contact is None:
            contact = Contact(submission_id=submission.id)
            session.add(contact)
        contact.email, contact.changed_at = sender.get("email"), now
        key = now.isoformat()
    send_receipt(session, submission, key=key, now=now)


_REPEATED = {"uq_comment_form_number", "uq_submission_consultation_id_source_source_row"}


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if broken_constraint(error) in _REPEATED:
            raise AlreadyReceivedError from error
        raise
