"""Texts as they go out, without a database: from Markdown to a document, and files read again."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from consult.drafts.errors import Complaint
from consult.drafts.formats import source_of
from consult.drafts.formats.writing import Document
from consult.drafts.formats.writing.document import fit
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, ParsedDraft, read_markdown

DAY = datetime(2026, 3, 5, 9, tzinfo=UTC)

Outline = list[tuple[str, str, str, int | None, list[str]]]


def document(
    source: str | ParsedDraft,
    language: str = "fr",
    *,
    number: int = 1,
    ids: dict[str, int] | None = None,
) -> Document:
    """A published version. `ids` are those of clauses that stood before, by key; new ones join it."""
    parsed = read_markdown(source, language) if isinstance(source, str) else source
    known = ids if ids is not None else {}
    for clause in parsed.clauses:
        known.setdefault(clause.key, len(known) + 1)
    rows = [
        ClauseRow(
            clause_id=known[clause.key],
            key=clause.key,
            text_id=number * 10_000 + place,
            version_id=number,
            language=parsed.language,
            kind=clause.kind,
            position=place * 10,
            parent_id=known[clause.parent] if clause.parent else None,
            number=clause.number,
            heading=clause.heading,
            source=clause.rendered.source,
            html=clause.rendered.html,
            text=clause.rendered.text,
        )
        for place, clause in enumerate(parsed.clauses, 1)
    ]
    return Document(
        slug="law",
        address=f"https://consult.example.lu/consultations/law/draft/{number}",
        title=parsed.title or "Titre",
        language=parsed.language,
        authentic=parsed.language,
        number=number,
        at=DAY,
        first_at=DAY,
        public=True,
        body="Ministère de la Mobilité",
        rows=rows,
        guids={row.clause_id: str(uuid.UUID(int=row.clause_id)) for row in rows},
    )


def read_again(raw: bytes, language: str = "fr") -> ParsedDraft:
    complaints: list[Complaint] = []
    return read_markdown(source_of(raw, language, complaints), language)


def outline(rows: Sequence[ClauseRow | ParsedClause]) -> Outline:
    """Kind, number, heading, place of the parent and lines of words; without empty lines."""
    places: dict[object, int] = {}
    found: Outline = []
    for place, row in enumerate(rows):
        name: object = row.clause_id if isinstance(row, ClauseRow) else row.key
        above: object = row.parent_id if isinstance(row, ClauseRow) else row.parent
        text = row.text if isinstance(row, ClauseRow) else row.rendered.text
        places[name] = place
        found.append(
            (
                row.kind,
                row.number,
                " ".join(lines(row.heading)),
                places[above] if above else None,
                lines(text),
            )
        )
    return found


def lines(text: str) -> list[str]:
    """The lines that say something, with single spaces, in characters that XML knows."""
    bare = (re.sub(r"[ \t]+", " ", fit(line)).strip(" ") for line in text.split("\n"))
    return [line for line in bare if line]
