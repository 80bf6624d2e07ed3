"""Every read of the text: versions, clauses, edits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from consult.drafts.models import Clause, ClauseText, Draft, Edit, Erratum, Version
from consult.kernel.db import Texts, columns
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class ClauseRow:
    """The words of a clause in one version and language, as pages and verbs use them."""

    clause_id: int
    key: str
    text_id: int
    version_id: int
    language: str
    kind: str
    position: int
    parent_id: int | None
    number: str
    heading: str
    source: str = field(repr=False)
    html: str = field(repr=False)
    text: str = field(repr=False)
    saved: int = 0
    # Of a translation that is behind: the version whose wording it follows (ClauseText.follows).
    follows: int | None = None

    @property
    def label(self) -> str:
        """Number and heading on one line: "Art. 3 – Purpose"."""
        return " – ".join(part for part in (self.number, self.heading) if part) or self.key

    @property
    def name(self) -> str:
        """The shortest way to cite it: its number, else its heading."""
        return self.number or self.heading or self.key


@dataclass(frozen=True)
class ClauseLabel:
    """How a clause is called in the newest version that has it."""

    clause_id: int
    key: str
    number: str
    heading: str
    language: str

    @property
    def label(self) -> str:
        return " – ".join(part for part in (self.number, self.heading) if part) or self.key

    @property
    def name(self) -> str:
        return self.number or self.heading or self.key


@dataclass(frozen=True)
class EditRow:
    """An edit with the clause's words on both sides (None where it did not exist)."""

    edit: Edit
    key: str
    version: int
    before: ClauseRow | None
    after: ClauseRow | None

    @property
    def clause(self) -> ClauseRow:
        """The later words, or the earlier ones of a deleted clause."""
        row = self.after or self.before
        assert row is not None  # only an edit that is gone has lost both, and is not listed
        return row


def draft_of(session: Session, consultation_id: int) -> Draft | None:
    """The text of a consultation, if one was imported."""
    return session.scalar(select(Draft).where(Draft.consultation_id == consultation_id))


def _versions_of(consultation_id: Any) -> Select[Version]:
    return select(Version).join(Draft).where(Draft.consultation_id == consultation_id)


def versions(session: Session, consultation_id: int) -> Sequence[Version]:
    """The published versions, oldest first."""
    return session.scalars(
        _versions_of(consultation_id)
        .where(Version.published_at.is_not(None))
        .order_by(Version.number)
    ).all()


def published(session: Session, consultation_id: int) -> tuple[str, list[Version]]:
    """The language of the authentic wording, and the published versions, oldest first.

    One statement; without a published version the language is empty.
    """
    rows = session.execute(_published(), {"consultation_id": consultation_id}).all()
    return (rows[0][1] if rows else ""), [row[0] for row in rows]


@cache
def _published() -> Any:
    return (
        _versions_of(bindparam("consultation_id"))
        .where(Version.published_at.is_not(None))
        .add_columns(Draft.language)
        .order_by(Version.number)
    )


def current_version(session: Session, consultation_id: int) -> Version | None:
    """The newest published version."""
    return session.scalar(
        _versions_of(consultation_id)
        .where(Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )


def next_version(session: Session, consultation_id: int) -> Version | None:
    """The version that is being edited: not published yet, so never shown to the public."""
    return session.scalar(_versions_of(consultation_id).where(Version.published_at.is_(None)))


def base_of(session: Session, version: Version) -> Version | None:
    """The version before this one, from which its edits lead here."""
    return session.scalar(
        select(Version).where(
            Version.draft_id == version.draft_id, Version.number == version.number - 1
        )
    )


_COLUMNS = (
    ClauseText.clause_id,
    Clause.key,
    ClauseText.id,
    ClauseText.version_id,
    ClauseText.language,
    ClauseText.kind,
    ClauseText.position,
    ClauseText.parent_id,
    ClauseText.number,
    ClauseText.heading,
    ClauseText.source,
    ClauseText.html,
    ClauseText.text,
    ClauseText.saved,
    ClauseText.follows,
)


def _clause_row(facts: Sequence[Any]) -> ClauseRow:
    return ClauseRow(*facts)


def clauses(session: Session, version_id: int, language: str) -> list[ClauseRow]:
    """All chapters and clauses of a version in document order."""
    return texts_of(session, [version_id], [language])[version_id, language]


def texts_of(
    session: Session, version_ids: Sequence[int], languages: Sequence[str]
) -> dict[tuple[int, str], list[ClauseRow]]:
    """The same of several versions in several languages, by version and language: one statement."""
    found: dict[tuple[int, str], list[ClauseRow]] = {
        (version_id, language): [] for version_id in version_ids for language in languages
    }
    facts = {"version_ids": list(version_ids), "languages": list(languages)}
    for found_row in columns(session, _CLAUSES, facts):
        row = _clause_row(found_row)
        found[row.version_id, row.language].append(row)
    return found


_CLAUSES = (
    select(*_COLUMNS)
    .join(Clause, Clause.id == ClauseText.clause_id)
    .where(
        ClauseText.version_id.in_(bindparam("version_ids", expanding=True)),
        ClauseText.language.in_(bindparam("languages", expanding=True)),
    )
    .order_by(ClauseText.position)
)


def clause_text(
    session: Session, version_id: int, clause_id: int, language: str
) -> ClauseRow | None:
    """The words of one clause in one version and language."""
    row = session.execute(
        select(*_COLUMNS)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(
            ClauseText.version_id == version_id,
            ClauseText.clause_id == clause_id,
            ClauseText.language == language,
        )
    ).one_or_none()
    return None if row is None else _clause_row(row)


def texts_of_clause(
    session: Session, clause_id: int, version_ids: Iterable[int]
) -> dict[tuple[int, str], ClauseRow]:
    """The words of one clause in some versions, in all their languages, by version and language."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(ClauseText.clause_id == clause_id, ClauseText.version_id.in_(list(version_ids)))
    )
    return {(row.version_id, row.language): row for row in (_clause_row(found) for found in rows)}


def text_rows(session: Session, text_ids: Sequence[int]) -> dict[int, ClauseRow]:
    """Clause texts by id."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(ClauseText.id.in_(list(text_ids)))
    )
    return {row.text_id: row for row in (_clause_row(found) for found in rows)}


