"""Web pages of laws, which LibreOffice turns into DOCX and ODT, read and laid beside the page."""

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from rapidfuzz.distance import LCSseq

from benchmarks.figures import timed
from consult.drafts.errors import Complaint
from consult.drafts.formats import source_of
from consult.drafts.numbering import CLAUSE, read_number
from consult.drafts.reading import ParsedDraft, read_markdown

_BLOCKS = frozenset(
    [
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "p",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_SEEN = _BLOCKS | frozenset(
    ["a", "b", "em", "i", "span", "strong", "sub", "sup", "u", "tbody", "thead"]
)


@dataclass
class Page:
    """A web page beside what was read of its conversion."""

    name: str
    articles: list[str]
    read_articles: list[str]
    words: int
    missing: list[str]
    added: list[str]
    in_order: float
    left_out: list[str]
    seconds: float


def words(text: str) -> list[str]:
    """Words without signs."""
    return re.findall(r"[^\W_]+", text.replace("\u2011", "-"))


def _text(element: etree._Element) -> str:
    """The characters of a page, blocks apart from each other; a number stands apart from its words."""
    apart = " " if element.tag in _BLOCKS or "num" in element.get("class", "").split() else ""
    inside = "".join(
        (_text(child) if child.tag in _SEEN else "") + (child.tail or "") for child in element
    )
    return f"{apart}{element.text or ''}{inside}{apart}"


def converted(path: Path, kind: str, folder: Path) -> bytes:
    """A web page as LibreOffice turns it into DOCX or ODT."""
    page = folder / f"{path.stem}.html"
    page.write_bytes(path.read_bytes())
    filters = {"docx": "docx:MS Word 2007 XML", "odt": "odt:writer8"}
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
            "--infilter=HTML (StarWriter)", "--convert-to", filters[kind],
            "--outdir", str(folder), str(page),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return (folder / f"{path.stem}.{kind}").read_bytes()


def check_page(path: Path, kind: str, language: str = "en") -> tuple[Page, ParsedDraft]:
    """Convert a web page, read it, and lay it beside the page."""
    with tempfile.TemporaryDirectory() as folder:
        raw = converted(path, kind, Path(folder))
    complaints: list[Complaint] = []

    def read() -> ParsedDraft:
        return read_markdown(source_of(raw, language, complaints), language)

    draft, seconds = timed(read)
    root = etree.fromstring(path.read_bytes(), etree.HTMLParser(encoding="utf-8"))
    blocks = [
        " ".join("".join(block.itertext()).split())
        for block in root.iter("p", "h1", "h2", "h3", "h4", "h5", "h6")
    ]
    numbers = [read_number(block) for block in blocks]
    articles = [n.number for n in numbers if n and n.kind == CLAUSE and not n.heading]
    whole = words(_text(root.find("body")))
    said = words(draft.title)
    for clause in draft.clauses:
        said += words(f"{clause.number} {clause.heading} {clause.rendered.text}")
    missing, added = Counter(whole) - Counter(said), Counter(said) - Counter(whole)
    found = Page(
        f"{path.stem}.{kind}",
        articles,
        [c.number for c in draft.clauses if c.kind == "clause" and c.key.startswith("art_")],
        len(whole),
        sorted(missing.elements()),
        sorted(added.elements()),
        LCSseq.similarity(whole, said) / max(1, len(whole)),
        [one.message for one in complaints],
        seconds,
    )
    return found, draft


def lines(path: Path, show: str | None) -> Iterator[str]:
    """What became of a page in both formats; `show` names one of which all that was read is printed."""
    if shutil.which("soffice") is None:
        yield f"{path.name:34} left out: LibreOffice is not installed"
        return
    for kind in ("docx", "odt"):
        page, draft = check_page(path, kind)
        sound = not page.missing and page.articles == page.read_articles and page.in_order == 1
        yield (
            f"{page.name:34} articles {len(page.read_articles)} of {len(page.articles)}, words"
            f" {page.words}, missing {len(page.missing)}, added {len(page.added)}, in order"
            f" {page.in_order:.4f}, left out {page.left_out}, CPU {page.seconds:.2f} s"
            f"{'' if sound else '  MISSED'}"
        )
        for name in ("missing", "added"):
            if getattr(page, name):
                yield f"    {name}: {' '.join(getattr(page, name)[:30])}"
        for clause in draft.clauses if show == page.name else ():
            yield f"  [{clause.key}] {clause.number} {clause.heading}\n{clause.rendered.text}\n"
