"""Giving a version further languages. The authentic one leads: a translation has its clauses, in its
order, and follows it when it is amended.

A published version may gain a language, and clauses that were missing in one; what is published in
a language never changes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from consult.consultations import counters
from consult.drafts import queries
from consult.drafts.errors import (
    AuthenticLanguageError,
    ClauseGoneError,
    NothingToTranslateError,
    StaleClauseError,
)
from consult.drafts.models import ClauseText, Draft, Version
from consult.drafts.publishing import index_again
from consult.drafts.queries import ClauseRow
from consult.drafts.writing import (
    Wording,
    add_texts,
    record,
    refuse_while_publishing,
    text_row,
    writable,
)
from consult.kernel.actor import Actor


def add_language(
    session: Session,
    version: Version,
    language: str,
    *,
    words: Mapping[int, Wording],
    title: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Give a version the words of its clauses (by id) in another language; how many were taken.

    Of a published version only what is missing in that language; the version being written gets the
    same where it has nothing yet. Raises AuthenticLanguageError for the language of the text itself,
    NothingToTranslateError where nothing would be added.
    """
    draft = _held(session, version, language)
    authentic = queries.clauses(session, version.id, draft.language)
    standing = queries.clauses(session, version.id, language)
    if version.published_at is not None:
        have = {row.clause_id for row in standing}
        words = {clause_id: said for clause_id, said in words.items() if clause_id not in have}
    taken = _put(session, version, language, words, authentic=authentic, standing=standing)
    if not taken:
        raise NothingToTranslateError
    _speak(version, language, title)
    if version.published_at is not None:
        _carry_on(session, version, draft, language, words)
        index_again(session, version, now=now)
    record(
        session,
        version,
        "version:translated",
        draft.consultation_id,
        None,
        actor=actor,
        now=now,
        language=language,
        clauses=taken,
    )
    return taken


def _held(session: Session, version: Version, language: str) -> Draft:
    """The draft, with nobody else writing it."""
    draft = session.get_one(Draft, version.draft_id)
    if language == draft.language:
        raise AuthenticLanguageError
    counters.hold(session, draft.consultation_id)
    session.refresh(version, with_for_update=True)
    refuse_while_publishing(session, draft.consultation_id)
    return draft


def _speak(version: Version, language: str, title: str) -> None:
    if language not in version.languages:
        version.languages = [*version.languages, language]
    if title:
        version.title = {**version.title, language: title}


def _put(
    session: Session,
    version: Version,
    language: str,
    words: Mapping[int, Wording],
    *,
    authentic: Sequence[ClauseRow],
    standing: Sequence[ClauseRow],
    follows: Mapping[int, int] | None = None,
) -> int:
    """Write words beside those of the authentic text; those that stand are replaced."""
    present = {row.clause_id: row for row in standing}
    new = []
    taken = 0
    for row in authentic:
        said = words.get(row.clause_id)
        if said is None:
            continue
        taken += 1
        values = text_row(
            said,
            version_id=version.id,
            clause_id=row.clause_id,
            language=language,
            kind=row.kind,
            position=row.position,
            parent_id=row.parent_id,
        )
        values["follows"] = (follows or {}).get(row.clause_id)
        if row.clause_id in present:
            values["saved"] = present[row.clause_id].saved + 1
            session.execute(
                update(ClauseText)
                .where(ClauseText.id == present[row.clause_id].text_id)
                .values(**values)
            )
        else:
            new.append(values)
    add_texts(session, new)
    session.flush()
    session.expire_all()
    return taken


def _carry_on(
    session: Session, version: Version, draft: Draft, language: str, words: Mapping[int, Wording]
) -> None:
    """The same words into the version being written; where its text has changed, they are behind."""
    following = queries.next_version(session, draft.consultation_id)
    if following is None or following.number != version.number + 1:
        return
    authentic = queries.clauses(session, following.id, draft.language)
    standing = queries.clauses(session, following.id, language)
    have = {row.clause_id for row in standing}
    published = queries.clauses(session, version.id, draft.language)
    before = {row.clause_id: row for row in published}
    behind = {
        row.clause_id: version.number
        for row in authentic
        if row.clause_id in before and not _same_words(before[row.clause_id], row)
    }
    missing = {clause_id: said for clause_id, said in words.items() if clause_id not in have}
    _put(
        session,
        following,
        language,
        missing,
        authentic=authentic,
        standing=standing,
        follows=behind,
    )
    _speak(following, language, version.title.get(language, ""))