def clause_by_key(session: Session, consultation_id: int, key: str) -> Clause:
    """A clause by its lasting key. Raises NotFoundError."""
    found = session.scalar(
        select(Clause)
        .join(Draft)
        .where(Draft.consultation_id == consultation_id, Clause.key == key)
    )
    if found is None:
        raise NotFoundError
    return found


def clause_history(
    session: Session, clause_id: int, language: str
) -> list[tuple[Version, ClauseRow]]:
    """Every published wording of a clause, oldest first."""
    rows = session.execute(
        select(Version, *_COLUMNS)
        .join(ClauseText, ClauseText.version_id == Version.id)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(
            ClauseText.clause_id == clause_id,
            ClauseText.language == language,
            Version.published_at.is_not(None),
        )
        .order_by(Version.number)
    )
    return [(row[0], _clause_row(row[1:])) for row in rows]


def clause_states(
    session: Session, clause_id: int, language: str
) -> list[tuple[Version, ClauseRow | None]]:
    """A clause in every version of its text, the one that is being written too; none where it is
    missing."""
    rows = session.execute(
        select(Version, *_COLUMNS)
        .join(Clause, Clause.draft_id == Version.draft_id)
        .outerjoin(
            ClauseText,
            and_(
                ClauseText.version_id == Version.id,
                ClauseText.clause_id == Clause.id,
                ClauseText.language == language,
            ),
        )
        .where(Clause.id == clause_id)
        .order_by(Version.number)
    )
    found: list[tuple[Version, ClauseRow | None]] = []
    for version, *facts in rows:
        found.append((version, None if facts[0] is None else _clause_row(facts)))
    return found


def clause_labels(
    session: Session, clause_ids: Sequence[int], language: str
) -> dict[int, ClauseLabel]:
    """How clauses are called, in `language` where they have it, by the newest published version.

    For lists of comments: one statement for all of them.
    """
    newest = (
        func.row_number()
        .over(
            partition_by=ClauseText.clause_id,
            order_by=((ClauseText.language == language).desc(), Version.number.desc()),
        )
        .label("place")
    )
    ranked = (
        select(
            ClauseText.clause_id, ClauseText.number, ClauseText.heading, ClauseText.language, newest
        )
        .join(Version, Version.id == ClauseText.version_id)
        .where(ClauseText.clause_id.in_(list(clause_ids)), Version.published_at.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.clause_id, Clause.key, ranked.c.number, ranked.c.heading, ranked.c.language)
        .join(Clause, Clause.id == ranked.c.clause_id)
        .where(ranked.c.place == 1)
    )
    return {row.clause_id: row for row in (ClauseLabel(*tuple(found)) for found in rows)}


def edits(session: Session, ids: Sequence[int] | Select[int]) -> list[EditRow]:
    """Edits with the words on both sides, in document order; those that are gone are left out.

    `ids` may be a query for them.
    """
    return _edit_rows(session, select(Edit).where(Edit.id.in_(ids), Edit.gone_at.is_(None)))


def edits_of_version(
    session: Session,
    version_id: int,
    language: str | None = None,
    *,
    texts: Mapping[int, ClauseRow] | None = None,
) -> list[EditRow]:
    """Everything that leads from the version before to this one, in document order.

    `texts` are the clause texts of both versions by id, where the caller has read them already.
    """
    wanted = select(Edit).where(Edit.version_id == version_id, Edit.gone_at.is_(None))
    if language is not None:
        wanted = wanted.where(Edit.language == language)
    return _edit_rows(session, wanted, texts)


