"""Taking words out of a comment: everybody reads what kind went and why; the original is sealed.

It is taken at any time, also once a comment is answered and while answers are being published: it
changes no point, label or fate. It can be undone while nobody has written the comment anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import Rendered
from consult.moderation import comments, going, sealing
from consult.moderation.errors import (
    CannotUndoError,
    GroundNeededError,
    NothingToRedactError,
    RewordedMeanwhileError,
    WordsNotThereError,
)
from consult.moderation.forgetting import Removed, forget, removed_from
from consult.moderation.personal import Found
from consult.moderation.redacting.models import (
    GROUNDS,
    LEFT,
    OPEN,
    TAKEN_OUT,
    PersonalFinding,
    Redaction,
    SealedWords,
)
from consult.moderation.rewriting import (
    Placed,
    Rewritten,
    merged,
    moved,
    occurrences,
    rewrite,
    rewrite_clause,
)
from consult.submissions import counters
from consult.submissions.models import Comment, CommentRevision
from consult.submissions.placeholders import placeholder
from consult.submissions.proposing import carried
from consult.submissions.rewording import Reproposed, reword
from consult.themes import rewording as themes

# Words that a run read before they were removed are forgotten once more when it has ended.
FORGET_JOB = "forget_words"
LOOK_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Seen:
    """Which words an official had before them."""

    revision: int
    rewordings: int


@dataclass(frozen=True)
class ProposalPlan:
    """The same of the words that it proposes for a clause: what they become, and what goes."""

    becomes: Reproposed
    cuts: list[Found]
    placed: list[Placed]
    removed: list[Removed]


@dataclass(frozen=True)
class Plan:
    """A redaction, ready to be written down: everything that needs no database."""

    cuts: list[Found]
    rewritten: Rewritten
    words: str
    removed: list[Removed]
    proposal: ProposalPlan | None = None


def by_hand(text: str, lines: Sequence[str], kind: str, *, also: str = "") -> list[Found]:
    """The places of words that an official typed; each line is removed wherever it stands.

    `also` is the other text in which it may stand. Raises WordsNotThereError.
    """
    spans = []
    for line in lines:
        places = occurrences(text, line, kind)
        if not places and line not in also:
            raise WordsNotThereError(words=line)
        spans += places
    return spans


def plan_proposal(
    session: Session, revision: CommentRevision, chosen: Sequence[Found]
) -> ProposalPlan | None:
    """What the words proposed for a clause become without the chosen ones; None where none is.
    Before the act."""
    cuts = merged([cut for cut in chosen if cut.start < cut.end])
    source, text = revision.proposed_source, revision.proposed_text
    if not cuts or not source or not text:
        return None
    language = revision.language
    new, placed = rewrite_clause(source, text, cuts, lambda kind: placeholder(kind, language))
    made = carried(session, revision, new)
    assert made is not None
    marks = [list(marked) for marked in made.shown.marks]
    return ProposalPlan(
        becomes=Reproposed(made.source, made.shown.html, made.shown.text, marks),
        cuts=cuts,
        placed=placed,
        removed=removed_from(text, language, placed),
    )


def plan_of(
    revision: CommentRevision, chosen: Sequence[Found], proposal: ProposalPlan | None
) -> Plan:
    """What a comment and its proposal become. Raises NothingToRedactError."""
    if proposal is None or any(cut.start < cut.end for cut in chosen):
        made = plan(revision.source, revision.text, revision.language, chosen)
        return replace(made, proposal=proposal)
    # Only words of the proposal go: the comment's own stay as they are written.
    unchanged = Rendered(revision.source, revision.html, revision.text)
    words = search.analysed(revision.text, revision.language)
    return Plan([], Rewritten(unchanged, []), words, [], proposal)


def plan(source: str, text: str, language: str, chosen: Sequence[Found]) -> Plan:
    """What a comment becomes without the chosen words. Raises NothingToRedactError."""
    cuts = merged([cut for cut in chosen if cut.start < cut.end])
    if not cuts:
        raise NothingToRedactError
    made = rewrite(source, text, cuts, lambda kind: placeholder(kind, language))
    return Plan(
        cuts=cuts,
        rewritten=made,
        words=search.analysed(made.rendered.text, language),
        removed=removed_from(text, language, made.placed),
    )


def redact(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    made: Plan,
    *,
    seen: Seen,
    ground: str,
    left: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> Redaction:
    """Take words out of a live comment, seal the original, tell its author.

    `left` are findings that the official found harmless. Raises AlreadyGoneError,
    RewordedMeanwhileError, GroundNeededError.
    """
    if ground not in GROUNDS:
        raise GroundNeededError
    comment, revision = _lock(session, consultation, comment_id, seen)
    redaction = sealing.seal(session, comment, revision, ground=ground,
                             placed=made.rewritten.placed,
                             placed_there=made.proposal.placed if made.proposal else (),
                             actor=actor, now=now)  # fmt: skip
    _decide(session, revision, cuts=made.cuts, there=made.proposal.cuts if made.proposal else (),
            left=left, actor=actor, now=now)  # fmt: skip
    _put(session, comment, revision, made.rewritten.rendered, made.rewritten.placed,
         words=made.words, redacted=True, now=now,
         proposed=made.proposal.becomes if made.proposal else None,
         placed_there=made.proposal.placed if made.proposal else ())  # fmt: skip
    removed = [*made.removed, *(made.proposal.removed if made.proposal else ())]
    forget(session, redaction, removed)
    forget_later(session, redaction, now)
    counters.touch(session, comment)
    comments.write_to_author(
        session,
        comment,
        "words_removed",
        key=f"words_removed:{redaction.id}",
        payload={
            "comment": comment.id,
            "number": comment.seq,
            "ground": redaction.ground,
            "kinds": redaction.kinds,
        },
        now=now,
    )
    comments.record(session, comment, "comment:redacted", actor, now,
                    ground=ground, removed=sorted(redaction.kinds))  # fmt: skip
    return redaction


def leave(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    seen: Seen,
    left: Collection[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Say of findings that they are harmless; returns of how many. Raises NothingToRedactError."""
    comment, revision = _lock(session, consultation, comment_id, seen)
    number = _decide(session, revision, cuts=(), there=(), left=left, actor=actor, now=now)
    if not number:
        raise NothingToRedactError
    comments.record(session, comment, "comment:personal_data_left", actor, now, findings=number)
    return number