def translate(
    session: Session,
    version: Version,
    clause_id: int,
    language: str,
    *,
    words: Wording,
    saved: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one clause of the next version in another language; it then gives the present wording.

    `saved` as in `revision.amend`; 0 for a clause that was missing. Raises StaleClauseError,
    ClauseGoneError, AuthenticLanguageError.
    """
    version, draft = writable(session, version.id)
    if language == draft.language:
        raise AuthenticLanguageError
    authentic = queries.clause_text(session, version.id, clause_id, draft.language)
    if authentic is None:
        raise ClauseGoneError
    standing = queries.clause_text(session, version.id, clause_id, language)
    if (standing.saved if standing else 0) != saved:
        raise StaleClauseError
    _put(
        session,
        version,
        language,
        {clause_id: words},
        authentic=[authentic],
        standing=[standing] if standing else [],
    )
    _speak(version, language, "")
    record(
        session,
        version,
        "clause:translated",
        draft.consultation_id,
        clause_id,
        actor=actor,
        now=now,
        language=language,
    )


def still_holds(
    session: Session,
    version: Version,
    clause_id: int,
    language: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that a translation needs no change, though the authentic words were amended."""
    version, draft = writable(session, version.id)
    session.execute(
        update(ClauseText)
        .where(
            ClauseText.version_id == version.id,
            ClauseText.clause_id == clause_id,
            ClauseText.language == language,
        )
        .values(follows=None)
    )
    session.expire_all()
    record(
        session,
        version,
        "clause:translation_kept",
        draft.consultation_id,
        clause_id,
        actor=actor,
        now=now,
        language=language,
    )


def drop_language(
    session: Session, version: Version, language: str, *, actor: Actor, now: datetime
) -> None:
    """Leave a language out of the next version. Raises AuthenticLanguageError for that of the text."""
    version, draft = writable(session, version.id)
    if language == draft.language:
        raise AuthenticLanguageError
    session.execute(
        delete(ClauseText).where(
            ClauseText.version_id == version.id, ClauseText.language == language
        )
    )
    session.expire_all()
    version.languages = [code for code in version.languages if code != language]
    version.title = {code: said for code, said in version.title.items() if code != language}
    record(
        session,
        version,
        "version:language_dropped",
        draft.consultation_id,
        None,
        actor=actor,
        now=now,
        language=language,
    )


def follow(session: Session, version: Version, clause_ids: Collection[int]) -> None:
    """Say which translations are behind, after the authentic words of these clauses were saved
    otherwise than before, in a version being written.
    """
    if len(version.languages) < 2 or not clause_ids:
        return
    base = queries.base_of(session, version)
    language = session.get_one(Draft, version.draft_id).language
    versions = [version.id] if base is None else [version.id, base.id]
    found = queries.texts_of(session, versions, version.languages)
    by_clause = {key: {row.clause_id: row for row in rows} for key, rows in found.items()}
    authentic, wanted = by_clause[version.id, language], set(clause_ids)
    for code in version.languages:
        if code == language:
            continue
        for clause_id, row in by_clause[version.id, code].items():
            if clause_id not in wanted or clause_id not in authentic:
                continue
            old, translated = None, None
            if base is not None:
                old = by_clause[base.id, language].get(clause_id)
                translated = by_clause[base.id, code].get(clause_id)
            behind = _behind(authentic[clause_id], row, old, translated, base)
            if behind != row.follows:
                session.execute(
                    update(ClauseText).where(ClauseText.id == row.text_id).values(follows=behind)
                )
    session.expire_all()


def _behind(
    authentic: ClauseRow,
    row: ClauseRow,
    old: ClauseRow | None,
    translated: ClauseRow | None,
    base: Version | None,
) -> int | None:
    """Which version's wording a translation follows; `old` and `translated` are those before."""
    if base is None or old is None or translated is None or not _same_words(row, translated):
        return 0  # what it was written beside was never public
    if _same_words(authentic, old):
        return translated.follows
    return base.number if translated.follows is None else translated.follows


def _same_words(one: ClauseRow, other: ClauseRow) -> bool:
    return (one.heading, one.text) == (other.heading, other.text)
