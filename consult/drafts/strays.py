"""Sentences that were moved and amended at once, found again in the whole text. Pure.

Only sentences that stand in one of the two versions are looked at, and two belong together only where
either is by far the most alike of all to the other: a comment never lands on other words.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from consult.drafts.anchors import MARGIN, MIN_MOVED_WORDS, Carried, Carrier
from consult.drafts.diff import Span, likeness, units
from consult.drafts.models import EDITED, MOVED

ALIKE = 0.6  # share of words in common, in order, from which two are versions of each other
MOST = (
    400  # sentences that stand in one version only; where there are more, the text is another one
)


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
        self._partners: dict[int, _Stray | None] = {}

    def carry(self, clause_id: int, text: str, start: int, end: int) -> tuple[int, Carried] | None:
        """Where words went with their sentence; None where that is not certain."""
        if max(len(self._old), len(self._new)) > MOST:
            return None
        for number, one in enumerate(self._old):
            if one.clause_id == clause_id and one.span.start <= start and end <= one.span.end:
                return self._carried(number, text, start, end)
        return None

    def _carried(self, number: int, text: str, start: int, end: int) -> tuple[int, Carried] | None:
        if number not in self._partners:
            self._partners[number] = self._partner(self._old[number])
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

    def _partner(self, one: _Stray) -> _Stray | None:
        """The sentence that this one became, if both choose each other and nothing else comes near."""
        if len(one.words.split()) < MIN_MOVED_WORDS:
            return None
        scores = [likeness(one.words, other.words) for other in self._new]
        best = _clear(scores)
        if best is None:
            return None
        back = [likeness(other.words, self._new[best].words) for other in self._old]
        chosen = _clear(back)
        return self._new[best] if chosen is not None and self._old[chosen] is one else None


def _clear(scores: list[float]) -> int | None:
    """The place of the best score, if it is high and none comes near."""
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    if not order or scores[order[0]] < ALIKE:
        return None
    second = scores[order[1]] if len(order) > 1 else 0.0
    return order[0] if scores[order[0]] >= second + MARGIN else None


def _sentences(texts: Mapping[int, str]) -> list[_Stray]:
    return [_Stray(clause_id, span) for clause_id, text in texts.items() for span in units(text)]
