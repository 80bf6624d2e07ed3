"""Workbooks, as spreadsheets write them: only what a reader looks at."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of text cells. A cell that begins with "<" stands as it is, as XML."""
    return packed({name: sheet(rows) for name, rows in sheets.items()})


def sheet(rows: Sequence[Sequence[str]]) -> str:
    made = []
    for cells in rows:
        made.append("<row>" + "".join(_cell(text) for text in cells) + "</row>")
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(made)}</sheetData></worksheet>'


def _cell(text: str) -> str:
    if text.startswith("<"):
        return text
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def packed(sheets: Mapping[str, str], parts: Mapping[str, str] | None = None) -> bytes:
    """A workbook with these sheets as XML, and further parts of `xl/`."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    content = {
        "workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        "_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        **{f"worksheets/sheet{n}.xml": sheets[name] for n, name in enumerate(names, 1)},
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(f"xl/{name}", text)
    return out.getvalue()


def styles(*codes: str) -> dict[str, str]:
    """Cell styles 0, 1, … with these number formats."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(codes)))
    return {
        "styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>'
        f"<cellXfs>{used}</cellXfs></styleSheet>"
    }


def strings(*texts: str) -> dict[str, str]:
    """The strings that cells refer to by number, as XML inside of <si>."""
    items = "".join(f"<si>{text}</si>" for text in texts)
    return {"sharedStrings.xml": f'<sst xmlns="{_MAIN}">{items}</sst>'}
