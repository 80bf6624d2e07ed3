"""Sentences of two texts laid side by side, and what differs within a pair."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from analysis.additions import FEWEST_INSIDE
from analysis.stopwords import ALL_STOP_WORDS
from analysis.words import fold

ALIKE = 0.5  # Dice coefficient of the words of two sentences that are one
HELD = 0.75  # share of a sentence's words in another into which it was drawn
FEWEST_HELD = 4  # words
LONGEST_REPLACED = 8  # words of a sentence that stands where another stood
_LONG = 10**6  # pairs of words from which frequent words are no anchors
_EDGE = 2  # words of a long run that bear on what they stand beside

SMALL_WORDS = frozenset(map(fold, ALL_STOP_WORDS))
"""Folded words that carry no subject."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence, and of each whether a comma, a bracket or a dash stands before."""

    words: tuple[str, ...]
    set_off: tuple[bool, ...]


def side_by_side(
    mine: Sequence[Sentence], others: Sequence[Sentence]
) -> Iterator[tuple[Sentence, Sentence, bool]]:
    """Pairs of sentences that differ but are one; and those that only stand in one place."""
    partner = _equal(mine, others)
    free = [i for i in range(len(mine)) if i not in partner]
    taken = set(partner.values())
    loose = [k for k in range(len(others)) if k not in taken]
    shared = _shared(mine, others, free, loose)
    ranked = sorted(
        (-score, abs(i - k), i, k)
        for (i, k), n in shared.items()
        if (score := 2 * n / (len(mine[i].words) + len(others[k].words))) >= ALIKE
    )
    alike = set()
    for _, _, i, k in ranked:
        if i not in partner and k not in taken:
            partner[i] = k
            taken.add(k)
            alike.add((i, k))
    for (i, k), n in shared.items():
        shorter = min(len(mine[i].words), len(others[k].words))
        drawn_in = n >= max(HELD * shorter, FEWEST_HELD) and (i not in partner or k not in taken)
        if (i, k) in alike or drawn_in:
            yield mine[i], others[k], False
        elif i not in partner and k not in taken and _in_one_place(i, k, partner, mine, others):
            yield mine[i], others[k], True


def _equal(mine: Sequence[Sentence], others: Sequence[Sentence]) -> dict[int, int]:
    waiting: dict[tuple[str, ...], list[int]] = {}
    for k, sentence in enumerate(others):
        waiting.setdefault(sentence.words, []).append(k)
    partner = {}
    for i, sentence in enumerate(mine):
        if waiting.get(sentence.words):
            partner[i] = waiting[sentence.words].pop(0)
    return partner


def _shared(
    mine: Sequence[Sentence], others: Sequence[Sentence], free: Sequence[int], loose: Sequence[int]
) -> Counter[tuple[int, int]]:
    """How many words pairs of sentences have in common, repeated words as often as in both.

    None are pairs without any, but for two single words: yes, no.
    """
    holding: dict[tuple[str, int], list[int]] = {}
    for k in loose:
        for word in _counted(others[k]):
            holding.setdefault(word, []).append(k)
    single = [k for k in loose if len(others[k].words) == 1]
    shared = Counter({(i, k): 0 for i in free if len(mine[i].words) == 1 for k in single})
    for i in free:
        for word in _counted(mine[i]):
            shared.update((i, k) for k in holding.get(word, ()))
    return shared


def _counted(sentence: Sentence) -> list[tuple[str, int]]:
    """Each word with how often it stood before, so that equal pairs are one word in common."""
    seen: Counter[str] = Counter()
    counted = []
    for word in sentence.words:
        counted.append((word, seen[word]))
        seen[word] += 1
    return counted


def _in_one_place(
    i: int, k: int, partner: dict[int, int], mine: Sequence[Sentence], others: Sequence[Sentence]
) -> bool:
    """Whether two short sentences stand between or beside sentences that are one."""
    if max(len(mine[i].words), len(others[k].words)) > LONGEST_REPLACED:
        return False
    before = partner.get(i - 1) == k - 1 if i and k else i == k
    after = partner.get(i + 1) == k + 1 or (i + 1 == len(mine) and k + 1 == len(others))
    return before or after


def hunks(mine: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Ranges of both that differ; a single small word between two does not part them."""
    last: tuple[int, int, int, int] | None = None
    long = len(mine) * len(others) > _LONG
    for kind, a, b, c, d in SequenceMatcher(None, mine, others, autojunk=long).get_opcodes():
        if kind == "equal":
            if last and (b - a > 1 or mine[a] not in SMALL_WORDS):
                yield last
                last = None
        elif last:
            last = last[0], b, last[2], d
        else:
            last = a, b, c, d
    if last:
        yield last


def telling(sentence: Sentence, start: int, end: int, other: int) -> list[int]:
    """The words of a range that may turn the sentence; in its place stand `other` words."""
    before, after = start > 0, end < len(sentence.words)
    parted_before = before and start < end and sentence.set_off[start]
    parted_after = after and sentence.set_off[end]
    if end - start - other < FEWEST_INSIDE:
        clause = (parted_before or not before) and (parted_after or not after)
        return [] if not other and clause and (before or after) else list(range(start, end))
    left = (before or other > 0) and not parted_before
    right = after and not parted_after
    return [
        *(range(start, start + _EDGE) if left else ()),
        *(range(end - _EDGE, end) if right else ()),
    ]
