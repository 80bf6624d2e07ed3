"""Small Word files, made by hand as Word writes them."""

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

STYLES = """
<w:style w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Titre1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="Titre2"><w:name w:val="heading 2"/><w:basedOn w:val="Titre1"/><w:pPr>
<w:outlineLvl w:val="1"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Gras"><w:name w:val="Gras"/><w:rPr><w:b/></w:rPr></w:style>
"""
LISTS = """
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Chapitre %1"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlRestart w:val="0"/>
<w:lvlText w:val="Art. %2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%4)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="3">
<w:startOverride w:val="1"/></w:lvlOverride></w:num>
"""
NOTES = '<w:footnote w:id="2"><w:p><w:r><w:t>Loi de 1990.</w:t></w:r></w:p></w:footnote>'


def run(words: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", list_id: int = 0, level: int = 0) -> str:
    """A paragraph of runs (or of plain words)."""
    said = "".join(one if one.startswith("<") else run(one) for one in runs)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_id:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{said}</w:p>"


def docx(*blocks: str, **parts: str) -> bytes:
    """A file with these paragraphs and tables; `parts` replaces others by their names."""
    content = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": _root("document", f"<w:body>{''.join(blocks)}<w:sectPr/></w:body>"),
        "word/styles.xml": _root("styles", STYLES),
        "word/numbering.xml": _root("numbering", LISTS),
        "word/footnotes.xml": _root("footnotes", NOTES),
    }
    content |= {
        name if name.endswith(".rels") else name.replace("__", "/") + ".xml": text
        for name, text in parts.items()
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return file.getvalue()


def _root(name: str, content: str) -> str:
    return f'<?xml version="1.0"?><w:{name} xmlns:w="{W}">{content}</w:{name}>'
