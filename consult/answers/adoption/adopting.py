"""Taking proposed words into the next version, wholly or in part."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers.adoption.share import NONE, standing
from consult.answers.models import Adoption
from consult.drafts import queries as drafts
from consult.drafts import revision as drafting
from consult.drafts.models import ClauseText, Draft, Version
from consult.drafts.writing import Wording
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions.models import PUBLISHED, Comment, CommentRevision


class ProposalGoneError(ConsultError):
    """Its author took it back or corrected it, or it was taken down, since the page was made."""

    message = mark(
        "This proposal can no longer be read: it was corrected, withdrawn or removed meanwhile."
    )


class NothingAdoptedError(ConsultError):
    """What was saved holds nothing of it, so it would be wrong to name its author."""

    status = 422
    message = mark(
        "None of the proposed words stands in this text, so its author cannot be named for it."
        " To save the clause without them, use its own page in the draft."
    )


class WordsOfATranslationError(ConsultError):
    """They are proposed for a translation, and it is the authentic text that is amended."""

    message = mark(
        "These words are proposed for a translation. Amend the authentic text where it should read"
        " so, then its translation."
    )


def share_taken(session: Session, version: Version, revision_id: int, words: Wording | None) -> str:
    """How much of a proposal stands in the words of a clause (None: it is left out).

    Before the act, because it compares whole texts; none of them can change. Raises
    ProposalGoneError, NothingAdoptedError.
    """
    proposal, _comment, base = _proposal(session, revision_id)
    text = words.rendered.text if words is not None else ""
    before = published_before(session, version, base)
    found = standing(base.text, proposal.proposed_text or "", text, before).share
    if found == NONE:
        raise NothingAdoptedError
    return found


def adopt(
    session: Session,
    version: Version,
    revision_id: int,
    *,
    words: Wording | None,
    stands: str,
    saved: int,
    actor: Actor,
    now: datetime,
) -> Adoption:
    """Save the clause with proposed words in it (None: leave it out), and note whose they are.

    `revision_id` is the proposal; `stands` is what `share_taken` found in these words; `saved` as in
    `drafts.revision.amend`, whose errors come through. Raises ProposalGoneError,
    WordsOfATranslationError.
    """
    proposal, comment, base = _proposal(session, revision_id)
    authentic = session.get_one(Draft, version.draft_id).language
    if words is not None and base.language != authentic:
        raise WordsOfATranslationError
    if words is None:
        drafting.delete(session, version, base.clause_id, saved=saved, actor=actor, now=now)
    else:
        drafting.amend(
            session,
            version,
            base.clause_id,
            base.language,
            words=words,
            saved=saved,
            actor=actor,
            now=now,
        )
    made = _note(session, version, proposal, base, comment.consultation_id)
    made.stands, made.adopted_by, made.adopted_at = stands, actor.user_id, now
    session.flush()
    log.record(
        session,
        actor=actor.reference,
        act="clause:adopted",
        thing=f"clause:{base.clause_id}",
        now=now,
        consultation=comment.consultation_id,
        number=comment.seq,
        version=version.number,
        stands=stands,
    )
    return made


def _proposal(session: Session, revision_id: int) -> tuple[CommentRevision, Comment, ClauseText]:
    found = session.execute(
        select(CommentRevision, Comment, ClauseText)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .join(ClauseText, ClauseText.id == CommentRevision.amends_id)
        .where(
            CommentRevision.id == revision_id,
            CommentRevision.superseded_at.is_(None),
            CommentRevision.proposed_source.is_not(None),
            Comment.state == PUBLISHED,
        )
    ).first()
    if found is None:
        raise ProposalGoneError
    return found[0], found[1], found[2]


def _note(
    session: Session,
    version: Version,
    proposal: CommentRevision,
    base: ClauseText,
    consultation_id: int,
) -> Adoption:
    """The row of these words and this version: the same wording is adopted once."""
    made = session.scalar(
        select(Adoption).where(
            Adoption.version_id == version.id,
            Adoption.amends_id == base.id,
            Adoption.key == proposal.proposed_key,
        )
    )
    if made is None:
        made = Adoption(
            consultation_id=consultation_id,
            clause_id=base.clause_id,
            version_id=version.id,
            amends_id=base.id,
            key=proposal.proposed_key,
            revision_id=proposal.id,
        )
        session.add(made)
    return made


def published_before(session: Session, version: Version, base: ClauseText) -> str | None:
    """The words of the clause in the version that this one follows."""
    former = drafts.base_of(session, version)
    if former is None:
        return None
    row = drafts.clause_text(session, former.id, base.clause_id, base.language)
    return row.text if row else None
