"""What the verbs of this room share: the version that may be written, and rows of its text."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, aliased

from consult.activity import log
from consult.consultations import counters
from consult.drafts.errors import BeingPublishedError, ClauseWordsError, PublishedError
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.drafts.reading import (
    MAX_CLAUSE_CHARACTERS,
    MAX_HEADING_CHARACTERS,
    MAX_NUMBER_CHARACTERS,
    ParsedClause,
)
from consult.kernel import release
from consult.kernel.actor import Actor
from consult.kernel.i18n import mark
from consult.kernel.markup import Rendered, render_clause, tidy

# Positions are this far apart, so that a clause can be put between two others.
STEP = 1024

PUBLICATION = "publication"


@dataclass(frozen=True)
class Wording:
    """Number, heading and words of a clause, rendered and ready to be stored."""

    number: str
    heading: str
    rendered: Rendered


def wording(*, number: str, heading: str, source: str) -> Wording:
    """Prepare what an official typed; before the act, because it renders.

    Raises ClauseWordsError where something is too long.
    """
    number, heading = " ".join(tidy(number).split()), " ".join(tidy(heading).split())
    if len(number) > MAX_NUMBER_CHARACTERS:
        raise ClauseWordsError(mark("This number is too long."))
    if len(heading) > MAX_HEADING_CHARACTERS:
        raise ClauseWordsError(mark("This heading is too long."))
    if len(source) > MAX_CLAUSE_CHARACTERS:
        raise ClauseWordsError(mark("This clause is too long."))
    rendered = render_clause(source)
    if not (number or heading or rendered.text):
        raise ClauseWordsError(mark("A clause needs a number, a heading or a text."))
    return Wording(number, heading, rendered)


def writable(session: Session, version_id: int) -> tuple[Version, Draft]:
    """The version, locked for this act. Raises PublishedError or BeingPublishedError.

    The consultation is locked first, as a publication does: so neither waits for the other while
    holding what that one needs, and no text changes once its publication has begun.
    """
    consultation_id = session.execute(
        select(Draft.consultation_id)
        .join(Version, Version.draft_id == Draft.id)
        .where(Version.id == version_id)
    ).scalar_one()
    counters.hold(session, consultation_id)
    version = session.scalars(
        select(Version)
        .where(Version.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if version.published_at is not None:
        raise PublishedError
    draft = session.get_one(Draft, version.draft_id)
    refuse_while_publishing(session, consultation_id)
    return version, draft


def refuse_while_publishing(session: Session, consultation_id: int) -> None:
    """Raise BeingPublishedError while answers of this consultation are being published."""
    reference = f"consultation:{consultation_id}"
    if release.preparing(session, kind=PUBLICATION, reference=reference) is not None:
        raise BeingPublishedError


def add_clauses(
    session: Session,
    draft_id: int,
    keys: Sequence[str],
    known_as: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, int]:
    """Make clauses that never stood before; their ids by key.

    `known_as` are the identifiers by which the file that brings them knows them.
    """
    if not keys:
        return {}
    names = known_as or {}
    rows = [
        {
            "draft_id": draft_id,
            "key": key,
            "guid": str(uuid.uuid4()),
            "known_as": list(names[key]) if names.get(key) else None,
        }
        for key in keys
    ]
    made = session.execute(insert(Clause).returning(Clause.key, Clause.id), rows)
    return {row.key: row.id for row in made}


def text_row(
    clause: ParsedClause | Wording,
    *,
    version_id: int,
    clause_id: int,
    language: str,
    kind: str,
    position: int,
    parent_id: int | None,
) -> dict[str, Any]:
    """The columns of a clause text."""
    return {
        "version_id": version_id,
        "clause_id": clause_id,
        "language": language,
        "kind": kind,
        "position": position,
        "parent_id": parent_id,
        "number": clause.number,
        "heading": clause.heading,
        "source": clause.rendered.source,
        "html": clause.rendered.html,
        "text": clause.rendered.text,
        "saved": 0,
    }


# The columns that an amendment rewrites.
WORDS = ("number", "heading", "source", "html", "text")


def add_texts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(ClauseText), list(rows))


def taken_keys(session: Session, draft_id: int) -> set[str]:
    """Every key that a clause of this draft ever had."""
    return set(session.scalars(select(Clause.key).where(Clause.draft_id == draft_id)))


def free_key(key: str, version: int, taken: set[str]) -> str:
    """A key that no clause of this draft ever had: with the version in it where the first is."""
    candidate, count = key, 1
    while candidate in taken:
        candidate = f"{key}_v{version}" if count == 1 else f"{key}_v{version}-{count}"
        count += 1
    return candidate


def reorder(session: Session, version_id: int, language: str, order: Iterable[int]) -> None:
    """Number the clause texts of a version anew, in this order of clause ids.

    In two steps through negative numbers: the position is unique at every moment.
    """
    set_aside_positions(session, version_id, language)
    rows = [
        {"wanted": clause_id, "place": index * STEP} for index, clause_id in enumerate(order, 1)
    ]
    session.connection().execute(
        update(ClauseText)
        .where(
            ClauseText.version_id == version_id,
            ClauseText.language == language,
            ClauseText.clause_id == bindparam("wanted"),
        )
        .values(position=bindparam("place")),
        rows,
    )
    session.expire_all()


def same_places(session: Session, version: Version, language: str) -> None:
    """Give every translation the places of the authentic text, whose language is `language`."""
    authentic = aliased(ClauseText)
    place = {
        name: select(getattr(authentic, name))
        .where(
            authentic.version_id == version.id,
            authentic.language == language,
            authentic.clause_id == ClauseText.clause_id,
        )
        .scalar_subquery()
        for name in ("position", "parent_id", "kind")
    }
    for code in version.languages:
        if code != language:
            set_aside_positions(session, version.id, code)
            session.execute(
                update(ClauseText)
                .where(ClauseText.version_id == version.id, ClauseText.language == code)
                .values(**place),
                execution_options={"synchronize_session": False},
            )
    session.expire_all()


def set_aside_positions(session: Session, version_id: int, language: str) -> None:
    """Make every position negative, so that the positive ones are free to be given out."""
    session.execute(
        update(ClauseText)
        .where(ClauseText.version_id == version_id, ClauseText.language == language)
        .values(position=-ClauseText.position),
        execution_options={"synchronize_session": False},
    )


def record(
    session: Session,
    version: Version,
    act: str,
    consultation_id: int,
    clause_id: int | None,
    *,
    actor: Actor,
    now: datetime,
    **facts: object,
) -> None:
    """Count a decision and write it down: of one clause, or (None) of the whole version."""
    counters.decided(session, consultation_id)
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=f"version:{version.id}" if clause_id is None else f"clause:{clause_id}",
        now=now,
        consultation=consultation_id,
        version=version.number,
        **facts,
    )
    session.flush()
