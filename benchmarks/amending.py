"""Two versions of a made text, of which it is known where every word went.

Each word has an identity. Amending inserts, strikes and replaces words, strikes, adds and moves
sentences, splits and joins clauses, and strikes whole ones; a word that replaces others remembers which. The
texts are made of real sentences in four languages, some of which stand twice, word for word or with one
word changed, in the same clause or in another: what a careless search takes for each other.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

_PLAIN = re.compile(r"[^\W\d_]{5,}\Z")
AGAIN, ALIKE = (
    0.04,
    0.12,
)  # share of sentences that are another's double, and doubles or look-alikes


@dataclass(frozen=True)
class Word:
    """A word as printed; `id` is its own, `replaces` are those in whose place it stands."""

    id: int
    printed: str
    replaces: tuple[int, ...] = ()


Sentence = list[Word]


@dataclass
class MadeClause:
    """A clause of whole sentences; those of `breaks` begin a paragraph."""

    id: int
    sentences: list[Sentence] = field(default_factory=list)

    def lay_out(self) -> tuple[str, list[tuple[Word, int, int]]]:
        """The text, and each word with its span in it."""
        text, places = "", []
        for number, sentence in enumerate(self.sentences):
            if number:
                text += "\n" if number % 3 == 0 else " "
            for place, word in enumerate(sentence):
                text += " " if place else ""
                places.append((word, len(text), len(text) + len(word.printed)))
                text += word.printed
        return text, places


@dataclass(frozen=True)
class Amended:
    """A text before and after; `successors` says which clauses came of others, as an official records."""

    before: list[MadeClause]
    after: list[MadeClause]
    successors: dict[int, list[int]]


class Drafter:
    """Makes texts and amends them, the same for the same seed."""

    def __init__(self, sentences: Sequence[str], seed: int) -> None:
        self._chance = random.Random(seed)
        self._pool = [s for s in sentences if 5 <= len(s.split()) <= 40]
        # Words alone: a full stop put into a sentence would make two of it.
        self._words = sorted({word for s in self._pool for word in s.split() if _PLAIN.match(word)})
        self._ids = count()
        self._clauses = count(1)

    def draft(self, clauses: int) -> list[MadeClause]:
        """A text of so many clauses."""
        made: list[MadeClause] = []
        for _ in range(clauses):
            clause = MadeClause(next(self._clauses))
            for _ in range(self._chance.randint(1, 7)):
                clause.sentences.append(self._sentence(made, clause))
            made.append(clause)
        return made

    def amend(self, before: Sequence[MadeClause], strength: float) -> Amended:
        """The next version; `strength` is the share of sentences that are touched."""
        after = [MadeClause(c.id, [list(s) for s in c.sentences]) for c in before]
        for clause in after:
            clause.sentences = [
                self._amended(sentence) if self._chance.random() < strength else sentence
                for sentence in clause.sentences
            ]
            self._rearrange(clause, strength)
        self._move_between(after, strength)
        successors = self._divide(after, strength)
        after = [clause for clause in after if clause.sentences]
        return Amended(list(before), after, successors)

    def _sentence(self, made: Sequence[MadeClause], clause: MadeClause) -> Sentence:
        siblings = [s for c in (*made[-3:], clause) for s in c.sentences]
        dice = self._chance.random()
        if siblings and dice < AGAIN:  # the same sentence again
            return self._fresh(word.printed for word in self._chance.choice(siblings))
        if siblings and dice < ALIKE:  # one that looks like it
            printed = [word.printed for word in self._chance.choice(siblings)]
            printed[self._chance.randrange(len(printed))] = self._chance.choice(self._words)
            return self._fresh(printed)
        return self._fresh(self._chance.choice(self._pool).split())

    def _fresh(self, printed: object) -> Sentence:
        return [Word(next(self._ids), one) for one in printed]  # type: ignore[attr-defined]

    def _amended(self, sentence: Sentence) -> Sentence:
        """One to three changes of one to four words each."""
        words = list(sentence)
        for _ in range(self._chance.choices((1, 2, 3), (6, 3, 1))[0]):
            at = self._chance.randrange(len(words))
            length = min(self._chance.choices((1, 2, 4), (6, 3, 1))[0], len(words) - at)
            new = self._fresh(self._chance.choices(self._words, k=self._chance.randint(1, 3)))
            act = self._chance.random()
            if act < 0.5:
                gone = tuple(i for w in words[at : at + length] for i in (w.id, *w.replaces))
                words[at : at + length] = [Word(w.id, w.printed, gone) for w in new]
            elif act < 0.75:
                words[at:at] = new
            elif len(words) > length + 3:
                del words[at : at + length]
        return words

    def _rearrange(self, clause: MadeClause, strength: float) -> None:
        """Strike, add and move sentences within a clause."""
        chance, sentences = self._chance, clause.sentences
        if len(sentences) > 1 and chance.random() < strength / 2:
            del sentences[chance.randrange(len(sentences))]
        if chance.random() < strength:
            sentences.insert(chance.randint(0, len(sentences)), self._sentence([], clause))
        if len(sentences) > 2 and chance.random() < strength / 2:
            at = chance.randrange(len(sentences))
            # One that changes places with its double has moved for nobody who reads the text.
            if not _has_double(sentences[at], [clause]):
                moved = sentences.pop(at)
                sentences.insert(chance.randint(0, len(sentences)), moved)

    def _move_between(self, after: list[MadeClause], strength: float) -> None:
        """Move single sentences to other clauses, and strike whole clauses."""
        for clause in after:
            if len(clause.sentences) > 1 and self._chance.random() < strength / 3:
                at = self._chance.randrange(len(clause.sentences))
                if not _has_double(clause.sentences[at], after):
                    moved = clause.sentences.pop(at)
                    other = self._chance.choice(after)
                    other.sentences.insert(self._chance.randint(0, len(other.sentences)), moved)
            if self._chance.random() < strength / 10:
                clause.sentences.clear()

    def _divide(self, after: list[MadeClause], strength: float) -> dict[int, list[int]]:
        """Split and join clauses; an official says which came of which."""
        successors: dict[int, list[int]] = {}
        for place in range(len(after) - 1, -1, -1):
            clause, dice = after[place], self._chance.random()
            if len(clause.sentences) > 3 and dice < strength / 8:
                cut = self._chance.randint(1, len(clause.sentences) - 1)
                new = MadeClause(next(self._clauses), clause.sentences[cut:])
                del clause.sentences[cut:]
                after.insert(place + 1, new)
                successors.setdefault(clause.id, []).append(new.id)
            elif place and dice > 1 - strength / 12 and after[place - 1].sentences:
                after[place - 1].sentences += clause.sentences
                clause.sentences = []
                successors.setdefault(clause.id, []).append(after[place - 1].id)
        return successors


def _has_double(sentence: Sentence, clauses: Sequence[MadeClause]) -> bool:
    """Whether another sentence reads the same."""
    printed = [word.printed for word in sentence]
    same = [s for c in clauses for s in c.sentences if [word.printed for word in s] == printed]
    return len(same) > 1