def undo(
    session: Session,
    consultation: Consultation,
    redaction_id: int,
    *,
    words: str,
    actor: Actor,
    now: datetime,
) -> Redaction:
    """Put the words back that a redaction removed, the newest first.

    `words` are the search words of the original. Raises AlreadyGoneError, CannotUndoError.
    """
    redaction = sealing.of(session, consultation, redaction_id)
    comment = going.lock_live(session, redaction.comment_id)
    session.refresh(redaction)
    sealed = session.get_one(SealedWords, redaction.id, populate_existing=True)
    revision = _current(session, comment.id)
    standing = _standing(session, comment.id)
    original = sealing.rendered(sealed)
    if original is None or not standing or not may_undo(redaction, standing[-1], revision):
        raise CannotUndoError
    back = [one.flipped() for one in sealing.placed_of(redaction)]
    _put(session, comment, revision, original, back,
         words=words, redacted=len(standing) > 1, now=now,
         proposed=sealing.proposed(sealed),
         placed_there=[one.flipped() for one in sealing.placed_there(redaction)])  # fmt: skip
    for finding in _findings(session, revision):
        if finding.state == TAKEN_OUT and finding.decided_at == redaction.redacted_at:
            finding.state = LEFT
            finding.decided_by, finding.decided_at = actor.user_id, now
    redaction.undone_by, redaction.undone_at = actor.user_id, now
    sealing.empty_one(sealed, now)
    session.flush()
    counters.touch(session, comment)
    comments.record(session, comment, "comment:words_put_back", actor, now)
    return redaction


def may_undo(redaction: Redaction, newest: Redaction, revision: CommentRevision) -> bool:
    """Whether the words can be put back: it is the newest that stands, and its author has not
    written the comment anew."""
    return redaction.id == newest.id and redaction.revision_id == revision.id


def _lock(
    session: Session, consultation: Consultation, comment_id: int, seen: Seen
) -> tuple[Comment, CommentRevision]:
    comment = going.lock_live(session, comment_id)
    if comment.consultation_id != consultation.id:
        raise NotFoundError
    revision = _current(session, comment.id)
    if Seen(revision.id, revision.rewordings) != seen:
        raise RewordedMeanwhileError
    return comment, revision


def _current(session: Session, comment_id: int) -> CommentRevision:
    return session.scalars(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment_id, CommentRevision.superseded_at.is_(None))
        .execution_options(populate_existing=True)
    ).one()


def _standing(session: Session, comment_id: int) -> list[Redaction]:
    return list(
        session.scalars(
            select(Redaction)
            .where(Redaction.comment_id == comment_id, Redaction.undone_at.is_(None))
            .order_by(Redaction.id)
        )
    )


def _findings(session: Session, revision: CommentRevision) -> Sequence[PersonalFinding]:
    return session.scalars(
        select(PersonalFinding)
        .where(PersonalFinding.revision_id == revision.id)
        .order_by(PersonalFinding.id)
    ).all()


def _decide(
    session: Session,
    revision: CommentRevision,
    *,
    cuts: Sequence[Found],
    there: Sequence[Found],
    left: Collection[int],
    actor: Actor,
    now: datetime,
) -> int:
    """What is cut (of the comment, and `there` of what it proposes) is taken out, what was found
    harmless is left; returns how many were decided."""
    number = 0
    for finding in _findings(session, revision):
        among = there if finding.proposed else cuts
        cut = any(c.start < finding.end and finding.start < c.end for c in among)
        if finding.state != TAKEN_OUT and (cut or (finding.id in left and finding.state == OPEN)):
            finding.state = TAKEN_OUT if cut else LEFT
            finding.decided_by, finding.decided_at = actor.user_id, now
            number += 1
    return number


def _put(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    words_now: Rendered,
    placed_: Sequence[Placed],
    *,
    words: str,
    redacted: bool,
    now: datetime,
    proposed: Reproposed | None,
    placed_there: Sequence[Placed],
) -> None:
    """Write the words, and move everything that lies in them."""

    def move(start: int, end: int) -> tuple[int, int]:
        return moved((start, end), placed_)

    going.lock_points(session, comment.id)
    point_ids = reword(session, comment, revision, words_now,
                       words=words, move=move, redacted=redacted, now=now,
                       proposed=proposed)  # fmt: skip
    for finding in _findings(session, revision):
        span = (finding.start, finding.end)
        finding.start, finding.end = moved(span, placed_there if finding.proposed else placed_)
    consultation_counters.touch(session, comment.consultation_id)
    themes.move_additions(session, point_ids, move)


def forget_later(session: Session, redaction: Redaction, now: datetime) -> None:
    """Forget the words once more when what runs now has ended."""
    queue.enqueue(
        session,
        kind=FORGET_JOB,
        key=f"{FORGET_JOB}:{redaction.id}:{now.timestamp()}",
        payload={"redaction": redaction.id},
        reference=f"comment:{redaction.comment_id}",
        now=now,
        run_at=now + LOOK_AGAIN,
    )
