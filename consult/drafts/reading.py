"""From a Markdown file to a tree of chapters and clauses. Pure.

Headings make the tree: a heading with an article's or paragraph's number is a clause at any
depth, one with a chapter's word is a chapter, and any other is a chapter if headings stand below
it, else a clause; marks behind a heading (`headings.py`) say otherwise. A text without such headings
is split at its numbered lines.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from consult.drafts.decoding import decode
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.headings import TITLE, Marks, taken_off
from consult.drafts.numbering import CHAPTER, CLAUSE, Numbered, rank, read_number
from consult.kernel.i18n import mark
from consult.kernel.markup import Rendered, render_clause, render_comment, tidy

MAX_CHARACTERS = 4_000_000
MAX_BYTES = 4 * MAX_CHARACTERS
MAX_CLAUSES = 3_000
MAX_CLAUSE_CHARACTERS = 60_000
MAX_HEADING_CHARACTERS = 500
MAX_NUMBER_CHARACTERS = 60
MAX_KEY_CHARACTERS = 70  # the column holds 80: room for "_v2"

PREAMBLE = {"fr": "Préambule", "de": "Präambel", "lb": "Preambel", "en": "Preamble"}


@dataclass(frozen=True)
class ParsedClause:
    """One chapter or clause as it was read, with the line (from 1) where it begins.

    `ids` are the names under which a file knows it; `continues` is what an official decided about
    it (see `headings.Marks`).
    """

    key: str
    kind: str
    parent: str | None
    number: str
    heading: str
    rendered: Rendered
    line: int = 0
    ids: tuple[str, ...] = ()
    continues: str | None = None


@dataclass(frozen=True)
class ParsedDraft:
    """A whole text: its title and its chapters and clauses in document order."""

    language: str
    title: str
    clauses: tuple[ParsedClause, ...]
    warnings: tuple[Complaint, ...] = ()


@dataclass
class _Block:
    """A heading with the lines below it, while the tree is being worked out."""

    line: int
    level: int
    text: str
    numbered: Numbered | None = None
    kind: str | None = None
    body: list[str] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)

    @property
    def source(self) -> str:
        return "\n".join(self.body).strip("\n")


def read_markdown(source: str | bytes, language: str) -> ParsedDraft:
    """Read a draft. Raises UnreadableTextError with complaints that name lines."""
    return _read(source, language, render_clause)


def read_outline(source: str, language: str) -> ParsedDraft:
    """The same without rendering, which takes the longest: the clauses have their sources only."""
    return _read(source, language, lambda words: Rendered(tidy(words), "", ""))


def rendered(draft: ParsedDraft) -> ParsedDraft:
    """An outline with its clauses rendered."""
    clauses = (replace(c, rendered=render_clause(c.rendered.source)) for c in draft.clauses)
    return replace(draft, clauses=tuple(clauses))


def _read(source: str | bytes, language: str, render: Callable[[str], Rendered]) -> ParsedDraft:
    if len(source) > MAX_BYTES:
        raise UnreadableTextError([_too_large()])
    warnings: list[Complaint] = []
    text = decode(source, warnings) if isinstance(source, bytes) else source
    if len(text) > MAX_CHARACTERS:
        raise UnreadableTextError([_too_large()])
    # A mark before the text keeps its leading empty lines, and so the line numbers, as they are.
    lines = tidy("|" + text)[1:].split("\n")
    if not any(line.strip() for line in lines):
        raise UnreadableTextError([Complaint(mark("The text is empty."))])
    _refuse_long_lines(lines)
    title, blocks = _tree(lines)
    blocks = _with_preamble(blocks, language)
    if not any(b.kind == CLAUSE and 0 < b.level < 7 for b in blocks):
        raise UnreadableTextError([Complaint(_NO_CLAUSE)])
    clauses = _clauses(blocks, warnings, render)
    return ParsedDraft(language, title, tuple(clauses), tuple(warnings))


_NO_CLAUSE = mark(
    "No clause was found. Begin each clause with a line such as “### Art. 1. – Purpose” or"
    " “### § 1 Purpose”, and each chapter with “## Chapter I – General”."
)


def _too_large() -> Complaint:
    return Complaint(mark("The text is too large to be read as one draft."))


def _refuse_long_lines(lines: Sequence[str]) -> None:
    sentence = mark("This line is too long.")
    complaints = [
        Complaint(sentence, number)
        for number, line in enumerate(lines, 1)
        if len(line) > MAX_CLAUSE_CHARACTERS
    ]
    if complaints:
        raise UnreadableTextError(complaints[:20])


HASHES = re.compile(r" {0,3}(#{1,6})(?=[ \t]|\Z)")


def _tree(lines: Sequence[str]) -> tuple[str, list[_Block]]:
    """The title, and the blocks with their kind. The first block may have no heading."""
    blocks = _headed(lines)
    for block in blocks[1:]:
        block.numbered = _numbered(block)
    if not _clause_headings(blocks):
        blocks = _split_at_numbered_lines(blocks)
    title = _take_title(blocks)
    _decide_kinds(blocks)
    return title, _folded(blocks)


def _numbered(block: _Block) -> Numbered | None:
    """The number of a heading, by its words or by its mark."""
    if block.marks.number is None:
        return read_number(block.text)
    if not block.marks.number:
        return None
    known = read_number(block.marks.number)
    if known is not None and not known.heading:
        return replace(known, number=block.marks.number, heading=block.text)
    return Numbered(block.marks.number, block.text, "", None)


def _headed(lines: Sequence[str]) -> list[_Block]:
    blocks = [_Block(1, 0, "")]
    skip = False
    for number, line in enumerate(lines, 1):
        if skip:
            skip = False
            continue
        hashes = HASHES.match(line)
        below = lines[number] if number < len(lines) else ""
        if hashes:
            text = line[hashes.end() :].strip()
            bare = text.rstrip("#")
            if bare != text and (not bare or bare[-1].isspace()):
                text = bare.rstrip()
            text, marks = taken_off(text)
            blocks.append(_Block(number, len(hashes[1]), _plain(text), marks=marks))
        elif underlined(line, below, alone=number == 1 or not lines[number - 2].strip()):
            text, marks = taken_off(line.strip())
            level = 1 if below.startswith("=") else 2
            blocks.append(_Block(number, level, _plain(text), marks=marks))
            skip = True
        else:
            blocks[-1].body.append(line)
    return blocks


def underlined(line: str, below: str, *, alone: bool) -> bool:
    """Whether a line that stands alone is a heading because of the signs below it."""
    below = below.rstrip()
    ruled = len(below) >= 3 and below.strip("=") in {"", below} and below.strip("-") in {"", below}
    return (
        alone
        and bool(line.strip())
        and ruled
        and below[0] in "=-"
        and below == below[0] * len(below)
    )


def _plain(heading: str) -> str:
    """A heading without its Markdown."""
    if not re.search(r"[*_\\&<\[`]", heading) or len(heading) > MAX_HEADING_CHARACTERS * 2:
        return heading
    # The sign before it keeps "3. Purpose" or "- Purpose" from becoming a list.
    words = render_comment(f"| {heading}").text.removeprefix("|")
    return re.sub(r"[ \t\n]+", " ", words).strip(" ")


def _clause_headings(blocks: Sequence[_Block]) -> bool:
    """Whether the headings themselves say where clauses begin."""
    deepest = max((b.level for b in blocks[1:]), default=0)
    sure = any(b.marks.kind or (b.numbered and b.numbered.kind == CLAUSE) for b in blocks)
    plain = any(
        b.level == deepest and b.level > 1 and not (b.numbered and b.numbered.kind == CHAPTER)
        for b in blocks[1:]
    )
    return sure or plain


def _split_at_numbered_lines(blocks: Sequence[_Block]) -> list[_Block]:
    """Make headings of the lines that begin with the next number of a clause."""
    for wanted in (CLAUSE, None):
        out: list[_Block] = []
        last: tuple[int, str] = (0, "")
        found = False
        for block in blocks:
            out.append(replace(block, body=[]))
            paragraph = True
            for offset, line in enumerate(block.body, 1):
                new = _line_heading(line, paragraph, wanted, last)
                paragraph = not line.strip()
                if new is None:
                    out[-1].body.append(line)
                    continue
                numbered, rest = new
                if numbered.kind != CHAPTER:
                    last, found = rank(numbered.key), True
                level = 2 if numbered.kind == CHAPTER else 3
                text = f"{numbered.number} {numbered.heading}".strip()
                made = _Block(block.line + offset, level, text, numbered)
                made.body += [rest] if rest else []
                out.append(made)
        if found:
            out[0].line = 1
            return out
    return list(blocks)


def _line_heading(
    line: str, paragraph: bool, wanted: str | None, last: tuple[int, str]
) -> tuple[Numbered, str] | None:
    """The number with which a line of plain text begins a clause or chapter, and its own text."""
    bare = re.sub(r"^(\*\*|__|\*|_)(.{1,80}?)\1", r"\2", line.strip())
    numbered = read_number(bare) if paragraph and bare else None
    if numbered is None or numbered.kind not in {wanted, CHAPTER}:
        return None
    ends = numbered.heading.endswith((".", ";", ",", ":"))
    short = len(numbered.heading) <= 150 and not ends
    if numbered.kind == CHAPTER:
        return (numbered, "") if short else None
    following = rank(numbered.key)
    if wanted is None:
        if following[0] not in {last[0] + 1, last[0]} or following <= last:
            return None
    elif following <= last or not (numbered.separated or short):
        return None
    if short and wanted is not None:
        return numbered, ""
    return replace(numbered, heading=""), numbered.heading


def _heads_all(first: _Block) -> bool:
    """Whether a first heading is the title, by its mark or because it is above all others."""
    unmarked = not first.marks.kind and first.level == 1 and first.numbered is None
    return first.marks.kind == TITLE or unmarked


def _take_title(blocks: list[_Block]) -> str:
    """Take the title out of the blocks: a first heading above all others, or a first lone line."""
    if len(blocks) > 1 and _heads_all(blocks[1]):
        title = blocks.pop(1)
        blocks[0].body += ["", *title.body]
        return title.text
    filled = [i for i, line in enumerate(blocks[0].body) if line.strip()]
    if filled and len(blocks) > 1:
        first = filled[0]
        line = blocks[0].body[first].strip()
        alone = len(filled) == 1 or filled[1] > first + 1
        if alone and len(line) <= 250 and not line.endswith((".", ";", ",", ":")):
            del blocks[0].body[first]
            return _plain(line)
    return ""


def _decide_kinds(blocks: Sequence[_Block]) -> None:
    for index, block in enumerate(blocks[1:], 1):
        sure = block.numbered.kind if block.numbered else None
        deeper = any(
            below.level > block.level for below in _section(blocks, index, stop_at=block.level)
        )
        if block.marks.kind in {CHAPTER, CLAUSE}:
            block.kind = block.marks.kind
        elif sure == CLAUSE:
            block.kind = CLAUSE
        elif sure == CHAPTER:
            block.kind = CHAPTER if deeper or not block.source.strip() else CLAUSE
        else:
            block.kind = CHAPTER if deeper else CLAUSE
    blocks[0].kind = CLAUSE


def _section(blocks: Sequence[_Block], index: int, stop_at: int) -> Sequence[_Block]:
    """The blocks that follow until a heading of this level or a higher one."""
    following = index + 1
    while following < len(blocks) and blocks[following].level > stop_at:
        following += 1
        if following > index + 1:
            break  # one is enough to know that there is something below
    return blocks[index + 1 : following]


def _folded(blocks: Sequence[_Block]) -> list[_Block]:
    """Headings inside a numbered clause are part of its text."""
    out: list[_Block] = []
    clause: _Block | None = None
    for block in blocks:
        sure = bool(block.marks.kind or (block.numbered and block.numbered.kind))
        if clause is not None and block.level > clause.level and not sure and block.text:
            clause.body += ["", f"**{block.text}**", "", *block.body]
            continue
        out.append(block)
        clause = block if block.kind == CLAUSE and _surely_a_clause(block) else None
    return out


def _surely_a_clause(block: _Block) -> bool:
    by_number = block.numbered is not None and block.numbered.kind == CLAUSE
    return bool(block.level) and (by_number or block.marks.kind == CLAUSE)


def _with_preamble(blocks: Sequence[_Block], language: str) -> list[_Block]:
    """What stands before the first heading is a clause of its own, if it says anything."""
    first = blocks[0]
    if not first.source.strip():
        return list(blocks[1:])
    lead = next(i for i, line in enumerate(first.body) if line.strip())
    heading = PREAMBLE[language]
    return [
        replace(first, text=heading, level=7, line=lead + 1, numbered=None),
        *blocks[1:],
    ]


def _clauses(
    blocks: Sequence[_Block], warnings: list[Complaint], render: Callable[[str], Rendered]
) -> list[ParsedClause]:
    complaints = _measure(blocks)
    if complaints:
        raise UnreadableTextError(complaints[:20])
    out: list[ParsedClause] = []
    taken: dict[str, ParsedClause] = {}
    path: list[tuple[int, str]] = []
    for block in blocks:
        level = block.level if block.level < 7 else 0
        while path and (path[-1][0] >= level > 0 or level == 0):
            path.pop()
        parent = path[-1][1] if path else None
        key = _key(block, parent, taken, complaints, warnings)
        number = block.numbered
        clause = ParsedClause(
            key=key,
            kind=block.kind or CLAUSE,
            parent=parent,
            number=number.number if number else "",
            heading=number.heading if number else block.text,
            rendered=render(block.source),
            line=block.line,
            ids=block.marks.ids,
            continues=block.marks.continues,
        )
        taken[key] = clause
        out.append(clause)
        if clause.kind == CHAPTER:
            path.append((level, key))
    if complaints:
        raise UnreadableTextError(complaints[:20])
    return out


def _measure(blocks: Sequence[_Block]) -> list[Complaint]:
    if len(blocks) > MAX_CLAUSES:
        return [_too_large()]
    complaints = []
    for block in blocks:
        if len(block.source) > MAX_CLAUSE_CHARACTERS:
            complaints.append(Complaint(mark("This clause is too long."), block.line))
        if len(block.text) > MAX_HEADING_CHARACTERS:
            complaints.append(Complaint(mark("This heading is too long."), block.line))
        number = block.numbered.number if block.numbered else ""
        if len(number) > MAX_NUMBER_CHARACTERS:
            complaints.append(Complaint(mark("This number is too long."), block.line))
    return complaints


def _key(
    block: _Block,
    parent: str | None,
    taken: dict[str, ParsedClause],
    complaints: list[Complaint],
    warnings: list[Complaint],
) -> str:
    if block.numbered is None or not block.numbered.key:
        name = "preamble" if block.level == 7 else "chp_nn" if block.kind == CHAPTER else "cl_nn"
        return next_free(name, taken) if block.level < 7 else name
    key = block.numbered.key
    first = taken.get(key)
    if first is None:
        return key[:MAX_KEY_CHARACTERS]
    facts = (("number", block.numbered.number), ("line", first.line))
    longer = f"{parent}__{key}"
    if first.parent == parent or longer in taken:
        sentence = mark("%(number)s stands twice; the first is in line %(line)s.")
        complaints.append(Complaint(sentence, block.line, facts))
        return next_free(f"{key}_nn", taken)
    sentence = mark("%(number)s stands in two chapters; the first is in line %(line)s.")
    if block.numbered.kind is not None:
        warnings.append(Complaint(sentence, block.line, facts))
    return longer if len(longer) <= MAX_KEY_CHARACTERS else next_free(f"{key}_nn", taken)


def next_free(name: str, taken: dict[str, ParsedClause] | set[str]) -> str:
    """`name` with the first number that is free."""
    count = 1
    while f"{name}{count}" in taken:
        count += 1
    return f"{name}{count}"


def fold(text: str) -> str:
    """A text without case, accents and spacing, for comparing headings."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in bare if not unicodedata.combining(c))))
