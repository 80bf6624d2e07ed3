"""Do real legal texts come in whole, and go out again: `python -m benchmarks.texts FOLDER [--show FILE]`.

FOLDER holds Akoma Ntoso files of any dialect. For each file are printed: articles and divisions in it
and in what was read, the words of it that are missing and those that were added, whether every
article's words stand under that article, what was left out, and CPU seconds. Words are counted,
without signs; their order is not looked at. Of DOCX and ODT, in English, only what follows is asked.
Web pages of laws are read as LibreOffice turns them into DOCX and ODT, where it is installed.

Then each text goes out in every format and comes in again: printed are size, CPU seconds, and whether
kinds, numbers, headings, parents and lines of words are the same. HTML does not come in again: of it
the words are counted. Akoma Ntoso is held against the schema of OASIS.
"""

import argparse
import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from benchmarks import converting
from benchmarks.figures import timed
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import akn, source_of
from consult.drafts.formats.writing import FORMATS, Document
from consult.drafts.formats.writing.document import opening
from consult.drafts.reading import ParsedDraft, read_markdown
from tests.drafts.outgoing import document, outline, read_again
from tests.drafts.test_writing import SCHEMA

_WORD = re.compile(r"[^\W_]+")
_LANGUAGES = {"fra": "fr", "fre": "fr", "fr": "fr", "deu": "de", "ger": "de", "de": "de"}
_DIVISIONS = ("book", "part", "title", "chapter", "section", "subsection")
_INLINE = {"i", "b", "em", "strong", "sup", "sub", "ref", "a", "span", "date", "inline", "person"}
# What is no part of the text: the title stands above it, a table of contents is made anew.
_ELSEWHERE = ("meta", "toc", "preface", "marker", "interstitial", "docTitle")


@dataclass
class Found:
    """One file beside what was read of it."""

    name: str
    articles: int
    read_articles: int
    divisions: int
    read_chapters: int
    words: int
    missing: list[str]
    added: list[str]
    misplaced: list[str]
    left_out: int
    seconds: float


def words(text: str) -> list[str]:
    """Words without signs; the text of a file may hold HTML as text."""
    text = html.unescape(re.sub(r"<[^<>]*>", " ", html.unescape(text)))
    return _WORD.findall(text.replace("\u2011", "-"))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _spoken(root: etree._Element) -> str:
    found = root.xpath("//*[local-name()='FRBRlanguage']/@language")
    return _LANGUAGES.get(found[0] if found else "", "en")


def _text(element: etree._Element) -> str:
    """All characters of an element, blocks apart from each other."""
    parts = []

    def walk(one: etree._Element) -> None:
        name = _name(one)
        if not name or name in _ELSEWHERE or any(_name(child) == "toc" for child in one):
            return
        if name == "num" and _said_again(one):
            return
        apart = "" if name in _INLINE else " "
        parts.append(apart + (one.text or ""))
        for child in one:
            walk(child)
            parts.append(child.tail or "")
        parts.append(apart)

    walk(element)
    return "".join(parts)


def _said_again(number: etree._Element) -> bool:
    """Whether the words behind a number begin with it once more, as the French Senate has them."""
    content = [one for one in number.itersiblings() if _name(one) == "content"]
    printed = words("".join(number.itertext()))
    return bool(content and printed) and words("".join(content[0].itertext()))[: len(printed)] == (
        printed
    )


def _outer(root: etree._Element, names: Sequence[str]) -> Iterator[etree._Element]:
    """Elements of these names that stand in no article."""
    for element in root.iter():
        if _name(element) in names:
            parents = {_name(parent) for parent in element.iterancestors()}
            if "article" not in parents:
                yield element


def check(path: Path) -> tuple[Found, ParsedDraft]:
    """Read one file and lay it beside the original."""
    raw = path.read_bytes()
    root = etree.fromstring(raw)
    language = _spoken(root)
    complaints: list[Complaint] = []

    def read() -> ParsedDraft:
        return read_markdown(source_of(raw, language, complaints), language)

    draft, seconds = timed(read)
    articles = list(_outer(root, ["article"]))
    clauses = [clause for clause in draft.clauses if clause.kind == "clause"]
    numbered = [clause for clause in clauses if clause.number and clause.heading != "Annexe"]
    whole = words(_text(root))
    said = [w for c in draft.clauses for w in words(f"{c.number} {c.heading} {c.rendered.text}")]
    missing, added = _differences(whole, said)
    misplaced = []
    for article in articles:
        number = next(words("".join(n.itertext())) for n in article if _name(n) == "num")
        there = [c for c in numbered if words(c.number) == number]
        mine = words(_text(article))
        held = [w for c in there for w in words(f"{c.number} {c.heading} {c.rendered.text}")]
        if len(there) != 1 or _differences(mine, held)[0]:
            misplaced.append(" ".join(number))
    found = Found(
        path.name,
        len(articles),
        len([c for c in numbered if not c.key.startswith("annex")]),
        len(list(_outer(root, _DIVISIONS))),
        sum(clause.kind == "chapter" for clause in draft.clauses),
        len(whole),
        missing,
        added,
        misplaced,
        len(complaints),
        seconds,
    )
    return found, draft


