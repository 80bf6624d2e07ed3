"""What the pages of the text show."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consult.drafts import queries as drafts
from consult.drafts.comparison import ClauseChange, by_clause, compare_versions
from consult.drafts.models import Clause, Version
from consult.drafts.queries import ClauseRow, Note
from consult.kernel.db import columns
from consult.kernel.errors import NotFoundError
from consult.submissions.models import Thread


@dataclass(frozen=True)
class Edition:
    """One published version in the language in which this reader sees it."""

    version: Version
    versions: Sequence[Version]
    language: str
    # The language whose wording is the authentic one.
    authentic: str

    @property
    def newest(self) -> Version:
        return self.versions[-1]


def edition(
    session: Session, consultation_id: int, number: int | None, wanted: str
) -> Edition | None:
    """A published version, the newest without a number. None while nothing is published.

    Raises NotFoundError for a number that is not (yet) public.
    """
    authentic, versions = drafts.published(session, consultation_id)
    if not versions:
        if number is not None:
            raise NotFoundError
        return None
    version = pick(versions, number) if number is not None else versions[-1]
    language = wanted if wanted in version.languages else authentic
    return Edition(version, versions, language, authentic)


def pick(versions: Sequence[Version], number: int) -> Version:
    """The version of this number. Raises NotFoundError."""
    for version in versions:
        if version.number == number:
            return version
    raise NotFoundError


@dataclass(frozen=True)
class Talk:
    """How much is said on each clause, and on the whole text."""

    by_clause: dict[int, int]
    whole: int

    @property
    def most(self) -> int:
        return max(self.by_clause.values(), default=0)

    def count(self, clause_id: int) -> int:
        return self.by_clause.get(clause_id, 0)

    def heat(self, clause_id: int) -> int:
        """From 0 (nothing said) to 5 (the clause that is spoken of most)."""
        return heat(self.count(clause_id), self.most)


def heat(count: int, most: int) -> int:
    """Each step means about twice as much as the one before, counted from the top."""
    level = 5
    while level > 1 and count * 2 ** (5 - level) < most:
        level -= 1
    return level if count else 0


def talk(session: Session, consultation_id: int) -> Talk:
    """One statement, however many clauses."""
    rows = columns(session, _TALK, {"consultation_id": consultation_id})
    counts = {row.clause_id: row.comments for row in rows}
    whole = counts.pop(None, 0)
    return Talk({key: value for key, value in counts.items() if key is not None}, whole)


_TALK = select(Thread.clause_id, Thread.comments).where(
    Thread.consultation_id == bindparam("consultation_id"), Thread.kind.in_(["clause", "whole"])
)


@dataclass(frozen=True)
class Text:
    """All of a version for reading: with what changed since or until another one, if asked."""

    clauses: Sequence[ClauseChange]
    talk: Talk
    errata: dict[int, list[Note]]
    # The two versions between which changes are shown.
    between: tuple[Version, Version] | None = None


def text(session: Session, seen: Edition, consultation_id: int, changes: int | None) -> Text:
    """The text as it stands, or (`changes`: the number of another version) as a redline."""
    said = talk(session, consultation_id)
    errata = drafts.errata(session, seen.version.id)
    other = _other(seen, changes)
    if other is None:
        rows = drafts.clauses(session, seen.version.id, seen.language)
        unmarked = [ClauseChange(row, row, row, (), ()) for row in rows]
        return Text(unmarked, said, errata)
    first, last = sorted((seen.version, other), key=lambda version: version.number)
    return Text(changed(session, first, last, seen.language), said, errata, (first, last))


def _other(seen: Edition, changes: int | None) -> Version | None:
    for version in seen.versions:
        if version.number == changes and version is not seen.version:
            return version if seen.language in version.languages else None
    return None


def changed(
    session: Session, first: Version, last: Version, language: str, why: str = ""
) -> list[ClauseChange]:
    """All clauses of two versions with what changed. `why` is an address with KEY for the key.

    Edits are stored for versions that follow each other; other pairs are compared here.
    """
    both = drafts.clauses_of(session, [first.id, last.id], language)
    before, after = both[first.id], both[last.id]
    if last.number != first.number + 1:
        return compare_versions(before, after)
    texts = {row.text_id: row for row in (*before, *after)}
    edits = by_clause(drafts.edits_of_version(session, last.id, language, texts=texts))
    reasons = {row.clause_id: why.replace("KEY", row.key) for row in after} if why else {}
    return compare_versions(before, after, edits, reasons)


@dataclass(frozen=True)
class Wording:
    """A clause in one version: its words, and how they came from the version before."""

    version: Version
    change: ClauseChange


def wordings(
    session: Session, clause: Clause, versions: Sequence[Version], language: str
) -> list[Wording]:
    """Every published state of a clause, newest first; one where it fell away as well."""
    history = {v.id: row for v, row in drafts.clause_history(session, clause.id, language)}
    edits: dict[int, list[drafts.EditRow]] = {}
    for row in drafts.edits_of_clause(session, clause.id, language):
        edits.setdefault(row.version, []).append(row)
    found: list[Wording] = []
    previous: ClauseRow | None = None
    for version in versions:
        now = history.get(version.id)
        if now is not None or previous is not None:
            before = previous if version.number > 1 else now
            found.append(Wording(version, _state(before, now, edits.get(version.number, []))))
        previous = now
    return found[::-1]


def _state(
    before: ClauseRow | None, now: ClauseRow | None, edits: Sequence[drafts.EditRow]
) -> ClauseChange:
    """How one clause differs, from its stored edits (order among others is in them)."""
    rows = [row for row in (before,) if row is not None]
    later = [row for row in (now,) if row is not None]
    clause_id = (rows or later)[0].clause_id
    return compare_versions(rows, later, {clause_id: list(edits)}, named=False)[0]


def edit_ids(found: Sequence[Wording]) -> list[int]:
    """The edits shown with some wordings."""
    return [row.edit.id for wording in found for row in wording.change.edits]
