"""Whether an edited letter says the opposite of the letter it was made from.

Looked at is only what differs. Sentences of the two texts are laid side by side as far as they
share their words; within a pair the words that were replaced, put in or left out are compared: a
negation more or less, or one of two opposites for the other, turns the sentence round, and two
turns ("not for" in place of "against") do not. What somebody wrote of their own turns nothing: a
sentence that is like none of the letter, a long run put into one, a clause between commas.
"""

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.additions import read
from analysis.aligning import SMALL_WORDS, Sentence, hunks, side_by_side, telling
from analysis.language import LANGUAGES, detect
from analysis.opposites import NO_MORE, NOBODY, Lexicon, lexicon

_NE_REACHES = 5  # words from "ne" to its "plus"
_BREAKS = frozenset(",;:()–—")  # what sets a clause off
_NEGATION = (0, -1)
_WITH_NE = {"plus": NO_MORE, "personne": NOBODY}
_MORE = {NO_MORE: "plus"}
_STANCE = 1  # the field of being for and against
_DENIED = 99  # the field of a word and the same with "un" before it
_CONTRACTED = {
    verb: {"won": "will", "can": "can"}.get(verb, verb.removesuffix("n"))
    for verb in (
        *("ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn"),
        *("mustn", "needn", "shouldn", "wasn", "weren", "won", "wouldn"),
    )
}
_AS_ONE_WORD = {f"{verb}t": bare for verb, bare in _CONTRACTED.items()} | {"cannot": "can"}
_TELLING = frozenset(("ne", "n", "t", "plus", "personne", *_AS_ONE_WORD))  # with a charge or none


