"""What a comment is about: the whole text, a clause, or exact words of a clause."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.drafts.sentences import Span, sentences
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions.anchoring import CONTEXT, Selector, WordsNotThereError, select_span

MAX_WORDS = 2_000
# Among so many equal places somebody can still choose.
MOST_PLACES = 30

# Signs that people type for one another.
_ALIKE = {
    "'": "['’‘ʼ]",
    "’": "['’‘ʼ]",
    '"': '["“”„«»]',
    "-": "[-‐‑–]",
    "‑": "[-‐‑–]",
    "–": "[-‐‑–]",
}


class ClauseGoneError(ConsultError):
    """The clause is not (or no longer) part of the text."""

    status = 422
    message = mark("This clause is not part of the text. Please choose another one.")


class WordsWithoutClauseError(ConsultError):
    """Words were given, but not where they stand."""

    status = 422
    message = mark("Please choose the clause in which these words stand.")


@dataclass(frozen=True)
class Occurrence:
    """One place where the words stand, with what stands around it."""

    before: str
    words: str
    after: str
    selector: Selector


class PartGoneError(ConsultError):
    """The sentence that was chosen is none of this clause."""

    status = 422
    message = mark("This sentence is not part of the clause. Please choose again.")


class AmbiguousWordsError(ConsultError):
    """The words stand in the clause more than once."""

    status = 422
    message = mark("These words stand in the clause more than once. Please choose the place.")

    def __init__(self, places: list[Occurrence]) -> None:
        super().__init__()
        self.places = places


class TooManyPlacesError(ConsultError):
    """The words stand in the clause so often that nobody could choose from a list."""

    status = 422
    message = mark(
        "These words stand in the clause %(number)s times. Please add some of the words beside them."
    )


@dataclass(frozen=True)
class OutlineEntry:
    """A chapter or clause as a form offers it."""

    id: int
    key: str
    kind: str
    label: str


@dataclass(frozen=True)
class Edition:
    """The version that a form shows, and the language in which its reader sees it."""

    version_id: int
    number: int
    published_at: datetime
    language: str
    languages: tuple[str, ...]
    # What stands in for words that are not translated.
    authentic: str


@dataclass(frozen=True)
class ClauseSeen:
    """A clause as the readers of an edition see it."""

    id: int
    language: str
    number: str
    heading: str
    text: str
    # Its row, and how it is written: what other words are proposed for.
    text_id: int
    source: str

    @classmethod
    def of(cls, row: Any) -> "ClauseSeen":
        """The same from a row of the text (`drafts.queries.ClauseRow`, ClauseText)."""
        text_id = row.id if isinstance(row, ClauseText) else row.text_id
        return cls(
            row.clause_id, row.language, row.number, row.heading, row.text, text_id, row.source
        )


@dataclass(frozen=True)
class Target:
    """A resolved target. No clause: the whole text."""

    clause: ClauseSeen | None = None
    selector: Selector | None = None

    @property
    def clause_id(self) -> int | None:
        return None if self.clause is None else self.clause.id


WHOLE = Target()


# The columns of an edition, for statements that read it beside other things.
EDITION = (Version.id, Version.number, Version.published_at, Version.languages, Draft.language)


def newest_of_draft() -> Any:
    """The condition that a version is the newest published one of the draft beside it."""
    other = aliased(Version)
    newest = (
        select(other.id)
        .where(other.draft_id == Draft.id, other.published_at.is_not(None))
        .order_by(other.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return Version.id == newest


def edition_of(row: Sequence[Any], language: str) -> Edition | None:
    """The edition in the columns EDITION of a row, as a reader of `language` sees it."""
    version_id, number, published_at, languages, authentic = row
    if version_id is None:
        return None
    shown = language if language in languages else authentic
    return Edition(version_id, number, published_at, shown, tuple(languages), authentic)


def edition(
    session: Session, consultation_id: int, language: str, version_id: int | None = None
) -> Edition | None:
    """The newest published version, or the one asked for; None while there is no text."""
    facts = {"in_consultation": consultation_id, "version_id": version_id}
    row = session.execute(_edition(version_id is not None), facts).first()
    return None if row is None else edition_of(tuple(row), language)


@cache
def _edition(asked: bool) -> Any:
    published = (
        select(*EDITION)
        .join(Draft, Draft.id == Version.draft_id)
        .where(Draft.consultation_id == bindparam("in_consultation"))
        .where(Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    return published.where(Version.id == bindparam("version_id")) if asked else published


# A published text never changes, so what a worker has read once stays true. Only a translation may
# still gain clauses, in whose place the authentic ones stood: that is read each time.


def outline(shown: Edition) -> tuple[OutlineEntry, ...]:
    """Chapters and clauses of a version in document order, without their words."""
    read = _outline if shown.language == shown.authentic else _outline.__wrapped__
    return read(shown)


@lru_cache(maxsize=64)
def _outline(shown: Edition) -> tuple[OutlineEntry, ...]:
    rows = current_session().execute(
        select(
            Clause.id,
            Clause.key,
            ClauseText.kind,
            ClauseText.number,
            ClauseText.heading,
        )
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(
            ClauseText.version_id == shown.version_id,
            ClauseText.language.in_([shown.language, shown.authentic]),
        )
        .order_by((ClauseText.language == shown.authentic).desc(), ClauseText.position)
    )
    # In the order of the authentic text; a translated clause takes the place of its own.
    entries = {}
    for id_, key, kind, number, heading in rows:
        label = " – ".join(part for part in (number, heading) if part) or key
        entries[id_] = OutlineEntry(id_, key, kind, label)
    return tuple(entries.values())


def clause(shown: Edition | None, key: str) -> Target:
    """A clause as the reader sees it, or the whole text for an empty key.

    Raises ClauseGoneError where this version has no such clause.
    """
    if not key:
        return WHOLE
    if shown is None:
        raise ClauseGoneError
    read = _clause if shown.language == shown.authentic else _clause.__wrapped__
    return Target(read(shown, key))


@lru_cache(maxsize=512)
def _clause(shown: Edition, key: str) -> ClauseSeen:
    row = (
        current_session()
        .execute(
            select(
                Clause.id,
                ClauseText.language,
                ClauseText.number,
                ClauseText.heading,
                ClauseText.text,
                ClauseText.id,
                ClauseText.source,
            )
            .join(ClauseText, ClauseText.clause_id == Clause.id)
            .where(
                Clause.key == key,
                ClauseText.version_id == shown.version_id,
                ClauseText.language.in_([shown.language, shown.authentic]),
            )
            .order_by((ClauseText.language == shown.language).desc())
        )
        .first()
    )
    if row is None:
        raise ClauseGoneError
    return ClauseSeen(*row)


# What a form says that a comment is about, beside "12-80": the sentence between these offsets.
WHOLE_CLAUSE, CHOSEN_WORDS = "", "words"


def parts(target: Target) -> tuple[Span, ...]:
    """The sentences of the clause, for a reader who need not select words."""
    return () if target.clause is None else _sentences(target.clause.text)


@lru_cache(maxsize=128)
def _sentences(text: str) -> tuple[Span, ...]:
    return tuple(sentences(text))


def part_name(start: int, end: int) -> str:
    """How a form names the words between two offsets."""
    return f"{start}-{end}"


def with_part(target: Target, part: str, words: str, place: int | None = None) -> Target:
    """The target narrowed down to the sentence that a form names, or to its other words.

    Raises PartGoneError where the clause has no such sentence, and what `with_words` raises.
    """
    clause = target.clause
    if clause is None or part in {WHOLE_CLAUSE, CHOSEN_WORDS}:
        return with_words(target, words, place)
    for span in parts(target):
        if part == part_name(span.start, span.end):
            return Target(clause, select_span(clause.text, clause.language, span.start, span.end))
    raise PartGoneError


def asked(clause: str, words: str) -> str:
    """How a form names the words of a clause of which it asks the place."""
    return " ".join([clause, *words.split()])


def place_at(target: Target, words: str, at: int) -> int | None:
    """Which of several equal places begins at an offset, counted from 1; None if none does."""
    if target.clause is None:
        return None
    found = occurrences(target.clause.text, target.clause.language, words)
    starts = [place.selector.start for place in found]
    return starts.index(at) + 1 if at in starts else None


def with_words(target: Target, words: str, place: int | None = None) -> Target:
    """The target narrowed down to words that somebody pasted or chose.

    `place` is the number (from 1) of the occurrence meant. Raises WordsWithoutClauseError,
    WordsNotThereError, AmbiguousWordsError with the places to choose from, or TooManyPlacesError.
    """
    if not words.strip():
        return target
    if target.clause is None:
        raise WordsWithoutClauseError
    found = occurrences(target.clause.text, target.clause.language, words)
    if not found:
        raise WordsNotThereError
    if place is not None and 1 <= place <= len(found):
        return Target(target.clause, found[place - 1].selector)
    if len(found) > MOST_PLACES:
        raise TooManyPlacesError(number=len(found))
    if len(found) > 1:
        raise AmbiguousWordsError(found)
    return Target(target.clause, found[0].selector)


def occurrences(text: str, language: str, words: str) -> list[Occurrence]:
    """Every place where words stand, whatever their white space, quotation marks and hyphens;
    whatever their case, if they stand nowhere as typed."""
    pieces = unicodedata.normalize("NFC", words[:MAX_WORDS]).split()
    pattern = r"\s+".join("".join(_ALIKE.get(c, re.escape(c)) for c in p) for p in pieces)
    if not pattern:
        return []
    hits = list(re.finditer(pattern, text)) or list(re.finditer(pattern, text, re.IGNORECASE))
    return [
        Occurrence(
            before=text[max(0, hit.start() - CONTEXT) : hit.start()],
            words=hit[0],
            after=text[hit.end() : hit.end() + CONTEXT],
            selector=select_span(text, language, hit.start(), hit.end()),
        )
        for hit in hits
    ]
