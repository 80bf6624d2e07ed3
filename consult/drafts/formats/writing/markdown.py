"""Markdown out: the whole text as `reading.py` reads it again, each clause with its lasting key."""

from consult.drafts.formats.writing.document import Document, in_order, opening, tree
from consult.drafts.reshaping import Section, written


def to_markdown(document: Document) -> str:
    """The whole text."""
    unheaded = opening(document.rows, document.language)
    parts = [
        Section(
            kind=place.row.kind,
            depth=place.depth,
            number=place.row.number,
            heading=place.row.heading,
            source=place.row.source,
            ids=() if place.row is unheaded else (place.row.key,),
        )
        for place in in_order(tree(document.rows))
    ]
    return written(document.title, parts, document.language)