class Stance:
    """A text, ready to be compared with another for what it is for and against."""

    def __init__(self, text: str, language: str | None = None) -> None:
        self.language = language if language in LANGUAGES else detect(text)[0]
        self._known = lexicon(self.language)
        self._text = text
        words = read(text).words
        self.words = frozenset(words)
        self.telling = [w for w in words if w in _TELLING or self._known.charge(w)]

    @functools.cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences, ready to be laid beside others."""
        return list(_sentences(self._text, self._known))

    @functools.cached_property
    def negations(self) -> Counter[tuple[str, str]]:
        """How often each negation stands with the word that it bears on."""
        return Counter(
            _place(one.words, i)
            for one in self.sentences
            for i, word in enumerate(one.words)
            if self._known.charge(word) == _NEGATION
        )

    def turned_by(self, other: "Stance") -> bool:
        """Whether `other`, a text made from this one, says the opposite somewhere."""
        if self.telling == other.telling and not self._denies(other):
            return False
        return any(
            self._turned(mine, others, other, whole=whole)
            for mine, others, whole in side_by_side(self.sentences, other.sentences)
        )

    def _denies(self, other: "Stance") -> bool:
        mine, others = self.words - other.words, other.words - self.words
        return any(
            bare in there
            for here, there in ((mine, others), (others, mine))
            for word in here
            for bare in self._known.bare(word)
        )

    def _turned(self, mine: Sentence, others: Sentence, other: "Stance", *, whole: bool) -> bool:
        """Whether a sentence turns another; `whole` where it only stands in its place."""
        every = (0, len(mine.words), 0, len(others.words))
        parts = [every] if whole else list(hunks(mine.words, others.words))
        for a, b, c, d in parts:
            left = self.lost(mine, telling(mine, a, b, d - c), other)
            right = other.lost(others, telling(others, c, d, b - a), self)
            if len(parts) > 1 and "plus" in left + right:
                # where other words changed too, a "ne" gave way to one of them, or is not spoken
                left, right = ([_MORE.get(word, word) for word in side] for side in (left, right))
            if _turns(left, right, self._known, only_opposites=whole and (b - a, d - c) != (1, 1)):
                return True
        return False

    def lost(self, sentence: Sentence, places: Sequence[int], other: "Stance") -> list[str]:
        """The words at these places but for negations that the other text has too, elsewhere."""
        words = []
        for i in places:
            place = _place(sentence.words, i)
            count = self.negations.get(place)
            if count is None or other.negations[place] < count:
                words.append(sentence.words[i])
        return words


def _place(words: Sequence[str], i: int) -> tuple[str, str]:
    """A word with what it bears on: the next, or at the end the one before."""
    return (words[i], words[i + 1]) if i + 1 < len(words) else (words[i - 1] if i else "", words[i])


def _sentences(text: str, known: Lexicon) -> Iterator[Sentence]:
    written = read(text)
    for first, last in written.sentences:
        words: list[str] = []
        set_off: list[bool] = []
        ne = -_NE_REACHES - 1
        for i in range(first, last):
            word = written.words[i]
            if word in ("ne", "n"):
                ne = len(words)
                if words[-1:] == ["personne"]:
                    words[-1] = NOBODY
                continue
            if word in _WITH_NE and len(words) - ne <= _NE_REACHES and words[-1:] != ["pas"]:
                word, ne = _WITH_NE[word], -_NE_REACHES - 1
            if word == "t" and words and words[-1] in _CONTRACTED:
                words[-1] = _CONTRACTED[words[-1]]
                parts = ["not"]
            else:
                parts = [_AS_ONE_WORD[word], "not"] if word in _AS_ONE_WORD else [word]
            before = (
                written.text[written.spans[i - 1][1] : written.spans[i][0]] if i > first else ""
            )
            words += parts
            set_off += [not _BREAKS.isdisjoint(before), False][: len(parts)]
        yield Sentence(_without_harmless(words, known), tuple(set_off))


def _without_harmless(words: Sequence[str], known: Lexicon) -> tuple[str, ...]:
    marked = list(words)
    for i in range(len(words) - 1):
        if (words[i], words[i + 1]) in known.harmless:
            marked[i : i + 2] = [f"{words[i]}~", f"{words[i + 1]}~"]
    return tuple(marked)


@dataclass(slots=True)
class _Side:
    negations: int = 0
    against: int = 0
    opposites: frozenset[tuple[int, int]] = frozenset()

    @property
    def odd(self) -> int:
        return (self.negations + self.against) % 2


def _turns(
    left: Sequence[str], right: Sequence[str], known: Lexicon, *, only_opposites: bool
) -> bool:
    mine, others = _side(left, right, known), _side(right, left, known)
    if mine.odd == others.odd:
        return False
    if only_opposites or (mine.negations - others.negations) % 2 == 0:
        tells = False
    else:
        tells = _negation_tells(left, right, known)
    fields = {_STANCE} if only_opposites else {field for field, _ in mine.opposites}
    return tells or any(
        field in fields and (field, -side) in others.opposites for field, side in mine.opposites
    )


def _negation_tells(left: Sequence[str], right: Sequence[str], known: Lexicon) -> bool:
    """Whether a negation that one side has more turns the other, or comes with other words.

    Words in the place of words may say the same with it ("no longer fit", "outdated"); and what
    stands in the place of a negation, neither affirming nor of any charge, is a slip.
    """
    if _new(left, right, known) and _new(right, left, known):
        return False
    for here, there in ((left, right), (right, left)):
        denying = [word for word in here if known.charge(word) == _NEGATION]
        small = [word for word in here if word in SMALL_WORDS and word not in denying]
        if not denying or not there or len(denying) + len(small) < len(here):
            continue
        if not small or _new(there, here, known):
            return any(known.affirms(w, one) or known.charge(w) for one in denying for w in there)
    return True


def _new(words: Sequence[str], others: Sequence[str], known: Lexicon) -> bool:
    """Whether a word carries a meaning of which the others say nothing, neither for nor against."""
    fields = {charge[0] for charge in map(known.charge, others) if charge}
    return any(
        charge != _NEGATION
        and (charge is None or charge[0] not in fields)
        and word not in SMALL_WORDS
        and not any(_akin(word, there) for there in others)
        for word, charge in zip(words, map(known.charge, words), strict=True)
    )


def _side(words: Sequence[str], others: Sequence[str], known: Lexicon) -> _Side:
    side = _Side()
    denied = [word for word in others if known.charge(word) == _NEGATION]
    opposites = set()
    for word in words:
        charge = known.charge(word)
        if charge == _NEGATION or (charge is None and _slipped(word, denied)):
            side.negations += 1
        elif charge:
            opposites.add(charge)
            side.against += charge[1] < 0
        if charge is None and any(bare in others for bare in known.bare(word)):
            side.against += 1
            opposites.add((_DENIED, -1))
        elif any(word in known.bare(there) for there in others if not known.charge(there)):
            opposites.add((_DENIED, 1))
    side.opposites = frozenset(opposites)
    return side


def _slipped(word: str, denied: Sequence[str]) -> bool:
    return word not in SMALL_WORDS and any(_misspelt(word, one) for one in denied)


def _misspelt(word: str, meant: str) -> bool:
    """Whether `word` is `meant` with two letters swapped, or one missing."""
    return sorted(word) == sorted(meant) or (
        len(meant) > 3 and any(word == meant[:i] + meant[i + 1 :] for i in range(len(meant)))
    )


def _akin(one: str, other: str) -> bool:
    """Whether two words are one but for its ending or a slip: sinn and si, juste and justes."""
    shorter, longer = sorted((one, other), key=len)
    return (
        (longer.startswith(shorter) and len(shorter) > 2 and len(longer) - len(shorter) <= 2)
        or _misspelt(one, other)
        or _misspelt(other, one)
    )