def edits_between(
    session: Session,
    first: Version,
    last: Version,
    language: str,
    *,
    texts: Mapping[int, ClauseRow],
) -> list[EditRow]:
    """Everything that led from one published version to a later one, over all between them.

    `texts` are the clause texts that the caller has read; edits on others come without words.
    """
    wanted = select(Edit).where(
        Version.draft_id == first.draft_id,
        Version.number > first.number,
        Version.number <= last.number,
        Edit.language == language,
        Edit.gone_at.is_(None),
    )
    return _edit_rows(session, wanted, texts)


def edits_of_clause(
    session: Session, clause_id: int, language: str, *, texts: Mapping[int, ClauseRow]
) -> list[EditRow]:
    """Every published edit of a clause, oldest version first; `texts` are its wordings by id."""
    wanted = select(Edit).where(
        Edit.clause_id == clause_id,
        Edit.language == language,
        Edit.gone_at.is_(None),
        Version.published_at.is_not(None),
    )
    return _edit_rows(session, wanted, texts)


def edits_of_versions(session: Session, version_ids: Sequence[int], language: str) -> list[EditRow]:
    """All edits of some versions, each with the words on both sides."""
    wanted = select(Edit).where(
        Edit.version_id.in_(list(version_ids)), Edit.language == language, Edit.gone_at.is_(None)
    )
    return _edit_rows(session, wanted)


def clause_before(session: Session, row: ClauseRow) -> ClauseRow | None:
    """The clause before another one in the same version; None for the first."""
    found = session.execute(
        select(*_COLUMNS)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(
            ClauseText.version_id == row.version_id,
            ClauseText.language == row.language,
            ClauseText.position < row.position,
        )
        .order_by(ClauseText.position.desc())
        .limit(1)
    ).first()
    return None if found is None else _clause_row(found)


def _edit_rows(
    session: Session, wanted: Select[Edit], texts: Mapping[int, ClauseRow] | None = None
) -> list[EditRow]:
    """Two statements, however many edits: the rows, then the texts on both sides."""
    rows = session.execute(in_document_order(wanted.add_columns(Clause.key, Version.number)))
    return edit_rows(session, [tuple(row) for row in rows], texts)


def in_document_order(edits: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join a query that has Edit with its Clause and Version, in the order of the text."""
    before, after = aliased(ClauseText), aliased(ClauseText)
    return (
        edits.join(Clause, Clause.id == Edit.clause_id)
        .join(Version, Version.id == Edit.version_id)
        .outerjoin(before, before.id == Edit.before_text_id)
        .outerjoin(after, after.id == Edit.after_text_id)
        .order_by(
            Version.number,
            func.coalesce(after.position, before.position),
            Edit.clause_id,
            Edit.after_start,
            Edit.before_start,
            Edit.id,
        )
    )


def edit_rows(
    session: Session,
    rows: Sequence[tuple[Edit, str, int]],
    texts: Mapping[int, ClauseRow] | None = None,
) -> list[EditRow]:
    """Edits, each with its clause's key and its version's number, with the words on both sides.

    One statement; none where `texts` has them, or there is no edit.
    """
    if texts is None:
        ids = {i for edit, _, _ in rows for i in (edit.before_text_id, edit.after_text_id) if i}
        texts = text_rows(session, sorted(ids)) if ids else {}
    return [
        EditRow(
            edit,
            key,
            number,
            texts.get(edit.before_text_id or 0),
            texts.get(edit.after_text_id or 0),
        )
        for edit, key, number in rows
    ]


@dataclass(frozen=True)
class Note:
    """A dated erratum."""

    at: datetime
    note: Texts


def errata(session: Session, version_id: int) -> dict[int, list[Note]]:
    """The errata of a version by clause text, oldest first."""
    found: dict[int, list[Note]] = {}
    for text_id, at, note in columns(session, _ERRATA, {"version_id": version_id}):
        found.setdefault(text_id, []).append(Note(at, note))
    return found


def errata_of(session: Session, text_ids: Sequence[int]) -> dict[int, list[Note]]:
    """The errata of some clause texts, oldest first."""
    rows = session.execute(
        select(Erratum.clause_text_id, Erratum.at, Erratum.note)
        .where(Erratum.clause_text_id.in_(list(text_ids)))
        .order_by(Erratum.id)
    )
    found: dict[int, list[Note]] = {}
    for text_id, at, note in rows:
        found.setdefault(text_id, []).append(Note(at, note))
    return found


_ERRATA = (
    select(Erratum.clause_text_id, Erratum.at, Erratum.note)
    .join(ClauseText, ClauseText.id == Erratum.clause_text_id)
    .where(ClauseText.version_id == bindparam("version_id"))
    .order_by(Erratum.id)
)