def _differences(a: Sequence[str], b: Sequence[str]) -> tuple[list[str], list[str]]:
    """Words of the first that the second lacks, and the reverse."""
    one, other = Counter(a), Counter(b)
    return sorted((one - other).elements()), sorted((other - one).elements())


def out_and_in(draft: ParsedDraft) -> Iterator[str]:
    """What became of a text in each format."""
    made = document(draft)
    for form in FORMATS:
        raw, seconds = timed(FORMATS[form].write, made)
        said = same(made, form, raw)
        yield f"    out as {form:5} {len(raw):>9,} bytes, CPU {seconds:.2f} s: {said}"


def same(made: Document, form: str, raw: bytes) -> str:
    """Whether a file holds the text: "the same tree", or the first difference."""
    if form == "html":
        body = html.unescape(re.sub(r"<[^<>]*>", " ", raw.decode().partition("<main>")[2]))
        unheaded = opening(made.rows, made.language)
        said = [
            w
            for row in made.rows
            for w in words("" if row is unheaded else f"{row.number} {row.heading}")
            + words(row.text)
        ]
        missing, added = _differences(said, _WORD.findall(body.replace("\u2011", "-")))
        return "the same words" if not missing else f"MISSED {missing[:5]} {added[:5]}"
    before, after = outline(made.rows), outline(read_again(raw, made.language).clauses)
    if before != after:
        pairs = zip(before, after, strict=False)
        first = next((pair for pair in pairs if pair[0] != pair[1]), ("more", "or less"))
        return f"MISSED {str(first[0])[:300]} became {str(first[1])[:300]}"
    if form == "akn":
        schema = etree.XMLSchema(etree.parse(SCHEMA))
        if not schema.validate(etree.fromstring(raw)):
            return f"the same tree, MISSED: {schema.error_log[0].message[:200]}"
        return "the same tree, valid"
    return "the same tree"


def others(path: Path, show: str | None) -> Iterator[str]:
    """What became of a file that is no Akoma Ntoso."""
    if path.suffix == ".html":
        yield from converting.lines(path, show)
    if path.suffix in {".docx", ".odt"}:
        draft = read_again(path.read_bytes(), "en")
        yield f"{path.name:34} chapters and clauses {len(draft.clauses)}"
        yield from out_and_in(draft)


def main() -> None:
    """Check every file of the folder."""
    parser = argparse.ArgumentParser(description="Real legal texts, read.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", help="print what was read of this file")
    asked = parser.parse_args()
    for path in sorted(asked.folder.iterdir()):
        if path.suffix == ".html" or not akn.is_xml(path.read_bytes()):
            print("\n".join(others(path, asked.show)))
            continue
        try:
            found, draft = check(path)
        except UnreadableTextError as error:
            print(f"{path.name:34} {error.complaints[0].message}")
            continue
        sound = not (found.missing or found.misplaced) and found.articles == found.read_articles
        print(
            f"{found.name:34} articles {found.read_articles} of {found.articles}, divisions"
            f" {found.read_chapters} of {found.divisions}, words {found.words}, missing"
            f" {len(found.missing)}, added {len(found.added)}, articles that lack words"
            f" {len(found.misplaced)}, left out {found.left_out}, CPU {found.seconds:.2f} s"
            f"{'' if sound else '  MISSED'}"
        )
        for name in ("missing", "added", "misplaced"):
            if getattr(found, name):
                print(f"    {name}: {' '.join(getattr(found, name)[:30])}")
        for line in out_and_in(draft):
            print(line)
        if asked.show == path.name:
            for clause in draft.clauses:
                print(
                    f"  [{clause.key}] {clause.number} {clause.heading}\n{clause.rendered.text}\n"
                )


if __name__ == "__main__":
    main()
