"""A Word file with its tracked changes rejected: the other reading of what our importer accepts."""

import io
import zipfile

from lxml import etree

from consult.drafts.formats.docx import BODY

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def rejected(raw: bytes) -> bytes:
    """The file as it is when somebody rejects all changes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            if name == BODY:
                root = etree.fromstring(content)
                _reject(root)
                content = etree.tostring(root)
            made.writestr(name, content)
    return out.getvalue()


def _reject(root: etree._Element) -> None:
    for change in [*root.iter(f"{_W}pPrChange"), *root.iter(f"{_W}rPrChange")]:
        properties = change.getparent()
        was = change[0]
        mark = properties.find(f"{_W}rPr") if change.tag.endswith("pPrChange") else None
        properties[:] = [*was, *([mark] if mark is not None else [])]
    for row in list(root.iter(f"{_W}tr")):
        if row.find(f"{_W}trPr/{_W}ins") is not None:
            row.getparent().remove(row)
        for gone in row.findall(f"{_W}trPr/{_W}del"):
            gone.getparent().remove(gone)
    for table in list(root.iter(f"{_W}tbl")):
        if table.find(f"{_W}tr") is None:
            table.getparent().remove(table)
    for paragraph in list(root.iter(f"{_W}p")):
        _reject_in(paragraph)


def _reject_in(paragraph: etree._Element) -> None:
    """Words that came go, words that went come; a paragraph whose end came goes with it."""
    mark = paragraph.find(f"{_W}pPr/{_W}rPr")
    for kind in ("ins", "moveTo"):
        for came in list(paragraph.iter(f"{_W}{kind}")):
            if came.getparent() is not mark:
                came.getparent().remove(came)
    for kind in ("del", "moveFrom"):
        for went in list(paragraph.iter(f"{_W}{kind}")):
            if went.getparent() is mark:
                mark.remove(went)
                continue
            parent, at = went.getparent(), went.getparent().index(went)
            parent[at : at + 1] = list(went)
    for text in paragraph.iter(f"{_W}delText"):
        text.tag = f"{_W}t"
    came = mark is not None and any(mark.find(f"{_W}{k}") is not None for k in ("ins", "moveTo"))
    if came:
        assert not "".join(paragraph.itertext()), "words are left in a paragraph that goes"
        if paragraph.getparent() is not None and not paragraph.getparent().tag.endswith("}tc"):
            paragraph.getparent().remove(paragraph)
