"""One full-text index for all rooms: FTS5 on SQLite, GIN on PostgreSQL, one analyser before both.

A room writes the words of its thing under a kind and a reference; `analysis.words` folds and
stems them in its language, so a query finds the same on both engines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import Select

from analysis.words import search_words
from consult.kernel.db import Base, BigId
from consult.kernel.inserting import insert_rows

MAX_HITS = 50


class SearchEntry(Base):
    """The analysed words of one findable thing; gone when the thing may not be found."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "reference", "language"),
        Index("ix_search_entry_consultation", "kind", "consultation"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[int] = mapped_column(BigId)
    consultation: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Thing:
    """What is to be found, in one language. `words` come from `analysed`, made before the act."""

    reference: int
    consultation: int
    language: str
    words: str


def index(session: Session, kind: str, things: Sequence[Thing]) -> None:
    """Add things of one kind to the index."""
    rows = [
        {
            "kind": kind,
            "reference": thing.reference,
            "consultation": thing.consultation,
            "language": thing.language,
            "words": f"{_kind_word(kind)} {thing.words}",
        }
        for thing in things
    ]
    insert_rows(session, SearchEntry, rows)


def _kind_word(kind: str) -> str:
    """The kind as a word of the index itself, so that few consultations are found as fast as
    many comments, whatever else holds the words that are looked for."""
    return f"xkind{kind}"


def analysed(words: str, language: str) -> str:
    """The words as the index stores them: folded and stemmed. Pure; call it before an act."""
    return search_words(words, language)


def unindex(session: Session, *, kind: str, references: Sequence[int]) -> None:
    """Take things out of the index."""
    session.execute(
        delete(SearchEntry).where(
            SearchEntry.kind == kind, SearchEntry.reference.in_(list(references))
        )
    )


def forget_unindexed(session: Session, _now: datetime, pages: int) -> int:
    """Let the index itself forget the words of what was taken out of it, so many of its pages at a
    time; returns their number as long as something may be left to do.

    SQLite only notes that they do not count any more, and keeps them in the file until it happens
    to merge that part of the index. PostgreSQL drops them when it vacuums.
    """
    if session.get_bind().dialect.name != "sqlite":
        return 0
    connection = session.connection()
    counter = connection.connection.dbapi_connection
    assert counter is not None
    before = counter.total_changes
    # A negative number takes all parts of the index, not only those that are due.
    connection.execute(
        text("insert into search_fts(search_fts, rank) values ('merge', :pages)"),
        {"pages": -pages},
    )
    # By the number of its changes SQLite says whether there was anything to merge.
    return pages if counter.total_changes - before >= 2 else 0


def find(
    session: Session, *, kind: str, query: str, languages: Sequence[str], limit: int = MAX_HITS
) -> list[int]:
    """References of the newest things that hold all words of the query, newest first.

    The query is analysed in each of `languages`, because nobody says in which one they type.
    """
    variants = {tuple(search_words(query, code).split()) for code in languages}
    found: list[tuple[int, int]] = []
    for words in sorted(v for v in variants if v):
        rows = session.execute(_matching(session, (_kind_word(kind), *words), limit))
        found += [(entry, reference) for entry, reference in rows]
    newest = sorted(set(found), reverse=True)
    return list(dict.fromkeys(reference for _, reference in newest))[:limit]


def _matching(session: Session, words: tuple[str, ...], limit: int) -> Select[int, int]:
    """The newest entries with all words; the limit stands where the index is read."""
    columns = select(SearchEntry.id, SearchEntry.reference)
    if session.get_bind().dialect.name == "postgresql":
        found = func.search_vector(SearchEntry.words).op("@@")(
            func.plainto_tsquery("simple", " ".join(words))
        )
        return columns.where(found).order_by(SearchEntry.id.desc()).limit(limit)
    # Each word quoted: otherwise FTS5 would read AND, NEAR or a lone quote as syntax.
    match = " ".join('"' + word.replace('"', "") + '"' for word in words)
    hits = text(
        "select rowid as id from search_fts where search_fts match :match order by rowid desc limit :most"
    ).bindparams(match=match, most=limit)
    newest = hits.columns(SearchEntry.id).subquery()
    return columns.join(newest, newest.c.id == SearchEntry.id).order_by(SearchEntry.id.desc())
