"""The report as a tagged PDF (PDF/UA-1), which screen readers read with its structure.

The typesetter refuses what that standard refuses: a picture without words, a heading left out, a
letter that no font can show. It knows our words as data only, so none can be a command.
"""

import json
import re
from pathlib import Path
from typing import Any

from consult.exports.reports.blocks import (
    Block,
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
from consult.exports.reports.html import marked, shown, svg
from consult.kernel.i18n import speaking

_TEMPLATE = Path(__file__).with_name("report.typ")
_UNSHOWN = re.compile(r"the text `(\"(?:[^\"\\]|\\.)*\")` could not be displayed")
# Letters that no font has are found a few at a time.
MOST_TRIES = 20
# What the fonts that come with the typesetter have for sure.
_KNOWN_TO_FONTS = 0x24F


def to_pdf(report: Report) -> bytes:
    """The file. Letters that no font on this machine can show are named by their number."""
    import typst  # large, and needed in the worker alone

    with speaking(report.language):
        said = json.dumps(_report(report), ensure_ascii=False)
    for _try in range(MOST_TRIES):
        try:
            return _compiled(typst, said, report)
        except typst.TypstError as error:
            unshown = _unshown(str(error))
            if not unshown:
                raise
            for sign in unshown:
                said = said.replace(sign, f"[U+{ord(sign):04X}]")
    said = "".join(
        sign if ord(sign) <= _KNOWN_TO_FONTS or sign in "’‘“”„–—…−\u202f" else "?" for sign in said
    )
    return _compiled(typst, said, report)


def _compiled(typst: Any, said: str, report: Report) -> bytes:
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": said},
        pdf_standards=["ua-1"],
        timestamp=int(report.at.timestamp()),
    )
    return made


def _unshown(message: str) -> set[str]:
    found: set[str] = set()
    for quoted in _UNSHOWN.findall(message):
        words = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda m: chr(int(m[1], 16)), quoted[1:-1])
        found |= {sign for sign in words if ord(sign) > 0x7F}
    return found


def _report(report: Report) -> dict[str, Any]:
    title = report.title
    return {
        "title": _clean(title),
        "short": _clean(title if len(title) <= 90 else f"{title[:90]} …"),
        "body": _clean(report.body),
        "language": report.language,
        "blocks": [_block(block, report.language) for block in report.shown()],
    }


def _block(block: Block, language: str) -> dict[str, Any]:
    match block:
        case Heading(level, words, code):
            # A heading without words is none for a screen reader.
            said = {
                "level": level,
                "words": _clean(words) or "–",
                "language": _other(code, language),
            }
        case Paragraph(runs, quiet):
            said = {"runs": _runs(runs, language), "quiet": quiet}
        case Items(items):
            said = {"items": [_runs(item, language) for item in items]}
        case Quote(words, code, source, link):
            said = {"words": _clean(words), "source": source, "link": link,
                    "language": _other(code, language)}  # fmt: skip
        case Change(runs, code):
            said = {"runs": _runs(runs, code), "language": _other(code, language)}
        case Table(caption, head, rows):
            said = {
                "caption": caption,
                "head": list(head),
                "room": block.room,
                "rows": [[_clean(shown(cell)) for cell in row] for row in rows],
            }
        case Chart():
            said = {"caption": block.caption, "alternative": block.alternative, "svg": svg(block)}
    return {"kind": type(block).__name__.lower(), **said}


def _runs(runs: tuple[Run, ...], language: str) -> list[dict[str, str]]:
    return [
        {
            "words": _clean(run.words),
            "look": run.look,
            "link": run.link,
            "language": _other(run.language, language),
            "said": marked(run.look),
        }
        for run in runs
        if run.words
    ]


def _other(code: str, around: str) -> str:
    return code if code != around else ""


def _clean(words: str) -> str:
    """Without signs that stand for no letter."""
    return "".join(sign for sign in words if sign.isprintable() or sign in "\n\u00a0\u202f")
