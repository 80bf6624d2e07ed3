"""Where words stand in a whole version of a text. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping

_BETWEEN = "\0"  # stands in no text, so that nothing is found across two clauses


class Passages:
    """A version as one long text: many words are looked for in it, each of them once."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._clauses = list(texts)
        self._whole = _BETWEEN.join(texts.values())
        self._starts: list[int] = []
        at = 0
        for text in texts.values():
            self._starts.append(at)
            at += len(text) + len(_BETWEEN)
        self._counts: dict[str, Counter[int]] = {}

    def count(self, words: str) -> Counter[int]:
        """How often words stand in each clause that has them, counted without overlaps."""
        if words not in self._counts:
            self._counts[words] = self._counted(words)
        return self._counts[words]

    def _counted(self, words: str) -> Counter[int]:
        found: Counter[int] = Counter()
        at = self._whole.find(words)
        while at >= 0:
            found[self._clauses[bisect_right(self._starts, at) - 1]] += 1
            at = self._whole.find(words, at + len(words))
        return found
