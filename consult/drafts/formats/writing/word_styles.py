"""The styles and lists of the Word files that go out.

The names of our own styles begin with "Clause": by them `formats/docx.py` knows for sure what a
paragraph is when such a file comes back.
"""

from collections.abc import Iterator

from consult.drafts.formats.writing.flow import DEEPEST_HEADING, DEEPEST_LIST

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ROOT = f'xmlns:w="{_W}"'
LANGUAGES = {"fr": "fr-LU", "de": "de-LU", "lb": "lb-LU", "en": "en-GB"}
_STEP = 454  # twentieths of a point by which a list is set in
_INK, _QUIET = "1A1A1A", "595959"


def styles(language: str) -> str:
    """word/styles.xml."""
    return (
        f"<w:styles {ROOT}><w:docDefaults><w:rPrDefault><w:rPr>{_font('Cambria')}"
        f'<w:color w:val="{_INK}"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
        f'<w:lang w:val="{LANGUAGES[language]}" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:after="120" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        f"</w:docDefaults>{''.join(_all())}</w:styles>"
    )


def lists() -> str:
    """word/numbering.xml: the one list with bullets."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:pStyle w:val="ClauseBullet{level + 1}"/><w:lvlText w:val="{"•◦"[level % 2]}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr>{_hanging(level + 1)}</w:pPr></w:lvl>'
        for level in range(DEEPEST_LIST)
    )
    return (
        f'<w:numbering {ROOT}><w:abstractNum w:abstractNumId="0">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _all() -> Iterator[str]:
    yield _style("Normal", "Normal", "", "", default=True)
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
    )
    yield _style("Title", "Title", _space(0, 360) + '<w:jc w:val="left"/>', _bold() + _size(40))
    for level in range(1, DEEPEST_HEADING + 1):
        keep = "<w:keepNext/><w:keepLines/>"
        outline = f'<w:outlineLvl w:val="{level - 1}"/>'
        look = _size({1: 30, 2: 26}.get(level, 24))
        centred = '<w:jc w:val="center"/>'
        yield _style(
            f"Heading{level}", f"heading {level}", keep + _space(480, 200) + centred + outline, look
        )
        yield _style(
            f"Clause{level}",
            f"Clause {level}",
            keep + _space(320, 100) + '<w:jc w:val="left"/>' + outline,
            _bold() + _size(24),
            based_on=f"Heading{level}",
        )
    yield _style("ClauseText", "Clause text", "", "")
    for depth in range(1, DEEPEST_LIST + 1):
        yield _style(
            f"ClausePoint{depth}", f"Clause point {depth}", _space(0, 80) + _hanging(depth), ""
        )
        yield _style(
            f"ClausePoint{depth}Continued",
            f"Clause point {depth} continued",
            f'<w:ind w:left="{depth * _STEP}"/>',
            "",
        )
        yield _style(
            f"ClauseBullet{depth}",
            f"Clause bullet {depth}",
            f'<w:numPr><w:ilvl w:val="{depth - 1}"/><w:numId w:val="1"/></w:numPr>'
            + _space(0, 80)
            + _hanging(depth),
            "",
        )
    yield _style("Quote", "Quote", f'<w:ind w:left="{_STEP}" w:right="{_STEP}"/>', "<w:i/>")
    yield _style("Caption", "caption", "<w:keepNext/>" + _space(200, 80), _bold() + _size(20))
    yield _style("TableText", "Clause table", _space(40, 40), _size(20))
    yield _style("TableHead", "Clause table head", _space(40, 40), _bold() + _size(20))
    yield _style("TableEnd", "Clause table end", _space(0, 0), _size(12))
    for name in ("header", "footer"):
        yield _style(
            name.title(),
            name,
            '<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>' + _space(0, 0),
            _font("Calibri") + f'<w:color w:val="{_QUIET}"/>' + _size(17),
        )
    yield _style("FootnoteText", "footnote text", _space(0, 40), _size(18))
    yield _character(
        "FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'
    )
    yield _character("Hyperlink", "Hyperlink", '<w:color w:val="0B4F8A"/><w:u w:val="single"/>')
    yield _grid()


def _style(
    style_id: str, name: str, block: str, look: str, *, based_on: str = "", default: bool = False
) -> str:
    marked = ' w:default="1"' if default else ""
    base = "" if default else f'<w:basedOn w:val="{based_on or "Normal"}"/>'
    heading = (
        style_id.startswith(("Heading", "Clause"))
        and style_id[-1].isdigit()
        and ("outlineLvl" in block)
    )
    following = '<w:next w:val="ClauseText"/>' if heading else ""
    return (
        f'<w:style w:type="paragraph"{marked} w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f"{base}{following}<w:qFormat/><w:pPr>{block}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
    )


def _character(style_id: str, name: str, look: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f"<w:rPr>{look}</w:rPr></w:style>"
    )


def _grid() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8C8C8C"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr>'
        f"<w:tblBorders>{sides}</w:tblBorders></w:tblPr></w:style>"
    )


def _space(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _hanging(depth: int) -> str:
    return f'<w:ind w:left="{depth * _STEP}" w:hanging="{_STEP}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _bold() -> str:
    return "<w:b/><w:bCs/>"


def _font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}"/>'
