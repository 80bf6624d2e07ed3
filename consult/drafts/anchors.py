"""Exact words of a clause: finding them, and carrying them over to the next wording. Pure.

Every offset counts Unicode code points of plain text. The rule above all others: a comment never
lands on other words than the person meant. What is not certain is said to be unclear.
"""

import re
from dataclasses import dataclass

from consult.drafts.diff import EQUAL, Hunk, Pair, compared, likeness
from consult.drafts.models import DELETED, EDITED, MOVED, UNCHANGED, UNCLEAR
from consult.drafts.sentences import Span, units

CONTEXT = 64
MAX_EXACT = 5_000

# Words that a moved passage must have to be recognised elsewhere.
MIN_MOVED_WORDS = 5
# So much of the words must be left for the passage to be the same one, amended.
MIN_KEPT = 0.5
# A sentence is another's version only if no other sentence comes this close to being it.
MARGIN = 0.15

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Selector:
    """A W3C TextQuoteSelector (exact, prefix, suffix) refined by a TextPositionSelector."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True)
class Carried:
    """Where words went: a state, and the span unless they are deleted or unclear."""

    state: str
    start: int | None = None
    end: int | None = None

    @property
    def found(self) -> bool:
        return self.start is not None


def selector(text: str, start: int, end: int) -> Selector:
    """The selector of a span, without the white space at its ends.

    Raises ValueError for a span outside of the text, or of nothing but white space.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError("The span lies outside of the text.")
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise ValueError("The span holds no words.")
    return Selector(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )


def occurrences(text: str, exact: str) -> list[tuple[int, int]]:
    """Where words stand in a text, however their white space and apostrophes were typed."""
    pattern = _tolerant(exact)
    if pattern is None:
        return []
    # A look-ahead, so that places that overlap are counted too.
    return [(m.start(1), m.end(1)) for m in re.finditer(f"(?=({pattern}))", text)]


_ALIKE = {"'": "['’‘ʼ]", "’": "['’‘ʼ]", "-": "[-‐‑–]", "–": "[-‐‑–]", '"': '["“”„«»]'}


def _tolerant(exact: str) -> str | None:
    pieces = exact.split()
    if not pieces or len(exact) > MAX_EXACT:
        return None
    return r"\s+".join(
        "".join(_ALIKE.get(character, re.escape(character)) for character in piece)
        for piece in pieces
    )


def locate(
    text: str, exact: str, prefix: str = "", suffix: str = "", occurrence: int | None = None
) -> tuple[int, int] | None:
    """The span of exact words in a text; None if they are not there or stand there several times.

    Among several places the one with this prefix and suffix is taken, or the `occurrence`-th
    (from 1).
    """
    places = occurrences(text, exact)
    if occurrence is not None:
        return places[occurrence - 1] if 0 < occurrence <= len(places) else None
    if len(places) > 1 and (prefix.strip() or suffix.strip()):
        fitting = [place for place in places if _fits(text, place, prefix, suffix)]
        places = fitting or places
    return places[0] if len(places) == 1 else None


def _fits(text: str, place: tuple[int, int], prefix: str, suffix: str) -> bool:
    before, after = _bare(text[: place[0]]), _bare(text[place[1] :])
    return before.endswith(_bare(prefix)) and after.startswith(_bare(suffix))


def _bare(text: str) -> str:
    return "".join(text.split())


def carry(before: str, after: str, start: int, end: int) -> Carried:
    """Carry the span `[start, end)` of one wording over to the next one."""
    if before == after:
        return Carried(UNCHANGED, start, end)
    return Carrier(before, after).carry(start, end)


