"""What a query finds: three kinds of things, each with its newest hits and few statements."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.kernel import search
from consult.kernel.db import Texts
from consult.kernel.i18n import LANGUAGES
from consult.pages.search.snippets import Piece, hits, snippet, stems
from consult.submissions import queries as submissions
from consult.submissions.models import Comment
from consult.submissions.rows import CommentRow


@dataclass(frozen=True)
class ConsultationHit:
    consultation: Consultation
    phase: Phase
    language: str
    pieces: list[Piece]


@dataclass(frozen=True)
class ClauseHit:
    slug: str
    title: Texts
    key: str
    number: str
    heading: str
    language: str
    pieces: list[Piece]


@dataclass(frozen=True)
class CommentHit:
    row: CommentRow
    title: Texts
    pieces: list[Piece]


@dataclass(frozen=True)
class Found:
    """The hits of one query. `asked` is false where it holds no word to look for."""

    asked: bool = False
    consultations: list[ConsultationHit] = field(default_factory=list)
    clauses: list[ClauseHit] = field(default_factory=list)
    comments: list[CommentHit] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.consultations or self.clauses or self.comments)


def find(session: Session, query: str, *, language: str, now: datetime) -> Found:
    """Everything public that holds all words of the query, at most 50 of a kind, newest first."""
    wanted = stems(query)
    if not wanted:
        return Found()

    def ids(kind: str) -> list[int]:
        return search.find(session, kind=kind, query=query, languages=LANGUAGES)

    return Found(
        asked=True,
        consultations=_consultations(session, ids("consultation"), wanted, language, now),
        clauses=_clauses(session, ids("clause"), wanted, language, now),
        comments=_comments(session, ids("comment"), wanted, language),
    )


def _consultations(
    session: Session, ids: list[int], wanted: frozenset[str], language: str, now: datetime
) -> list[ConsultationHit]:
    rows = session.scalars(
        select(Consultation).where(Consultation.id.in_(ids), Consultation.announced_at <= now)
    )
    found = {}
    for row in rows:
        texts = {c: f"{row.title.get(c, '')}. {words}" for c, words in row.summary.items()}
        code = _best(texts, wanted, language)
        pieces = snippet(row.summary[code], code, wanted)
        found[row.id] = ConsultationHit(row, phase(row, now), code, pieces)
    return [found[key] for key in ids if key in found]


def _clauses(
    session: Session, ids: list[int], wanted: frozenset[str], language: str, now: datetime
) -> list[ClauseHit]:
    rows = session.execute(
        select(ClauseText, Clause.key, Version.number, Consultation)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .join(Version, Version.id == ClauseText.version_id)
        .join(Draft, Draft.id == Version.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .where(
            ClauseText.clause_id.in_(ids),
            Version.published_at.is_not(None),
            Consultation.announced_at <= now,
        )
        .order_by(Version.number)
    ).all()
    newest = {row[0].clause_id: row[2] for row in rows}
    texts: dict[int, dict[str, ClauseText]] = {}
    about: dict[int, tuple[str, Consultation]] = {}
    for text, key, number, consultation in rows:
        if number == newest[text.clause_id]:
            texts.setdefault(text.clause_id, {})[text.language] = text
            about[text.clause_id] = key, consultation
    found = []
    for clause_id in (key for key in ids if key in texts):
        of = texts[clause_id]
        words = {c: f"{t.number} {t.heading} {t.text}" for c, t in of.items()}
        shown = of[_best(words, wanted, language)]
        key, consultation = about[clause_id]
        found.append(
            ClauseHit(
                slug=consultation.slug,
                title=consultation.title,
                key=key,
                number=shown.number,
                heading=shown.heading,
                language=shown.language,
                pieces=snippet(shown.text, shown.language, wanted),
            )
        )
    return found


def _comments(
    session: Session, ids: list[int], wanted: frozenset[str], language: str
) -> list[CommentHit]:
    rows = submissions.rows(session, ids, language=language)
    titles: dict[int, Texts] = dict(
        iter(
            session.execute(
                select(Comment.id, Consultation.title)
                .join(Consultation, Consultation.id == Comment.consultation_id)
                .where(Comment.id.in_(ids))
            )
        )
    )
    return [
        CommentHit(rows[key], titles[key], snippet(rows[key].text, rows[key].language, wanted))
        for key in ids
        if key in rows and rows[key].readable
    ]


def _best(texts: dict[str, str], wanted: frozenset[str], language: str) -> str:
    """The language in which most of the words stand; of equals the reader's."""
    return max(texts, key=lambda code: (len(hits(texts[code], code, wanted)), code == language))
