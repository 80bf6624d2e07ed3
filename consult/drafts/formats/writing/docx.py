"""Word out (ECMA-376, WordprocessingML): headings, lists, tables and footnotes that Word knows as such."""

from collections.abc import Sequence
from datetime import datetime

from consult.drafts.formats.writing import word_runs
from consult.drafts.formats.writing.blocks import Run
from consult.drafts.formats.writing.document import (
    Document,
    Place,
    fit,
    in_order,
    opening,
    said,
    tree,
)
from consult.drafts.formats.writing.flow import TITLE, Grid, Line, Piece, body, heading
from consult.drafts.formats.writing.notes import Noted
from consult.drafts.formats.writing.word_package import package
from consult.drafts.formats.writing.word_runs import Comments, Links, Notes
from consult.kernel.i18n import day_text, speaking
from consult.kernel.i18n import gettext as _


def to_docx(document: Document) -> bytes:
    """The whole text as a file."""
    places = list(in_order(tree(document.rows)))
    pieces = _pieces(document, places, notes=True)
    if not _counted_through(pieces):
        pieces = _pieces(document, places, notes=False)
    links, notes, comments = Links(), Notes(), Comments()
    errata = _errata(document)
    parts: list[str] = []
    for piece, text_id in pieces:
        if isinstance(piece, Grid):
            parts.append(word_runs.grid(piece, links, notes))
            continue
        words = word_runs.plain(piece.runs, links, notes)
        words = comments.around(words, errata.pop(text_id, ()))
        parts.append(word_runs.paragraph(piece.style, words))
    return package(
        document,
        "".join(parts),
        about=about(document),
        notes=[word_runs.plain(_unlinked(runs), links) for runs in notes.runs],
        links=links.by_name(),
        comments=comments.said,
    )


def about(document: Document) -> str:
    """Which version this is, in the language of the text."""
    with speaking(document.language):
        words = _("Version %(number)s, not public yet", number=document.number)
        if document.public:
            day = day_text(document.at)
            words = _("Version %(number)s of %(day)s", number=document.number, day=day)
        original = document.language == document.authentic
        return words if original else " – ".join([words, _("translation")])


def title(document: Document) -> Line:
    return Line(TITLE, (Run(fit(document.title)),))


def _errata(document: Document) -> dict[int, list[tuple[datetime, str]]]:
    """The corrections by clause text; they stand beside its first words."""
    with speaking(document.language):
        return {
            text_id: [(erratum.at, said(erratum)) for erratum in notes]
            for text_id, notes in document.errata.items()
        }


def _pieces(document: Document, places: Sequence[Place], *, notes: bool) -> list[tuple[Piece, int]]:
    """Everything in its order, each with the clause text to which it belongs (the title: 0)."""
    unheaded = opening(document.rows, document.language)
    pieces: list[tuple[Piece, int]] = [(title(document), 0)]
    for place in places:
        own: list[Piece] = [] if place.row is unheaded else [heading(place)]
        own += body(place, notes=notes)
        pieces += [(piece, place.row.text_id) for piece in own]
    return pieces


def _counted_through(pieces: Sequence[tuple[Piece, int]]) -> bool:
    """Whether the footnotes are numbered from 1 through all of the text, as Word will do it."""
    signs = [
        run.sign
        for piece, _text_id in pieces
        for runs in ([piece.runs] if isinstance(piece, Line) else _cells(piece))
        for run in runs
        if isinstance(run, Noted)
    ]
    return signs == [str(number) for number in range(1, len(signs) + 1)]


def _cells(piece: Grid) -> list[tuple[Run, ...]]:
    return [cell for row in piece.table.rows for cell in row]


def _unlinked(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Footnotes stand in a part of their own, whose links the file does not list."""
    return tuple(Run(run.words, run.bold, run.italic) for run in runs)
