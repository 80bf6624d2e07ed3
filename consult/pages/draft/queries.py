"""What the pages of the text show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consult.drafts import queries as drafts
from consult.drafts.comparison import ClauseChange
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow, Note
from consult.kernel.db import columns
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import choose
from consult.pages.draft.comparing import Share, redlined
from consult.pages.draft.tongues import Tongues
from consult.submissions.models import Thread
from consult.submissions.passage_queries import Words


@dataclass(frozen=True)
class Edition:
    """One published version in the language in which this reader sees it."""

    version: Version
    versions: Sequence[Version]
    language: str
    # The language whose wording is the authentic one.
    authentic: str
    # The language that is read beside it, if one is.
    beside: str | None = None

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def title(self) -> tuple[str, str]:
        """The language and the words of the title, as this reader sees it."""
        return choose(self.version.title, self.language)


def edition(
    session: Session,
    consultation_id: int,
    number: int | None,
    wanted: str,
    beside: str | None = None,
) -> Edition | None:
    """A published version, the newest without a number. None while nothing is published.

    A language that it does not have gives way to the authentic one, and nothing stands beside it.

    Raises NotFoundError for a number that is not (yet) public.
    """
    authentic, versions = drafts.published(session, consultation_id)
    if not versions:
        if number is not None:
            raise NotFoundError
        return None
    version = pick(versions, number) if number is not None else versions[-1]
    language = wanted if wanted in version.languages else authentic
    other = beside if beside in version.languages and beside != language else None
    return Edition(version, versions, language, authentic, other)


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

    @cached_property
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
    # The two versions between which changes are shown, and how many of them comments asked for.
    between: tuple[Version, Version] | None = None
    share: Share | None = None
    # The clauses in the language beside it, by clause.
    beside: Mapping[int, ClauseChange] | None = None


def text(
    session: Session,
    seen: Edition,
    consultation_id: int,
    changes: int | None,
    *,
    because: bool = False,
) -> Text:
    """The text as it stands, or (`changes`: the number of another version) as a redline; `because`
    of comments alone."""
    said = talk(session, consultation_id)
    errata = drafts.errata(session, seen.version.id)
    other = _other(seen, changes)
    between = None if other is None else _in_order(seen.version, other)
    codes = [seen.language, *filter(None, [seen.beside])]
    words = Tongues(session, between or [seen.version], seen.authentic, codes)
    shown: list[Sequence[ClauseChange]] = []
    found: Share | None = None
    for code in codes:
        words.errata(seen.version, code, errata)
        if between is None:
            rows = words.rows(seen.version, code)
            shown.append([ClauseChange(row, row, row, (), ()) for row in rows])
        else:
            second = code == seen.beside
            clauses, told = redlined(session, *between, code, words, because=because, beside=second)
            shown.append(clauses)
            found = found or told
    beside = {change.row.clause_id: change for change in shown[1]} if seen.beside else None
    return Text(shown[0], said, errata, between, found, beside)


def _in_order(one: Version, other: Version) -> tuple[Version, Version]:
    return (one, other) if one.number < other.number else (other, one)


def _other(seen: Edition, changes: int | None) -> Version | None:
    for version in seen.versions:
        if version.number == changes and version is not seen.version:
            return version
    return None


def in_common(seen: Edition, first: Version, wanted: str) -> str:
    """The language in which two versions can be compared: the reader's, else the authentic one,
    else any; "" where they have none in common."""
    both = [code for code in first.languages if code in seen.version.languages]
    return next((code for code in (wanted, seen.authentic, *both) if code in both), "")


@dataclass(frozen=True)
class Quoted:
    """Words of a clause as they stand in one version and language."""

    row: ClauseRow
    words: Words
    exact: str


def quoted(session: Session, seen: Edition, clause_id: int, start: int, end: int) -> Quoted:
    """Some words of a clause. Raises NotFoundError where it has no such words."""
    row = drafts.clause_text(session, seen.version.id, clause_id, seen.language)
    if row is None or not 0 <= start < end <= len(row.text):
        raise NotFoundError
    words = Words(clause_id, seen.version.id, seen.language, start, end)
    return Quoted(row, words, row.text[start:end])
