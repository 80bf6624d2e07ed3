"""The pieces of a document, and how they are written in Markdown so that it says the same. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from consult.drafts import numbering
from consult.drafts.headings import escaped, plain_ids
from consult.kernel.markup import render_clause

DEEPEST = 6  # levels of headings that Markdown has

# What would make another block of a line that is only words.
_BLOCK = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|[=-]{3,}\s*$|\|)")
_LOOK = re.compile(r"(\\.)|\*+", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")  # a no-break space is a letter of its own


@dataclass
class Paragraph:
    """Words in Markdown; line breaks are "\\n"."""

    words: str


@dataclass
class Table:
    """Cells in Markdown, row by row; the first row is the head."""

    rows: list[list[str]]


@dataclass
class Item:
    """What stands under a printed number, or a bullet where that is empty.

    `listed` items are those of a list; others are numbered paragraphs.
    """

    number: str
    parts: "list[Part]" = field(default_factory=list)
    listed: bool = True


@dataclass
class Quote:
    """What stands as a quotation."""

    parts: "list[Part]" = field(default_factory=list)


Part = Paragraph | Table | Item | Quote


def one_line(words: str) -> str:
    """Words with single spaces."""
    return _SPACES.sub(" ", words).strip(" ")


def emphasised(words: str, sign: str) -> str:
    """Words in italics ("*") or bold ("**"); spaces at the ends stay outside, and so do signs
    without a word, whose emphasis Markdown would not see."""
    bare = words.strip()
    if not any(character.isalnum() for character in bare):
        return words
    start = words.index(bare)
    return f"{words[:start]}{sign}{bare}{sign}{words[start + len(bare) :]}"


Run = tuple[str, bool, bool]
"""Words in Markdown without their look, and whether they are bold and italic."""


def phrase(runs: Iterable[Run]) -> tuple[str, bool]:
    """The words of a paragraph with their look, and whether all of them are bold.

    Word processors cut words into runs wherever they like: neighbours of one look are one. What is bold
    as a whole is not emphasised.
    """
    kept = [run for run in runs if run[0]]
    bold = bool(kept) and all(strong for words, strong, _ in kept if words.strip())
    joined = ""
    for (strong, italic), same in groupby(kept, key=lambda run: run[1:]):
        words = "".join(run[0] for run in same)
        words = emphasised(words, "*") if italic else words
        joined += emphasised(words, "**") if strong and not bold else words
    return joined, bold


def heading(
    level: int, number: str, words: str, ids: Sequence[str | None] = (), kind: str | None = None
) -> str:
    """A heading with its printed number, and the identifiers that the file has for it.

    The words are Markdown; signs at their end close no heading, and braces are no marks. `kind` is
    what it begins, where the file says that by more than words and place.
    """
    words = re.sub(r"(#(?=#*\Z)|\}\Z)", r"\\\1", one_line(words))
    number = one_line(number)
    joined = numbering.joined(number, words)
    marks = [f"#{one}" for one in plain_ids(tuple(ids))] + ([f".{kind}"] if kind else [])
    found = numbering.read_number(joined)
    unseen = number and (found is None or not number.startswith(found.number))
    if unseen and len(number) <= 60 and not re.search(r'["{}\\]', number):
        joined = words
        marks.append(f'number="{number}"')
    behind = f"{{{' '.join(marks)}}}" if marks else ""
    return " ".join(part for part in ("#" * min(level, DEEPEST), joined, behind) if part)


def written(parts: Sequence[Part], *, listed: bool = False) -> list[str]:
    """The parts of a clause as Markdown blocks; within an item (`listed`) every number is one."""
    blocks: list[str] = []
    items: list[str] = []
    for part in parts:
        if isinstance(part, Item) and (listed or part.listed):
            items.append(_item(part))
            continue
        if items:
            blocks.append("\n".join(items))
            items = []
        if isinstance(part, Item):
            blocks += _numbered(part)
        elif isinstance(part, Table):
            blocks.append(_table(part.rows))
        elif isinstance(part, Quote):
            quoted = "\n\n".join(written(part.parts))
            blocks.append(f"> {quoted}".replace("\n", "\n> ") if quoted else "")
        else:
            blocks.append(_paragraph(part.words))
    if items:
        blocks.append("\n".join(items))
    return [block for block in blocks if block]


def _paragraph(words: str) -> str:
    words = _seen(words)
    lines = (_BLOCK.sub(r"\\\1", one_line(line)) for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def _seen(words: str) -> str:
    """The words without their look where Markdown would not see it: in "*a***b**", for instance."""
    bare = _LOOK.sub(lambda found: found[1] or "", words)
    if bare == words or render_clause(words).text == render_clause(bare).text:
        return words
    return bare


def _numbered(item: Item) -> list[str]:
    """A numbered paragraph: the number before its first words."""
    return written(_with_number(item), listed=True)


def _item(item: Item) -> str:
    """An item of a list; what follows its first words is indented below it."""
    first, *rest = written(_with_number(item), listed=True) or [""]
    tight = all(block.startswith("- ") for block in rest)
    joined = ("\n" if tight else "\n\n").join([first, *rest])
    return "- " + joined.replace("\n", "\n  ").replace("\n  \n", "\n\n")


def _with_number(item: Item) -> list[Part]:
    """The parts of an item, the first beginning with the number unless it does so already."""
    number = escaped(item.number)
    if not number:
        return item.parts
    first, *rest = item.parts or [Paragraph("")]
    if not isinstance(first, Paragraph):
        return [Paragraph(number), first, *rest]
    printed = bare(item.number)
    if printed and bare(first.words).startswith(printed):
        return item.parts
    return [Paragraph(f"{number} {first.words.lstrip()}"), *rest]


def bare(words: str) -> str:
    """Letters, figures and signs of a number alone, to compare two ways of printing it."""
    return re.sub(r"[\s\u00a0\u202f*_\\–—-]", "", words)


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    filled = [[*map(_cell, row), *[""] * (width - len(row))] for row in rows]
    ruled = [filled[0], ["---"] * width, *filled[1:]]
    return "\n".join("| " + " | ".join(row) + " |" for row in ruled)


def _cell(words: str) -> str:
    return one_line(_seen(words)).replace("|", "\\|")
