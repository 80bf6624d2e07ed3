"""HTML out: one file that needs nothing else, to be read, printed or kept."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from consult.drafts.formats.writing.document import Document, Place, opening, said, tree
from consult.drafts.formats.writing.docx import about
from consult.kernel.i18n import LANGUAGE_NAMES, choose, speaking
from consult.kernel.i18n import gettext as _

DEEPEST = 6  # levels of headings that HTML has

_STYLE = """
:root { color-scheme: light; }
body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; background: #fff; color: #1a1a1a;
  font: 1.0625rem/1.65 Cambria, "Noto Serif", "DejaVu Serif", Georgia, serif;
  font-variant-numeric: lining-nums; hyphens: auto; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; hyphens: manual; break-after: avoid; }
h1 { font-size: 1.9rem; margin: .5rem 0 1rem; text-wrap: balance; }
.chapter > :is(h2, h3, h4, h5, h6) { font-size: 1.3rem; font-weight: 400; text-align: center;
  margin: 3.5rem 0 1.5rem; text-wrap: balance; }
.clause > :is(h2, h3, h4, h5, h6) { font-size: 1.0625rem; margin: 2rem 0 .5rem; }
.about, nav, .erratum { font-family: system-ui, sans-serif; font-size: .9375rem; line-height: 1.5; }
.about { color: #595959; margin: 0; }
a { color: #0b4f8a; }
nav { margin: 2rem 0 3rem; padding: 1rem 0; border-block: 1px solid #c9c9c9; }
nav h2 { font-size: 1rem; margin: 0 0 .5rem; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav ol ol { padding-inline-start: 1.25rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
p { margin: 0 0 .75rem; }
ul { padding-inline-start: 1.5rem; }
ul.numbered { list-style: none; padding-inline-start: 0; }
ul.numbered > li { padding-inline-start: 1.75rem; text-indent: -1.75rem; margin-block-end: .375rem; }
ul.numbered > li > * { text-indent: 0; }
ul.numbered > li > p:first-child { text-indent: -1.75rem; margin-block-end: .375rem; }
blockquote { margin: 0 0 .75rem; padding-inline-start: 1.25rem; border-inline-start: 3px solid #c9c9c9; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem; font-size: .9375rem; }
th, td { border: 1px solid #8c8c8c; padding: .375rem .5rem; text-align: start; vertical-align: top; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.erratum { border-inline-start: 3px solid #8a4b00; padding-inline-start: .75rem; }
@page { size: A4; margin: 22mm 25mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  p, li { orphans: 3; widows: 3; }
}
"""


def to_html(document: Document) -> str:
    """The whole text as a page of its own."""
    with speaking(document.language):
        return "".join(_page(document))


def _page(document: Document) -> Iterator[str]:
    places = tree(document.rows)
    unheaded = opening(document.rows, document.language)
    title = escape(document.title)
    yield (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{escape(document.body)}">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n"
        f'<p class="about">{escape(document.body)}</p>\n<h1>{title}</h1>\n'
        f'<p class="about">{escape(about(document))}<br>'
        f'<a href="{escape(document.address)}">{escape(document.address)}</a></p>\n'
    )
    if document.language != document.authentic:
        language = LANGUAGE_NAMES[document.authentic]
        warned = _(
            "This is a translation. The authentic text is in %(language)s.", language=language
        )
        yield f'<p class="about">{escape(warned)}</p>\n'
    yield "</header>\n"
    headed = [place for place in places if place.row is not unheaded]
    contents = escape(_("Contents"))
    yield f'<nav aria-labelledby="contents"><h2 id="contents">{contents}</h2>\n'
    yield from _contents(headed)
    yield "</nav>\n<main>\n"
    for place in places:
        yield from _part(document, place, headed=place.row is not unheaded)
    yield "</main>\n</body>\n</html>\n"


def _contents(places: Sequence[Place]) -> Iterator[str]:
    yield "<ol>\n"
    for place in places:
        yield f'<li><a href="#{escape(place.row.key)}">{_label(place)}</a>'
        if place.below:
            yield from _contents(place.below)
        yield "</li>\n"
    yield "</ol>\n"


def _part(document: Document, place: Place, *, headed: bool) -> Iterator[str]:
    row = place.row
    yield f'<section class="{row.kind}" id="{escape(row.key)}">\n'
    if headed:
        level = min(place.depth + 2, DEEPEST)
        yield f"<h{level}>{_label(place)}</h{level}>\n"
    # Sanitised when it was stored.
    yield f"{row.html}\n" if row.html else ""
    for note in document.errata.get(row.text_id, ()):
        code, _words = choose(note.note)
        yield f'<p class="erratum" lang="{code}">{escape(said(note))}</p>\n'
    for below in place.below:
        yield from _part(document, below, headed=True)
    yield "</section>\n"


def _label(place: Place) -> Markup:
    return escape(place.row.label)
