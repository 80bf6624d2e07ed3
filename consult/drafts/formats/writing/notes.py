"""Footnotes: a sign in the words and, below the clause, a paragraph that begins with it. Pure.

That is how the readers write them. Where signs and paragraphs answer each other one by one, in
order, a format can have real footnotes of them, and they are read again as they stood.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from consult.drafts.formats.writing.blocks import (
    Block,
    List,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Table,
    words_of,
)

_CITED = re.compile(r" \[([^\[\]\s]{1,8})\]")
_BELOW = re.compile(r"\[([^\[\]\s]{1,8})\] (?=\S)")


@dataclass(frozen=True)
class Noted(Run):
    """The place of a footnote, with its sign and its words."""

    sign: str = ""
    note: Runs = ()


def noted(words: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks of a clause with their footnotes where they are cited, if all are clear."""
    notes: dict[str, Runs] = {}
    rest = words
    while rest and (found := _note(rest[-1])) is not None:
        if found[0] in notes:
            return words
        notes = {found[0]: found[1], **notes}
        rest = rest[:-1]
    cited = [sign for block in rest for runs in _all_runs(block) for sign in _signs(runs)]
    if not notes or cited != list(notes):
        return words
    return tuple(_placed(block, notes) for block in rest)


def _note(block: Block) -> tuple[str, Runs] | None:
    """The sign and the words of a paragraph that is a footnote."""
    if not isinstance(block, Paragraph) or not block.runs or "\n" in words_of(block.runs):
        return None
    first, *others = block.runs
    found = _BELOW.match(first.words)
    if not found or any(first.look):
        return None
    return found[1], (replace(first, words=first.words[found.end() :]), *others)


def _signs(runs: Runs) -> Iterator[str]:
    for run in runs:
        yield from _CITED.findall(run.words)


def _all_runs(block: Block) -> Iterator[Runs]:
    match block:
        case Paragraph(runs):
            yield runs
        case Table(rows):
            yield from (cell for row in rows for cell in row)
        case Quotation(parts):
            yield from (runs for part in parts for runs in _all_runs(part))
        case List(items):
            yield from (runs for item in items for part in item for runs in _all_runs(part))


def _placed(block: Block, notes: dict[str, Runs]) -> Block:
    match block:
        case Paragraph(runs):
            return Paragraph(_cut(runs, notes))
        case Table(rows):
            return Table(tuple(tuple(_cut(cell, notes) for cell in row) for row in rows))
        case Quotation(parts):
            return Quotation(tuple(_placed(part, notes) for part in parts))
        case List(items, printed):
            return List(
                tuple(tuple(_placed(part, notes) for part in item) for item in items), printed
            )


def _cut(runs: Runs, notes: dict[str, Runs]) -> Runs:
    """Runs with the places of footnotes among them instead of their signs."""
    out: list[Run] = []
    for run in runs:
        at = 0
        for found in _CITED.finditer(run.words):
            out.append(replace(run, words=run.words[at : found.start()]))
            out.append(Noted("", sign=found[1], note=notes[found[1]]))
            at = found.end()
        out.append(replace(run, words=run.words[at:]))
    return tuple(run for run in out if run.words or isinstance(run, Noted))
