"""The report as a web page in one file, which needs nothing else: to be read, printed or sent."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from consult.exports.reports.blocks import (
    INSERTED,
    STRONG,
    STRUCK,
    Block,
    Cell,
    Change,
    Chart,
    Heading,
    Items,
    Paragraph,
    Quote,
    Report,
    Run,
    Table,
)
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import number_text, speaking

_STYLE = """
:root { color-scheme: light; }
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; background: #fff; color: #1a1a1a;
  font: 1.0625rem/1.6 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.3; break-after: avoid; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: .5rem 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 2px solid #1a1a1a; }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1.0625rem; margin: 1.5rem 0 .5rem; }
a { color: #0b4f8a; }
.quiet { color: #595959; font-size: .9375rem; }
nav ol { padding-inline-start: 1.25rem; }
blockquote { margin: 0 0 1rem; padding-inline-start: 1rem; border-inline-start: 4px solid #c9c9c9; }
blockquote p { margin: 0; white-space: pre-line; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
.scroll:focus-visible { outline: 3px solid #0b4f8a; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: start; font-weight: 700; padding: .5rem 0; }
th, td { border-bottom: 1px solid #8c8c8c; padding: .375rem .75rem .375rem 0; text-align: start;
  vertical-align: top; overflow-wrap: anywhere; min-width: 4rem; white-space: pre-line; }
th { overflow-wrap: normal; hyphens: manual; }
tbody th { font-weight: 400; }
.n { text-align: end; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.change { padding: .75rem 1rem; background: #f4f4f2; white-space: pre-line; }
del { color: #8f1d14; text-decoration: line-through; }
ins { color: #0b5c2e; text-decoration: underline; }
figure { margin: 0 0 1.5rem; }
figcaption { font-weight: 700; }
svg { width: 100%; height: auto; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@page { size: A4; margin: 20mm; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; }
  a { color: inherit; } .scroll { overflow: visible; } }
"""
# From dark to light, so that they can be told apart in grey too.
COLOURS = ("#0b4f8a", "#5b7f3a", "#b3541e", "#c9c9c9")

TAGS = {STRONG: "strong", STRUCK: "del", INSERTED: "ins"}


def marked(look: str) -> str:
    """What is said before struck or inserted words, which end with a bracket."""
    if look == STRUCK:
        return _("[struck:") + " "
    return _("[inserted:") + " " if look == INSERTED else ""


def to_html(report: Report) -> bytes:
    with speaking(report.language):
        return "".join(_page(report)).encode()


def _page(report: Report) -> Iterator[str]:
    title = escape(report.title)
    yield (
        f'<!doctype html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{escape(report.body)}">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n"
        f'<p class="quiet">{escape(report.body)}</p>\n<h1>{title}</h1>\n</header>\n'
    )
    blocks = list(report.shown())
    contents = escape(_("Contents"))
    yield f'<nav aria-labelledby="contents"><h2 id="contents">{contents}</h2>\n<ol>\n'
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level == 2:
            yield f'<li><a href="#part-{number}">{escape(block.words)}</a></li>\n'
    yield "</ol>\n</nav>\n<main>\n"
    for number, block in enumerate(blocks):
        yield from _block(block, f"part-{number}", report.language)
    yield "</main>\n</body>\n</html>\n"


def _block(block: Block, name: str, language: str) -> Iterator[str]:
    match block:
        case Heading(level, words, code):
            lang = _lang(code, language)
            yield f'<h{level} id="{name}"{lang}>{escape(words)}</h{level}>\n'
        case Paragraph(runs, quiet):
            kind = ' class="quiet"' if quiet else ""
            yield f"<p{kind}>{_runs(runs, language)}</p>\n"
        case Items(items):
            lines = "".join(f"<li>{_runs(item, language)}</li>" for item in items)
            yield f"<ul>{lines}</ul>\n"
        case Quote(words, code, source, link):
            yield (
                f"<blockquote><p{_lang(code, language)}>{escape(words)}</p>"
                f'<p class="quiet"><a href="{escape(link)}">{escape(source)}</a></p></blockquote>\n'
            )
        case Change(runs, code):
            yield f'<p class="change"{_lang(code, language)}>{_runs(runs, code)}</p>\n'
        case Table():
            yield from _table(block, name)
        case Chart():
            yield (
                f'<figure role="group" aria-labelledby="{name}"><figcaption id="{name}">'
                f"{escape(block.caption)}</figcaption>{svg(block)}</figure>\n"
            )


def _lang(code: str, around: str) -> str:
    return f' lang="{escape(code)}"' if code and code != around else ""


def _runs(runs: tuple[Run, ...], language: str) -> Markup:
    return Markup("").join(_run(run, language) for run in runs)


def _run(run: Run, language: str) -> Markup:
    words = escape(run.words)
    if run.link:
        words = Markup('<a href="{}">{}</a>').format(run.link, run.words)
    if run.look in TAGS:
        words = Markup("<{0}>{1}</{0}>").format(TAGS[run.look], words)
    if said := marked(run.look):
        # Screen readers say little about <del> and <ins>.
        words = Markup('<span class="said">{}</span>{}<span class="said">]</span>').format(
            said, words
        )
    if run.language and run.language != language:
        return Markup('<span lang="{}">{}</span>').format(run.language, words)
    return words


def _table(table: Table, name: str) -> Iterator[str]:
    """In a frame of its own, which alone scrolls on a phone; it can be reached by keyboard."""
    yield (
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}">'
        f'<table><caption id="{name}">{escape(table.caption)}</caption>\n<thead><tr>'
    )
    numeric = [bool(table.rows) and isinstance(cell, int) for cell in (table.rows or ((),))[0]]
    for index, words in enumerate(table.head):
        kind = ' class="n"' if numeric[index] else ""
        yield f'<th scope="col"{kind}>{escape(words)}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in table.rows:
        first, *others = row
        cells = "".join(
            _cell(cell, numeric=beside) for cell, beside in zip(others, numeric[1:], strict=True)
        )
        yield f'<tr><th scope="row">{escape(shown(first))}</th>{cells}</tr>\n'
    yield "</tbody></table></div>\n"


def _cell(cell: Cell, *, numeric: bool) -> str:
    """Words among numbers stand where numbers stand."""
    kind = ' class="n"' if numeric or isinstance(cell, int) else ""
    return f"<td{kind}>{escape(shown(cell))}</td>"


def shown(cell: Cell) -> str:
    """A cell as a reader of this language writes it."""
    return number_text(cell) if isinstance(cell, int) else cell


def svg(chart: Chart) -> str:
    """One bar of all parts, with a legend, or a bar each; the alternative text says the same."""
    if chart.beside:
        return _side_by_side(chart)
    whole = sum(bar.value for bar in chart.bars) or 1
    parts, at = [], 0.0
    for bar, colour in zip(chart.bars, COLOURS, strict=False):
        wide = 600 * bar.value / whole
        parts.append(
            f'<rect x="{at:.1f}" y="0" width="{wide:.1f}" height="40" fill="{colour}"'
            ' stroke="#ffffff" stroke-width="1"/>'
        )
        at += wide
    for index, (bar, colour) in enumerate(zip(chart.bars, COLOURS, strict=False)):
        x, y = 300 * (index % 2), 58 + 26 * (index // 2)
        words = f"{bar.name}: {number_text(bar.value)}"
        parts.append(
            f'<rect x="{x}" y="{y}" width="16" height="16" fill="{colour}"/>'
            f'<text x="{x + 24}" y="{y + 13}" font-size="15" fill="#1a1a1a">{escape(words)}</text>'
        )
    high = 58 + 26 * ((len(chart.bars) + 1) // 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 {high}" role="img"'
        f' aria-label="{escape(chart.alternative)}">{"".join(parts)}</svg>'
    )


# The row of a bar, and where its words end and its number begins.
_ROW, _WORDS, _NUMBER = 26, 230, 530


def _side_by_side(chart: Chart) -> str:
    longest = max(bar.value for bar in chart.bars) or 1
    parts = []
    for index, bar in enumerate(chart.bars):
        y, wide = index * _ROW, (_NUMBER - _WORDS - 8) * bar.value / longest
        name = bar.name if len(bar.name) <= 30 else f"{bar.name[:29]}…"
        parts.append(
            f'<text x="0" y="{y + 16}" font-size="14" fill="#1a1a1a">{escape(name)}</text>'
            f'<rect x="{_WORDS}" y="{y + 4}" width="{wide:.1f}" height="16" fill="{COLOURS[0]}"/>'
            f'<text x="{_WORDS + wide + 8:.1f}" y="{y + 17}" font-size="14" fill="#1a1a1a">'
            f"{number_text(bar.value)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 {_ROW * len(chart.bars)}"'
        f' role="img" aria-label="{escape(chart.alternative)}">{"".join(parts)}</svg>'
    )
