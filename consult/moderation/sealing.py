"""The original words of comments from which some were removed: sealed, read by few and on the record,
and erased in time."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.files import queries as files
from consult.files.models import File
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import Rendered
from consult.moderation import comments
from consult.moderation.errors import SealEmptyError
from consult.moderation.redacting.models import Redaction, SealedWords
from consult.moderation.rewriting import Placed
from consult.submissions import attachments
from consult.submissions.imports import queries as imports
from consult.submissions.models import Comment, CommentRevision
from consult.submissions.rewording import Reproposed

# How long an original stays readable: long enough for an objection and a court. Then it is erased.
KEPT = timedelta(days=365)
# Why somebody reads an original.
LOOKS = ("objection", "authority", "check")


@dataclass(frozen=True)
class Original:
    """A comment as it was: its number and language, its words, and which of them were removed."""

    number: int
    language: str
    words: Rendered
    placed: list[Placed]
    # What it proposed for a clause, where words of that were removed.
    proposed: str = ""


def seal(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    *,
    ground: str,
    placed: Sequence[Placed],
    placed_there: Sequence[Placed] = (),
    actor: Actor,
    now: datetime,
) -> Redaction:
    """Keep the words that a revision has, before placeholders take the place of some of them.

    `placed_there` is what is removed from the words that it proposes for a clause.
    """
    redaction = Redaction(
        consultation_id=comment.consultation_id,
        comment_id=revision.comment_id,
        revision_id=revision.id,
        ground=ground,
        kinds=dict(Counter(one.kind for one in (*placed, *placed_there))),
        placed=_stored(placed),
        placed_there=_stored(placed_there),
        redacted_by=actor.user_id,
        redacted_at=now,
    )
    session.add(redaction)
    session.flush()
    session.add(
        SealedWords(
            redaction_id=redaction.id,
            source=revision.source,
            html=revision.html,
            text=revision.text,
            salt=revision.salt,
            sealed_at=now,
            **(_proposed(revision) if placed_there else {}),
        )
    )
    session.flush()
    return redaction


def _stored(placed: Sequence[Placed]) -> list[list[Any]]:
    return [[one.start, one.end, one.kind, one.start_before, one.end_before] for one in placed]


def _proposed(revision: CommentRevision) -> dict[str, Any]:
    return {
        "proposed_source": revision.proposed_source,
        "proposed_html": revision.proposed_html,
        "proposed_text": revision.proposed_text,
        "proposed_marks": revision.proposed_marks,
    }


def proposed(sealed: SealedWords) -> Reproposed | None:
    """What it proposed before, where words of that were removed."""
    if sealed.proposed_source is None:
        return None
    return Reproposed(
        sealed.proposed_source,
        sealed.proposed_html or "",
        sealed.proposed_text or "",
        sealed.proposed_marks or [],
    )


def rendered(sealed: SealedWords) -> Rendered | None:
    """The original, until it is emptied."""
    if sealed.source is None or sealed.html is None or sealed.text is None:
        return None
    return Rendered(sealed.source, sealed.html, sealed.text)


def placed_of(redaction: Redaction) -> list[Placed]:
    """Its placeholders, and what they stand for."""
    return [Placed(*one) for one in redaction.placed]


def placed_there(redaction: Redaction) -> list[Placed]:
    """The same in the words that it proposes for a clause."""
    return [Placed(*one) for one in redaction.placed_there]


def look(
    session: Session,
    consultation: Consultation,
    redaction_id: int,
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> Original:
    """Read the original; the look is a line of the log, with the reason for it.

    Raises SealEmptyError once it is emptied.
    """
    assert why in LOOKS
    redaction = of(session, consultation, redaction_id)
    sealed = session.get_one(SealedWords, redaction.id)
    original = rendered(sealed)
    if original is None:
        raise SealEmptyError
    comment = session.get_one(Comment, redaction.comment_id)
    comments.record(session, comment, "comment:original_read", actor, now, why=why)
    language = session.get_one(CommentRevision, redaction.revision_id).language
    before = proposed(sealed)
    return Original(
        comment.seq, language, original, placed_of(redaction), before.text if before else ""
    )


def open_file(
    session: Session,
    consultation: Consultation,
    submission_id: int,
    file_id: int,
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> File:
    """A file of a submission from which words were removed; opening it is a line of the log, with
    the reason for it, like a look at the original.

    Raises NotFoundError.
    """
    assert why in LOOKS
    imports.brought(session, consultation.id, submission_id)
    reference = attachments.reference(submission_id)
    found = files.one(session, reference, file_id)
    log.record(
        session,
        actor=actor.reference,
        act="file:sealed_opened",
        thing=reference,
        consultation=consultation.id,
        now=now,
        file=file_id,
        why=why,
    )
    return found


def of(session: Session, consultation: Consultation, redaction_id: int) -> Redaction:
    redaction = session.get(Redaction, redaction_id, populate_existing=True)
    if redaction is None or redaction.consultation_id != consultation.id:
        raise NotFoundError
    return redaction


def empty(session: Session, comment_ids: Collection[int], now: datetime) -> int:
    """Erase the sealed originals of comments: their author had them erased. Returns how many."""
    sealed = session.scalars(
        select(SealedWords)
        .join(Redaction, Redaction.id == SealedWords.redaction_id)
        .where(Redaction.comment_id.in_(comment_ids), SealedWords.emptied_at.is_(None))
        .order_by(SealedWords.redaction_id)
    ).all()
    for one in sealed:
        empty_one(one, now)
    session.flush()
    return len(sealed)


def forget_old(session: Session, now: datetime, at_most: int) -> int:
    """Erase originals that were sealed a year ago; returns how many."""
    sealed = session.scalars(
        select(SealedWords)
        .where(SealedWords.emptied_at.is_(None), SealedWords.sealed_at <= now - KEPT)
        .order_by(SealedWords.sealed_at)
        .limit(at_most)
        .with_for_update()
    ).all()
    for one in sealed:
        empty_one(one, now)
    session.flush()
    return len(sealed)


def empty_one(sealed: SealedWords, now: datetime) -> None:
    sealed.source = sealed.html = sealed.text = sealed.salt = None
    sealed.proposed_source = sealed.proposed_html = sealed.proposed_text = None
    sealed.proposed_marks = None
    sealed.emptied_at = now