class Carrier:
    """Carries any number of spans over one pair of wordings, which it compares once."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        self._pairs, self._hunks = compared(before, after)
        self._old, self._new = units(before), units(after)
        # Many people choose words of one sentence: each pair of sentences is judged once.
        self._doubtful: dict[Pair, bool] = {}

    def carry(self, start: int, end: int) -> Carried:
        """Where the span went within this clause."""
        if self.before == self.after:
            return Carried(UNCHANGED, start, end)
        equal = next((h for h in self._hunks if _holds(h, start, end)), None)
        if equal is not None:
            return self._certain(start, end, equal.after_start - equal.before_start)
        return self._amended(start, end)

    def _certain(self, start: int, end: int, shift: int) -> Carried:
        """Words within an equal stretch: the same ones, unless their sentence has a double."""
        if self._ambiguous(start, end, (start + shift, end + shift)):
            return Carried(UNCLEAR)
        return Carried(UNCHANGED, start + shift, end + shift)

    def _amended(self, start: int, end: int) -> Carried:
        kept = [
            (max(h.before_start, start), min(h.before_end, end), h.after_start - h.before_start)
            for h in self._hunks
            if h.tag == EQUAL and h.before_start < end and h.before_end > start
        ]
        kept = [(s, e, shift) for s, e, shift in kept if _WORD.search(self.before[s:e])]
        all_words = count_words(self.before, start, end)
        words = sum(count_words(self.before, s, e) for s, e, _ in kept)
        if not kept or words < MIN_KEPT * all_words:
            return self._moved_within(start, end) or Carried(DELETED)
        span = (kept[0][0] + kept[0][2], kept[-1][1] + kept[-1][2])
        span = self._with_replaced_edges(start, end, span)
        stands = count_words(self.after, *span)
        if self._ambiguous(start, end, span) or torn(all_words, stands):
            return Carried(UNCLEAR)
        return Carried(EDITED, *span)

    def _with_replaced_edges(self, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
        """Take in words that replace the first or last words of the passage, in their sentence."""
        left, right = span
        first, last = _unit_at(self._new, left, left + 1), _unit_at(self._new, right - 1, right)
        for hunk in self._hunks:
            if hunk.tag == EQUAL or hunk.before_start == hunk.before_end:
                continue
            inside = start <= hunk.before_start and hunk.before_end <= end
            gone = count_words(self.before, hunk.before_start, hunk.before_end)
            come = count_words(self.after, hunk.after_start, hunk.after_end)
            inside &= come <= 2 * gone + 5  # more than that is not in the place of these words
            if inside and hunk.after_end == left:
                left = hunk.after_start
            if inside and hunk.after_start == right:
                right = hunk.after_end
        left = max(left, first.start) if first else left
        right = min(right, last.end) if last else right
        trimmed = self.after[left:right]
        left += len(trimmed) - len(trimmed.lstrip())
        right -= len(trimmed) - len(trimmed.rstrip())
        return left, right

    def _ambiguous(self, start: int, end: int, span: tuple[int, int]) -> bool:
        """Whether the sentence of the passage could as well be another one's version."""
        pair = next(
            (p for p in self._pairs if _covers(p.before, (start, end)) and _covers(p.after, span)),
            None,
        )
        if pair is None:
            return False
        if pair not in self._doubtful:
            self._doubtful[pair] = self._could_be_others(pair)
        return self._doubtful[pair]

    def _could_be_others(self, pair: Pair) -> bool:
        was, now = self.before[slice(*pair.before)].strip(), self.after[slice(*pair.after)].strip()
        if was == now:
            if self.before.count(was) == self.after.count(now):
                return False  # as many doubles as there were, in their order
            return _double(self._old, was) or _double(self._new, now)
        if (was in now and self._once(was)) or (now in was and self._once(now)):
            return False  # only the mark between it and its neighbour went or came
        score = likeness(was, now)
        rivals = [likeness(one.words, now) for one in _changed(self._old, self.after, pair.before)]
        rivals += [likeness(was, one.words) for one in _changed(self._new, self.before, pair.after)]
        return score < max(rivals, default=0.0) + MARGIN

    def _once(self, sentence: str) -> bool:
        """Whether a sentence, and no mere scrap, stands once in each wording, to the letter."""
        enough = len(_WORD.findall(sentence)) >= MIN_MOVED_WORDS
        return enough and self.before.count(sentence) == self.after.count(sentence) == 1

    def _moved_within(self, start: int, end: int) -> Carried | None:
        """The same words elsewhere in the clause, if that is certain."""
        span = moved_to(self.before, self.after, start, end)
        return None if span is None else Carried(MOVED, *span)


def _holds(hunk: Hunk, start: int, end: int) -> bool:
    return hunk.tag == EQUAL and hunk.before_start <= start and end <= hunk.before_end


def _unit_at(sentences: list[Span], start: int, end: int) -> Span | None:
    return next((s for s in sentences if s.start <= start and end <= s.end), None)


def _covers(stretch: tuple[int, int], span: tuple[int, int]) -> bool:
    return stretch[0] <= span[0] and span[1] <= stretch[1]


def _double(sentences: list[Span], words: str) -> bool:
    return sum(one.words.strip() == words for one in sentences) > 1


def _changed(sentences: list[Span], other: str, stretch: tuple[int, int]) -> list[Span]:
    """The sentences outside of a stretch that do not stand on the other side as they are."""
    return [
        one
        for one in sentences
        if not _covers(stretch, (one.start, one.end)) and one.words.strip() not in other
    ][:200]


def count_words(text: str, start: int, end: int) -> int:
    return len(_WORD.findall(text, start, end))


def torn(said: int, stands: int) -> bool:
    """Whether a passage was torn apart: much more words stand between its ends than were said."""
    return stands > 3 * said + 10


def divided(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A span's parts in the sentences that it touches."""
    return [
        (max(start, one.start), min(end, one.start + len(one.words.rstrip())))
        for one in units(text)
        if one.start < end and one.end > start
    ]


def passage(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch by which words are recognised elsewhere: they themselves, or their sentence.

    None where both are too short to be sure.
    """
    spans = [(start, end)]
    sentence = _unit_at(units(text), start, end)
    if sentence is not None:
        spans.append((sentence.start, sentence.start + len(sentence.words.rstrip())))
    for left, right in spans:
        if left <= start and end <= right and count_words(text, left, right) >= MIN_MOVED_WORDS:
            return left, right
    return None


def moved_to(before: str, after: str, start: int, end: int) -> tuple[int, int] | None:
    """Where words stand in another text, if what they are recognised by stands once in each."""
    found = passage(before, start, end)
    if found is None:
        return None
    words = before[found[0] : found[1]]
    if before.count(words) != 1 or after.count(words) != 1:
        return None
    at = after.index(words) + start - found[0]
    return at, at + end - start
