"""A document read once: its language, its words, or the reason why it cannot be grouped."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.documents import UNKNOWN_LANGUAGE, Document
from analysis.language import LANGUAGES, detect
from analysis.words import content_words, fold, tokenise

EMPTY = "empty"
"""Reason code: no text at all."""
NO_LETTERS = "no_letters"
"""Reason code: only digits, signs or pictures."""
TOO_SHORT = "too_short"
"""Reason code: a single word."""
NO_CONTENT = "no_content"
"""Reason code: only words that say nothing about the subject."""
NOTHING_SHARED = "nothing_shared"
"""Reason code: no word or part of a word occurs in any other document."""

FEWEST_WORDS = 2
_TOLD_EVERY = 500  # documents


@dataclass(frozen=True, slots=True)
class Reading:
    """What the analysis sees of one document."""

    language: str
    words: list[str]  # all words in lower case, in order
    stems: list[str]  # of the words that carry a subject
    written: list[str]  # the same words as the person wrote them
    reason: str | None  # why it is left out; None if it takes part

    @property
    def tokens(self) -> list[str]:
        """All words, folded, in order."""
        return [fold(word) for word in self.words]


def _reason(text: str, words: list[str], stems: list[str]) -> str | None:
    if not text.strip():
        return EMPTY
    if not any(map(str.isalpha, text)):
        return NO_LETTERS
    if len(words) < FEWEST_WORDS:
        return TOO_SHORT
    return None if stems else NO_CONTENT


def read(document: Document, usual: str | None = None) -> Reading:
    """Read one document; never fails, whatever the text.

    `usual` is the language to suppose where the words leave it open.
    """
    language = document.language or detect(document.text, usual)[0]
    known = language if language in LANGUAGES else None
    content = content_words(document.text, known)
    words = [sys.intern(word.lower()) for word in tokenise(document.text)]
    stems = [stem for stem, _ in content]
    return Reading(
        language=language or UNKNOWN_LANGUAGE,
        words=words,
        stems=stems,
        written=[sys.intern(word) for _, word in content],
        reason=_reason(document.text, words, stems),
    )


def usual_language(readings: Sequence[Reading]) -> str | None:
    """The language of more than half of the texts, None where there is no such one."""
    counts = Counter(reading.language for reading in readings)
    for language, count in counts.most_common(1):
        if 2 * count > len(readings) and language != UNKNOWN_LANGUAGE:
            return language
    return None


def read_corpus(
    documents: Sequence[Document], told: Callable[[float], None] = lambda _: None
) -> tuple[list[Reading], str | None]:
    """Read every document, in order, and the language that texts are usually in.

    Where the words of a text leave its language open, the usual one is supposed. `told` hears
    the share done.
    """
    readings = []
    for done, document in enumerate(documents):
        if done % _TOLD_EVERY == 0:
            told(done / len(documents))
        readings.append(read(document))
    usual = usual_language(readings)
    if usual:
        readings = [
            read(document, usual) if reading.language == UNKNOWN_LANGUAGE else reading
            for document, reading in zip(documents, readings, strict=True)
        ]
    return readings, usual
