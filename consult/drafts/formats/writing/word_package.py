"""The parts of a Word file around its text, and the file itself: the same bytes for the same text."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from consult.drafts.formats.writing.document import Document, fit
from consult.drafts.formats.writing.word_styles import ROOT, lists, styles

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKED = f'xmlns:r="{_OFFICE}/relationships"'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip knows: no file depends on the clock

_PARTS = {
    "styles": "styles",
    "numbering": "numbering",
    "settings": "settings",
    "footnotes": "footnotes",
    "header1": "header",
    "footer1": "footer",
    "comments": "comments",
}


def package(
    document: Document,
    body: str,
    *,
    about: str,
    notes: Sequence[str] = (),
    links: Mapping[str, str] | None = None,
    comments: Sequence[tuple[datetime, str]] = (),
) -> bytes:
    """The file. `about` stands at the head of each page.

    `notes` are the runs of footnotes 1, 2, …; `links` are the addresses by relationship; `comments`
    are those of the body, with their time.
    """
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            {
                "rId1": (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
                "rId2": (
                    f"{_PACKAGE}/relationships/metadata/core-properties",
                    "docProps/core.xml",
                ),
            }
        ),
        "docProps/core.xml": _properties(document),
        "word/document.xml": (
            f"<w:document {ROOT} {_LINKED}><w:body>{body}{_section()}</w:body></w:document>"
        ),
        "word/_rels/document.xml.rels": _document_relationships(links or {}),
        "word/styles.xml": styles(document.language),
        "word/numbering.xml": lists(),
        "word/settings.xml": _settings(),
        "word/footnotes.xml": _footnotes(notes),
        "word/comments.xml": _comments(comments, document.body),
        "word/header1.xml": _margin("hdr", "Header", document.body, _text(about)),
        "word/footer1.xml": _margin("ftr", "Footer", _short(document.title), _pages()),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_DECLARED + content).encode())
    return file.getvalue()


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for part, kind in {"document": "document.main", **_PARTS}.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relationships(known: Mapping[str, tuple[str, str]], more: str = "") -> str:
    rows = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, (kind, target) in known.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}{more}</Relationships>'


def _document_relationships(links: Mapping[str, str]) -> str:
    known = {
        f"rId{index}": (f"{_OFFICE}/relationships/{kind}", f"{part}.xml")
        for index, (part, kind) in enumerate(_PARTS.items(), 1)
    }
    outside = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/hyperlink"'
        f' Target={quoteattr(address)} TargetMode="External"/>'
        for name, address in links.items()
    )
    return _relationships(known, outside)


def _properties(document: Document) -> str:
    day = f"{document.at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(document.title)}</dc:title><dc:creator>{_text(document.body)}"
        f"</dc:creator><dc:language>{document.language}</dc:language>"
        f"<dc:identifier>{_text(document.address)}</dc:identifier>"
        f"<cp:version>{document.number}</cp:version>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def _settings() -> str:
    return (
        f'<w:settings {ROOT}><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/>'
        '</w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _section() -> str:
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/>'
        '<w:footerReference w:type="default" r:id="rId6"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1418" w:bottom="1418"'
        ' w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    )


def _footnotes(notes: Sequence[str]) -> str:
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{sign}/></w:r></w:p>'
        "</w:footnote>"
        for number, kind, sign in (
            (-1, "separator", "separator"),
            (0, "continuationSeparator", "continuationSeparator"),
        )
    )
    said = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r>'
        '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> </w:t></w:r>{runs}</w:p></w:footnote>'
        for number, runs in enumerate(notes, 1)
    )
    return f"<w:footnotes {ROOT} {_LINKED}>{lines}{said}</w:footnotes>"


def _comments(comments: Sequence[tuple[datetime, str]], author: str) -> str:
    said = "".join(
        f'<w:comment w:id="{number}" w:author={quoteattr(fit(author))}'
        f' w:date="{at:%Y-%m-%dT%H:%M:%SZ}"><w:p><w:r><w:t>{_text(words)}</w:t></w:r></w:p>'
        "</w:comment>"
        for number, (at, words) in enumerate(comments)
    )
    return f"<w:comments {ROOT}>{said}</w:comments>"


def _margin(element: str, style: str, left: str, right: str) -> str:
    """The head or foot of each page: words at the left, and at the right (as XML)."""
    return (
        f'<w:{element} {ROOT}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{_text(left)}</w:t></w:r><w:r><w:tab/></w:r>'
        f'<w:r><w:t xml:space="preserve">{right if style == "Header" else ""}</w:t></w:r>'
        f"{'' if style == 'Header' else right}</w:p></w:{element}>"
    )


def _pages() -> str:
    number, count = (
        f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        for code in ("PAGE", "NUMPAGES")
    )
    return f'{number}<w:r><w:t xml:space="preserve"> / </w:t></w:r>{count}'


def _short(words: str) -> str:
    return words if len(words) <= 80 else f"{words[:80].rsplit(' ', 1)[0]} …"


def _text(words: str) -> str:
    return escape(fit(words))
