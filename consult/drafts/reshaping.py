"""Joining, splitting, renaming and moving the chapters and clauses of a text that was brought in. Pure.

Each act takes what was read and gives the Markdown that says it otherwise, so that reading that Markdown
stays the only way to a tree. A clause is named by its place in the text, from 0.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from consult.drafts.errors import NoSuchPlaceError
from consult.drafts.headings import TITLE, Marks, escaped, heading_line
from consult.drafts.numbering import CHAPTER, CLAUSE, read_number
from consult.drafts.reading import HASHES, PREAMBLE, ParsedClause, ParsedDraft, underlined

DEEPEST = 5  # chapters within each other that a heading can still show


@dataclass(frozen=True)
class Section:
    """A chapter or clause with how many chapters it stands in."""

    kind: str
    depth: int
    number: str
    heading: str
    source: str
    ids: tuple[str, ...] = ()
    continues: str | None = None

    @property
    def label(self) -> str:
        """Number and heading, as words of a text."""
        return " – ".join(part for part in (self.number, self.heading) if part)


@dataclass(frozen=True)
class Reshaped:
    """The text after an act, and the place of the clause that was acted on."""

    source: str
    place: int


def sections(draft: ParsedDraft) -> list[Section]:
    """What was read, with depths instead of parents."""
    depths: dict[str, int] = {}
    out = []
    for clause in draft.clauses:
        depths[clause.key] = depths[clause.parent] + 1 if clause.parent else 0
        out.append(_section(clause, depths[clause.key]))
    return out


def _section(clause: ParsedClause, depth: int) -> Section:
    return Section(
        kind=clause.kind,
        depth=depth,
        number=clause.number,
        heading=clause.heading,
        source=clause.rendered.source,
        ids=clause.ids,
        continues=clause.continues,
    )


def written(title: str, parts: Sequence[Section], language: str) -> str:
    """The Markdown that is read as these sections again."""
    parts = _settled(parts)
    blocks = [heading_line(1, "", title, None if _is_title(title) else Marks(kind=TITLE))]
    base = 2 if all(part.depth < DEEPEST - 1 for part in parts) else 1
    for place, part in enumerate(parts):
        body = _kept_as_words(part.source)
        if place or not _is_preamble(part, language):
            level = min(base + part.depth, 6)
            marks = Marks(ids=part.ids, kind=_mark(part), continues=part.continues)
            blocks.append(heading_line(level, part.number, part.heading, marks))
        blocks += [body] if body else []
    return "\n\n".join(blocks) + "\n"


def _is_title(words: str) -> bool:
    return bool(words) and read_number(words) is None


def _is_preamble(part: Section, language: str) -> bool:
    bare = not (part.number or part.ids or part.continues is not None or part.depth)
    return bare and part.kind == CLAUSE and part.heading == PREAMBLE[language] and bool(part.source)


def _mark(part: Section) -> str | None:
    """The kind, unless the number is that of an article: these are clauses anywhere."""
    numbered = read_number(part.label)
    by_number = numbered is not None and numbered.kind == CLAUSE and numbered.number == part.number
    return None if by_number and part.kind == CLAUSE else part.kind


def _kept_as_words(source: str) -> str:
    """The words of a clause, none of whose lines would begin a heading at its new place."""
    lines = source.split("\n")
    for at, line in enumerate(lines):
        alone = at == 0 or not lines[at - 1].strip()
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if HASHES.match(line):
            lines[at] = "\\" + line.lstrip()
        elif underlined(line, below, alone=alone):
            table = "|" in line and below.lstrip()[0] == "-"
            lines[at + 1] = "| --- |" if table else "\\" + below.lstrip()
    return "\n".join(lines)


def _settled(parts: Sequence[Section]) -> list[Section]:
    """No section deeper than the chapters in which it stands."""
    out: list[Section] = []
    open_ = 0
    for part in parts:
        depth = min(part.depth, open_)
        open_ = depth + 1 if part.kind == CHAPTER else depth
        out.append(replace(part, depth=depth))
    return out


def _at(parts: Sequence[Section], place: int) -> Section:
    if not 0 <= place < len(parts):
        raise NoSuchPlaceError
    return parts[place]


def _below(parts: Sequence[Section], place: int) -> int:
    """Where a chapter with all that hangs below it ends."""
    end = place + 1
    if parts[place].kind == CHAPTER:
        while end < len(parts) and parts[end].depth > parts[place].depth:
            end += 1
    return end


def _done(draft: ParsedDraft, parts: Sequence[Section], place: int) -> Reshaped:
    return Reshaped(written(draft.title, parts, draft.language), max(0, place))


def join(draft: ParsedDraft, place: int) -> Reshaped:
    """Add a clause to the one above it; its number and heading become words of the text.

    Raises NoSuchPlaceError for the first one.
    """
    parts = sections(draft)
    lower, upper = _at(parts, place), _at(parts, place - 1)
    label = escaped(lower.label)
    if label and not lower.heading and lower.source:
        said = f"{label} {lower.source}"
    else:
        said = "\n\n".join(part for part in (label, lower.source) if part)
    both = "\n\n".join(part for part in (upper.source, said) if part)
    parts[place - 1 : place + 1] = [replace(upper, source=both)]
    return _done(draft, parts, place - 1)


def split_points(source: str) -> list[int]:
    """The lines (from 0) at which a new clause can begin: each paragraph, list item or table.

    Only what stands by itself: not within an item or a table.
    """
    lines = source.split("\n")
    points = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else ""
        row = line.lstrip().startswith("|") and before.lstrip().startswith("|")
        if at and line.strip() and line[0] not in " \t" and not row:
            points.append(at)
    return points


def split(draft: ParsedDraft, place: int, line: int, *, number: str, heading: str) -> Reshaped:
    """Begin a new clause at a line of another; the place is that of the new one.

    Where neither number nor heading is given, those with which the line begins are taken. Raises
    NoSuchPlaceError for a line at which none can begin.
    """
    parts = sections(draft)
    whole = _at(parts, place)
    if line not in split_points(whole.source):
        raise NoSuchPlaceError
    lines = whole.source.split("\n")
    rest = "\n".join(lines[line:])
    if not (number or heading):
        number, heading, rest = _begins_with_number(rest)
    depth = whole.depth + (whole.kind == CHAPTER)
    parts[place : place + 1] = [
        replace(whole, source="\n".join(lines[:line]).strip("\n")),
        Section(CLAUSE, depth, number, heading, rest.strip("\n")),
    ]
    return _done(draft, parts, place + 1)


def _begins_with_number(source: str) -> tuple[str, str, str]:
    """The number and heading with which a text begins, if they are an article's, and the rest."""
    first, _, rest = source.partition("\n")
    bare = re.sub(r"^(\*\*|__|\*|_)(.{1,80}?)\1", r"\2", first.strip())
    numbered = read_number(bare)
    if numbered is None or numbered.kind != CLAUSE:
        return "", "", source
    if len(numbered.heading) <= 150 and not numbered.heading.endswith((".", ";", ",", ":")):
        return numbered.number, numbered.heading, rest
    return numbered.number, "", f"{numbered.heading}\n{rest}"


