"""Which of the four languages a text is written in.

A naive Bayes over letter groups whose table is distilled from py3langid (language.tsv). On its
own it needs neither numpy nor any other package, so that a web worker can ask at every comment.
"""

import functools
import math
import unicodedata
from collections import Counter
from importlib.resources import files

LANGUAGES = ("fr", "de", "lb", "en")
"""Language codes in the order in which the platform names them."""

SURE = 0.6
"""Confidence below which the language is left open: 99 % of answers above it are right on three
words, and one in eight texts of three words stays open."""

HINT = 0.7  # what a hint is worth before the first letter is read; the rest share what remains
_LONGEST = 5  # letters in a group of the table
_ENOUGH = 500  # characters read: more change nothing


@functools.cache
def _table() -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    languages: tuple[str, ...] = ()
    table = {}
    for line in files("analysis").joinpath("language.tsv").read_text("utf-8").splitlines():
        group, *columns = line.split("\t")
        if group == "#":
            languages = tuple(columns)
        elif columns:
            table[group] = tuple(-int(column) / 4 for column in columns)
    return languages, table


def _groups(text: str, table: dict[str, tuple[float, ...]]) -> Counter[str]:
    """At each letter the longest group of the table that ends there."""
    counts: Counter[str] = Counter()
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end):
            if (group := text[start:end]) in table:
                counts[group] += 1
                break
    return counts


def detect(text: str, hint: str | None = None) -> tuple[str | None, float]:
    """The language of `text` and how sure that is, from 0 to 1.

    `hint` is a language to prefer where the words leave it open, such as the one the form was
    shown in; another value than the four is ignored. The language is None below `SURE`, and
    (None, 0.0) for a text without letters: ask the person.
    """
    if not any(map(str.isalpha, text[:_ENOUGH])):
        return None, 0.0
    text = unicodedata.normalize("NFC", " ".join(text[:_ENOUGH].split()))
    if text.isupper():
        text = text.lower()
    languages, table = _table()
    scores = [0.0] * len(languages)
    for group, count in sorted(_groups(text, table).items()):
        for column, value in enumerate(table[group]):
            scores[column] += math.log1p(count) * value
    # letter groups overlap, so that the plain posterior is far too sure: divide by the root of
    # the length, as py3langid does
    cooling = math.sqrt(len(text.encode("utf-8", "surrogatepass")))
    scores = [score / cooling for score in scores]
    if hint in languages:
        rest = (1 - HINT) / (len(languages) - 1)
        scores = [
            score + math.log(HINT if language == hint else rest)
            for score, language in zip(scores, languages, strict=True)
        ]
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    confidence = 1 / sum(weights)
    return (languages[weights.index(1.0)] if confidence >= SURE else None), confidence
