"""Bringing a text in: the first version, from a file that was read before."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import queries
from consult.drafts.errors import FirstVersionError
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.drafts.reading import ParsedClause, ParsedDraft, read_markdown
from consult.drafts.writing import STEP, add_clauses, add_texts, text_row, writable
from consult.kernel.actor import Actor

__all__ = ["ParsedClause", "ParsedDraft", "import_first", "read_markdown"]


def import_first(
    session: Session,
    consultation: Consultation,
    parsed: ParsedDraft,
    *,
    actor: Actor,
    now: datetime,
) -> Version:
    """Store a text as the first version, unpublished. One imported before is replaced by it.

    Raises FirstVersionError when the first version is public already.
    """
    version = _empty_first_version(session, consultation, parsed.language, actor, now)
    version.title = {parsed.language: parsed.title} if parsed.title else dict(consultation.title)
    version.languages = [parsed.language]
    ids = add_clauses(
        session,
        version.draft_id,
        [clause.key for clause in parsed.clauses],
        {clause.key: clause.ids for clause in parsed.clauses},
    )
    add_texts(
        session,
        [
            text_row(
                clause,
                version_id=version.id,
                clause_id=ids[clause.key],
                language=parsed.language,
                kind=clause.kind,
                position=index * STEP,
                parent_id=ids[clause.parent] if clause.parent else None,
            )
            for index, clause in enumerate(parsed.clauses, 1)
        ],
    )
    counters.decided(session, consultation.id)
    log.record(
        session,
        actor=actor.reference,
        act="draft:imported",
        thing=f"version:{version.id}",
        now=now,
        consultation=consultation.id,
        clauses=len(parsed.clauses),
        language=parsed.language,
    )
    return version


def _empty_first_version(
    session: Session, consultation: Consultation, language: str, actor: Actor, now: datetime
) -> Version:
    counters.hold(session, consultation.id)
    draft = _locked_draft(session, consultation.id, language)
    if queries.current_version(session, consultation.id) is not None:
        raise FirstVersionError
    draft.language = language
    existing = queries.next_version(session, consultation.id)
    if existing is not None:
        version, _ = writable(session, existing.id)
        session.execute(delete(ClauseText).where(ClauseText.version_id == version.id))
        session.execute(delete(Clause).where(Clause.draft_id == draft.id))
        return version
    version = Version(
        draft_id=draft.id,
        number=1,
        title={},
        languages=[language],
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    return version


def _locked_draft(session: Session, consultation_id: int, language: str) -> Draft:
    """The draft, made if it is missing; of two officials who bring a text in, one waits."""
    wanted = select(Draft).where(Draft.consultation_id == consultation_id).with_for_update()
    draft = session.scalar(wanted)
    if draft is not None:
        return draft
    try:
        with session.begin_nested():
            draft = Draft(consultation_id=consultation_id, language=language)
            session.add(draft)
            session.flush()
    except IntegrityError:
        return session.scalars(wanted).one()
    return draft