def rename(
    draft: ParsedDraft, place: int, *, number: str, heading: str, kind: str, depth: int
) -> Reshaped:
    """Give a section another number, heading, kind or depth.

    What hangs below a chapter moves in or out with it; what becomes a chapter takes in the clauses
    that follow it.
    """
    parts = sections(draft)
    former = _at(parts, place)
    end = _below(parts, place)
    kind = CHAPTER if kind == CHAPTER else CLAUSE
    depth = max(0, min(depth, DEEPEST))
    by = depth - former.depth
    for below in range(place + 1, end):
        parts[below] = replace(parts[below], depth=max(0, parts[below].depth + by))
    if kind == CHAPTER and former.kind == CLAUSE:
        below = place + 1
        while below < len(parts) and parts[below] == replace(
            parts[below], kind=CLAUSE, depth=former.depth
        ):
            parts[below] = replace(parts[below], depth=depth + 1)
            below += 1
    parts[place] = replace(
        former,
        kind=kind,
        depth=depth,
        number=" ".join(number.split()),
        heading=" ".join(heading.split()),
    )
    return _done(draft, parts, place)


def retitle(draft: ParsedDraft, title: str) -> Reshaped:
    """Give the whole text another title."""
    return Reshaped(written(" ".join(title.split()), sections(draft), draft.language), 0)


def move(draft: ParsedDraft, place: int, *, after: int | None) -> Reshaped:
    """Put a section, a chapter with all below it, behind another; None is the very beginning.

    A clause behind a chapter's heading stands in that chapter. Raises NoSuchPlaceError for a place
    inside itself.
    """
    parts = sections(draft)
    _at(parts, place)
    end = _below(parts, place)
    moving, rest = parts[place:end], parts[:place] + parts[end:]
    if after is not None and place <= after < end:
        raise NoSuchPlaceError
    target = None if after is None else _at(parts, after)
    index = 0 if after is None else after + 1 - (len(moving) if after >= end else 0)
    if moving[0].kind == CLAUSE:
        depth = 0 if target is None else target.depth + (target.kind == CHAPTER)
        moving = [replace(moving[0], depth=depth)]
    else:
        # Not between a chapter and what hangs below it, which would then hang below this one.
        while index < len(rest) and rest[index].depth > moving[0].depth:
            index += 1
    rest[index:index] = moving
    return _done(draft, rest, index)


def move_up(draft: ParsedDraft, place: int) -> Reshaped:
    """Put a section before the one above; a chapter before the chapter above it."""
    parts = sections(draft)
    moving = _at(parts, place)
    above = place - 1
    if moving.kind == CHAPTER:
        while above > 0 and not _chapter_within(parts[above], moving.depth):
            above -= 1
    if above < 0:
        raise NoSuchPlaceError
    return move(draft, place, after=above - 1 if above > 0 else None)


def move_down(draft: ParsedDraft, place: int) -> Reshaped:
    """Put a section behind the one below; a chapter behind the chapter below it."""
    parts = sections(draft)
    moving = _at(parts, place)
    following = _below(parts, place)
    if following >= len(parts):
        raise NoSuchPlaceError
    chapter = moving.kind == CHAPTER
    return move(draft, place, after=_below(parts, following) - 1 if chapter else following)


def _chapter_within(part: Section, depth: int) -> bool:
    return part.kind == CHAPTER and part.depth <= depth


def drop(draft: ParsedDraft, place: int) -> Reshaped:
    """Leave a section out; what stands in a chapter stays."""
    parts = sections(draft)
    _at(parts, place)
    del parts[place]
    return _done(draft, parts, place - 1)


def decide(draft: ParsedDraft, answers: dict[int, str | None]) -> Reshaped:
    """Say which clause of the text before each place continues ("" for none, None to ask anew)."""
    parts = sections(draft)
    for place, key in answers.items():
        parts[place] = replace(_at(parts, place), continues=key)
    return _done(draft, parts, min(answers, default=0))
