"""Numbered paragraphs "(1)" and points "a)", found in the words of a clause. Pure.

A number is taken off only where reading it again gives the same words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from consult.drafts.formats.composing import bare
from consult.drafts.formats.writing.blocks import Block, List, Paragraph, words_of

# Numbers that begin a paragraph of an article, and a point of a list; one space follows.
_PARAGRAPH = re.compile(r"(\(\d{1,3}(?:[a-z]|[ \u00a0]?(?:bis|ter|quater|quinquies))?\)) (?!\s)")
_SIGN = r"\(?(?:\d{1,3}(?:[a-z]|bis|ter|quater)?|[a-z]{1,2}|[ivxlc]{1,6}|[A-Z])[.)°]"
_POINT = re.compile(rf"({_SIGN}) (?!\s)")
_LONE_POINT = re.compile(rf"{_SIGN}\Z")


def value(number: str) -> str:
    """A printed number as eIds have it: "(2bis)" → "2bis"."""
    return re.sub(r"[\W_]", "", number).lower()


def paragraphs(
    words: Sequence[Block],
) -> tuple[Sequence[Block], list[tuple[str, list[Block]]]] | None:
    """What stands before the first numbered paragraph, and each of these; None where there are none.

    Also where one has its number within emphasis, or another in a second line: taking only some of
    them for paragraphs would put one into another.
    """
    before: list[Block] = []
    found: list[tuple[str, list[Block]]] = []
    for block in words:
        if isinstance(block, Paragraph) and re.match(r"\(\d", words_of(block.runs)):
            taken = taken_off(block, _PARAGRAPH)
            if taken is None or re.search(r"\n\(?\d", words_of(block.runs)):
                return None
            found.append((taken[0], [taken[1]]))
        elif found:
            found[-1][1].append(block)
        else:
            before.append(block)
    return (before, found) if found else None


def number_taken_off(point: Paragraph) -> tuple[str, Paragraph] | None:
    """The number with which a point begins, and its words."""
    return taken_off(point, _POINT)


def taken_off(block: Block, pattern: re.Pattern[str]) -> tuple[str, Paragraph] | None:
    """The number at the beginning of a paragraph, and what stands behind it."""
    if not isinstance(block, Paragraph) or not block.runs:
        return None
    first, *others = block.runs
    found = pattern.match(first.words)
    if not found or any(first.look):
        return None
    number, rest = found[1], first.words[found.end() :]
    behind = (replace(first, words=rest), *others) if rest else tuple(others)
    # "1.5 litres" behind "1." would be read as the number said again.
    if not behind or bare(words_of(behind)).startswith(bare(number)):
        return None
    return number, Paragraph(behind)


def items(block: List) -> Iterator[tuple[str, list[Block]]]:
    """The points of a list with their numbers taken off."""
    for item in block.items:
        first, *others = item
        taken = taken_off(first, _POINT)
        if taken is not None:
            yield taken[0], [taken[1], *others]
            continue
        assert isinstance(first, Paragraph)
        yield words_of(first.runs), others  # nothing but the number, and a list below it


def is_points(block: Block) -> bool:
    """Whether a block is a list in which every item has its number."""
    return isinstance(block, List) and all(
        bool(item) and (taken_off(item[0], _POINT) is not None or _lone_number(item))
        for item in block.items
    )


def _lone_number(item: Sequence[Block]) -> bool:
    first = item[0]
    return (
        isinstance(first, Paragraph)
        and len(item) > 1
        and isinstance(item[1], List)
        and len(first.runs) == 1
        and not any(first.runs[0].look)
        and _LONE_POINT.match(first.runs[0].words) is not None
    )
