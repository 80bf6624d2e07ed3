"""Making a version public. Its words never change afterwards; an erratum stands beside them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters, interruptions
from consult.drafts.errors import (
    EmptyNoteError,
    FirstVersionError,
    NotPublishedYetError,
    PublishedError,
)
from consult.drafts.models import ClauseText, Draft, Erratum, Version
from consult.drafts.writing import writable
from consult.jobs import queue
from consult.kernel.actor import Actor
from consult.kernel.db import Texts

INDEX_JOB = "index-text"


def publish_first(session: Session, version: Version, *, actor: Actor, now: datetime) -> None:
    """Publish the first version. Every later one is published with the answers behind it.

    Raises FirstVersionError for a later version, PublishedError when it is public already.
    """
    version, draft = writable(session, version.id)
    if version.number != 1:
        raise FirstVersionError
    release_version(session, version, now=now)
    counters.decided(session, draft.consultation_id)
    log.record(
        session,
        actor=actor.reference,
        act="version:published",
        thing=f"version:{version.id}",
        now=now,
        consultation=draft.consultation_id,
        version=version.number,
    )


def publish_text(session: Session, version: Version, *, actor: Actor, now: datetime) -> None:
    """Publish the first version; where people could have commented already, the close moves by the
    days that the text was missing. Raises as `publish_first` does."""
    publish_first(session, version, actor=actor, now=now)
    draft = session.get_one(Draft, version.draft_id)
    interruptions.text_came(session, draft.consultation_id, actor=actor, now=now)


def release_version(session: Session, version: Version, *, now: datetime) -> None:
    """Set the version public, inside the act that also moves counters and records it.

    A job then writes the clauses into the search index: that takes longer than this act may.
    """
    version, _draft = _unpublished(session, version)
    version.published_at = now
    index_again(session, version, now=now)
    session.flush()


def index_again(session: Session, version: Version, *, now: datetime) -> None:
    """Have the clauses written into the search index: each time that a version gained words."""
    languages = ",".join(sorted(version.languages))
    queue.enqueue(
        session,
        kind=INDEX_JOB,
        key=f"{INDEX_JOB}:{version.id}:{languages}:{now.isoformat()}",
        reference=f"version:{version.id}",
        payload={"version": version.id},
        now=now,
    )


def _unpublished(session: Session, version: Version) -> tuple[Version, Draft]:
    """The version, locked. Raises PublishedError when it is public already."""
    locked = session.scalars(
        select(Version)
        .where(Version.id == version.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if locked.published_at is not None:
        raise PublishedError
    return locked, session.get_one(Draft, locked.draft_id)


def add_erratum(
    session: Session, clause_text_id: int, note: Texts, *, actor: Actor, now: datetime
) -> Erratum:
    """Put a dated note beside a published clause text that is wrong.

    Raises NotPublishedYetError while the text can still be amended, EmptyNoteError without words.
    """
    said = {code: words.strip() for code, words in note.items() if words.strip()}
    if not said:
        raise EmptyNoteError
    row = session.get_one(ClauseText, clause_text_id)
    version = session.get_one(Version, row.version_id)
    if version.published_at is None:
        raise NotPublishedYetError
    draft = session.get_one(Draft, version.draft_id)
    erratum = Erratum(clause_text_id=clause_text_id, note=said, at=now, by=actor.user_id)
    session.add(erratum)
    counters.decided(session, draft.consultation_id)
    log.record(
        session,
        actor=actor.reference,
        act="clause:erratum",
        thing=f"clause:{row.clause_id}",
        now=now,
        consultation=draft.consultation_id,
        version=version.number,
    )
    session.flush()
    return erratum
