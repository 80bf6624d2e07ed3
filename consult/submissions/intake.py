"""Taking in what people send: the one way by which a comment comes into being."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.language import detect
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.consultations.queries import Dates
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import DEFAULT_LANGUAGE, mark
from consult.kernel.inserting import Values
from consult.kernel.markup import render_comment
from consult.submissions import counters, points, recording
from consult.submissions.anchoring import Selector, write_anchor
from consult.submissions.contacts import send_receipt
from consult.submissions.lateness import is_late
from consult.submissions.models import HELD, PUBLISHED, WAITING, Comment, Contact, Submission
from consult.submissions.participation.counting import arrived
from consult.submissions.recording import Entry, Prepared

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


@dataclass(frozen=True)
class Received:
    """What came into being, by its ids, and its number in the consultation."""

    submission_id: int
    comment_id: int
    revision_id: int
    number: int


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


def prepare(
    source: str,
    *,
    language: str | None = None,
    hint: str | None = None,
    limit: int = MAX_LENGTH,
) -> Prepared:
    """Render, clean and analyse a comment. Pure; call it before the act.

    Without `language` it is detected, `hint` being the language of the page, which also stands
    where the words leave it open. `limit` is larger for a document that an official brings in.
    Raises EmptyCommentError or TooLongError.
    """
    rendered = render_comment(source)
    if not rendered.text.strip():
        raise EmptyCommentError
    if len(rendered.source) > limit:
        raise TooLongError(limit=limit)
    found = language or detect(rendered.text, hint)[0]
    spoken = found or hint or DEFAULT_LANGUAGE
    words = search.analysed(rendered.text, spoken)
    return Prepared(rendered, spoken, words, language_known=found is not None)


def receive(
    session: Session,
    consultation: Consultation | Dates,
    prepared: Prepared,
    *,
    submission_id: int | None = None,
    clause_id: int | None = None,
    version_id: int | None = None,
    anchor: Selector | None = None,
    parent: Comment | None = None,
    addressed: bool = False,
    held_for: str | None = None,
    spans: Sequence[points.Span] | None = None,
    received_at: datetime,
    served_at: datetime | None = None,
    form_number: str | None = None,
    actor: Actor,
    now: datetime,
    **sender: Unpack[Sender],
) -> Received:
    """Take in one comment: it is stored, numbered, counted, committed to, found and acknowledged.

    `submission_id` continues a visit; otherwise one is opened for the sender. `version_id` is the
    version they saw; an `anchor` needs it and a clause. `received_at` is when they sent it,
    `held_for` is why nobody may read it yet (WAITING where the consultation says so, whatever is
    given); `served_at` when its form was shown (from our signed stamp). `spans` are points that the author
    distinguished; else the comment is one. Raises NotOpenError, CannotReplyError,
    WordsNotThereError, SpansError, AlreadyReceivedError; the act must be rolled back then.
    The dates of `consultation` must have been read in the act.
    """
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError
    if consultation.premoderated:
        held_for = WAITING
    text = prepared.rendered.text
    chosen = points.whole(text) if spans is None else points.checked(text, spans)
    root = None if parent is None else _root_of(session, consultation.id, parent)
    opens = submission_id is None
    opened = [_submission_row(consultation.id, received_at, now, sender)] if opens else []
    submission_id = submission_id or _open(session, opened, sender, now)
    entry = Entry(
        prepared=prepared,
        consultation_id=consultation.id,
        submission_id=submission_id,
        received_at=received_at,
        late=is_late(consultation.closes_at, received_at, served_at),
        spans=chosen,
        clause_id=clause_id,
        version_id=version_id,
        addressed=addressed,
        state=PUBLISHED if held_for is None else HELD,
        held_for=held_for,
        form_number=form_number,
    )
    _place(session, entry, root, parent, anchor)
    _number(session, entry, opened)
    [revision_id] = recording.record(session, [entry], actor=actor, now=now)
    if sender.get("email"):
        _acknowledge(session, submission_id, sender, opened=opens, now=now)
    return Received(submission_id, entry.id, revision_id, entry.seq)


def _root_of(session: Session, consultation_id: int, parent: Comment) -> Comment:
    """The top comment of the conversation, locked, so that nobody takes it away meanwhile."""
    root = session.scalar(
        select(Comment).where(Comment.id == (parent.root_id or parent.id)).with_for_update()
    )
    if root is None or root.consultation_id != consultation_id:
        raise CannotReplyError
    if root.state != PUBLISHED or parent.state != PUBLISHED:
        raise CannotReplyError
    return root


def _submission_row(
    consultation_id: int, received_at: datetime, now: datetime, sender: Sender
) -> dict[str, Any]:
    return recording.submission_row(
        consultation_id,
        channel=sender.get("channel", "web"),
        language=sender["language"],
        received_at=received_at,
        now=now,
        respondent=sender.get("respondent", "citizen"),
        issue_receipt=sender.get("issue_receipt", True),
        user_id=sender.get("user_id"),
        organisation_id=sender.get("organisation_id"),
        source=sender.get("source"),
        source_row=sender.get("source_row"),
        import_id=sender.get("import_id"),
    )


def _open(session: Session, rows: Sequence[Values], sender: Sender, now: datetime) -> int:
    [submission_id] = recording.open_submissions(session, rows)
    name, email = sender.get("name", ""), sender.get("email")
    if name or email:
        recording.add_contacts(session, [(submission_id, name, email)], now=now)
    return submission_id


def _place(
    session: Session,
    entry: Entry,
    root: Comment | None,
    parent: Comment | None,
    anchor: Selector | None,
) -> None:
    """Put the comment on its words and into its conversation."""
    shown = entry.state == PUBLISHED
    if root is not None and parent is not None:
        entry.root_id, entry.parent_id = root.id, parent.id
        entry.clause_id, entry.version_id = root.clause_id, root.version_id
        place = counters.place_under(session, root, shown=shown)
    else:
        if anchor is not None:
            entry.anchor_id = write_anchor(
                session, anchor, clause_id=entry.clause_id, version_id=entry.version_id
            )
        place = counters.place_at(
            session,
            consultation_id=entry.consultation_id,
            clause_id=entry.clause_id,
            shown=shown,
            proposes=entry.prepared.proposal is not None,
        )
    entry.thread_id, entry.position = place.thread_id, place.position


def _number(session: Session, entry: Entry, opened: Sequence[Values]) -> None:
    entry.seq = counters.number(
        session,
        consultation_id=entry.consultation_id,
        submissions=len(opened),
        owed=len(entry.spans) if entry.owed else 0,
        shown=entry.state == PUBLISHED,
    )
    arrived(session, entry.consultation_id, opened)


def _acknowledge(
    session: Session, submission_id: int, sender: Sender, *, opened: bool, now: datetime
) -> None:
    """One receipt letter for a submission, when we first learn where to send it."""
    key = "first"
    if not opened:
        contact = session.get(Contact, submission_id)
        if contact is not None and contact.email:
            return
        if contact is None:
            contact = Contact(submission_id=submission_id)
            session.add(contact)
        contact.email, contact.changed_at = sender.get("email"), now
        session.flush()
        key = now.isoformat()
    send_receipt(session, session.get_one(Submission, submission_id), key=key, now=now)
