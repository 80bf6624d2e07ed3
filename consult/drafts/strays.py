"""Sentences that were moved and amended at once, found again in the whole text. Pure.

Only sentences that stand in one of the two versions are looked at, and two belong together only where
either is by far the most alike of all to the other: a comment never lands on other words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from consult.drafts.anchors import MARGIN, MIN_MOVED_WORDS, Carried, Carrier
from consult.drafts.diff import word_list, words_alike
from consult.drafts.models import EDITED, MOVED
from consult.drafts.sentences import Span, units

ALIKE = 0.6  # share of words in common, in order, from which two are versions of each other
# Sentences that stand in one version only; where there are more, the text is another one.
MOST = 2_000


@dataclass(frozen=True)
class _Stray:
    """A sentence that stands in one version only, and its clause."""

    clause_id: int
    span: Span

    @property
    def words(self) -> str:
        return self.span.words.strip()


class Strays:
    """The sentences of two versions, by clause, that stand in one of them only."""

    def __init__(self, before: Mapping[int, str], after: Mapping[int, str]) -> None:
        old, new = _sentences(before), _sentences(after)
        kept = Counter(one.words for one in old) & Counter(one.words for one in new)
        self._old = [one for one in old if not kept[one.words]]
        self._new = [one for one in new if not kept[one.words]]
        self._places: dict[int, list[int]] = {}
        for number, one in enumerate(self._old):
            self._places.setdefault(one.clause_id, []).append(number)
        # Each is compared with all others: they are taken apart into words once.
        self._old_words = [word_list(one.words) for one in self._old]
        self._new_words = [word_list(one.words) for one in self._new]
        self._partners: dict[int, _Stray | None] = {}

    def carry(self, clause_id: int, text: str, start: int, end: int) -> tuple[int, Carried] | None:
        """Where words went with their sentence; None where that is not certain."""
        if max(len(self._old), len(self._new)) > MOST:
            return None
        for number in self._places.get(clause_id, ()):
            span = self._old[number].span
            if span.start <= start and end <= span.end:
                return self._carried(number, text, start, end)
        return None

    def _carried(self, number: int, text: str, start: int, end: int) -> tuple[int, Carried] | None:
        if number not in self._partners:
            self._partners[number] = self._partner(number)
        one, partner = self._old[number], self._partners[number]
        if partner is None:
            return None
        shift = one.span.start
        carried = Carrier(one.span.words, partner.span.words).carry(start - shift, end - shift)
        if carried.start is None or carried.end is None:
            return None
        start_after = carried.start + partner.span.start
        end_after = carried.end + partner.span.start
        same = text[start:end] == partner.span.words[carried.start : carried.end]
        return partner.clause_id, Carried(MOVED if same else EDITED, start_after, end_after)

    def _partner(self, number: int) -> _Stray | None:
        """The sentence that this one became, if both choose each other and nothing else comes near."""
        if len(self._old[number].words.split()) < MIN_MOVED_WORDS:
            return None
        best = _clear(self._old_words[number], self._new_words)
        if best is None or _clear(self._new_words[best], self._old_words) != number:
            return None
        return self._new[best]


def _clear(one: Sequence[str], others: Sequence[Sequence[str]]) -> int | None:
    """The place of the one that is most alike, if it is that by far."""
    scores = [words_alike(one, other) for other in others]
    order = nlargest(2, range(len(scores)), key=scores.__getitem__)
    if not order or scores[order[0]] < ALIKE:
        return None
    second = scores[order[1]] if len(order) > 1 else 0.0
    return order[0] if scores[order[0]] >= second + MARGIN else None


def _sentences(texts: Mapping[int, str]) -> list[_Stray]:
    return [_Stray(clause_id, span) for clause_id, text in texts.items() for span in units(text)]
