"""The part of a text in which the words of a query stand, with these words marked. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from analysis.words import search_words, spans, stem
from consult.kernel.i18n import LANGUAGES

BEFORE, LENGTH = 60, 260  # code points before the first hit, and altogether


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `hit` if it is one of the words looked for."""

    text: str
    hit: bool = False


def stems(query: str) -> frozenset[str]:
    """What a query looks for: its stems in each language; empty if it says nothing."""
    return frozenset(word for code in LANGUAGES for word in search_words(query, code).split())


def hits(text: str, language: str, wanted: Collection[str]) -> list[tuple[int, int]]:
    """Where words with one of these stems stand."""
    return [(a, b) for a, b in spans(text) if stem(text[a:b], language) in wanted]


def snippet(text: str, language: str, wanted: Collection[str]) -> list[Piece]:
    """The neighbourhood of the first hit (or the beginning), cut between words."""
    found = hits(text, language, wanted)
    start = max(0, found[0][0] - BEFORE) if found else 0
    if start:
        start = text.find(" ", start, found[0][0]) + 1 or found[0][0]
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), found[0][1] if found else start + 1)
    pieces = [Piece("… ")] if start else []
    at = start
    for a, b in found:
        if b > end:
            break
        pieces += [Piece(text[at:a]), Piece(text[a:b], hit=True)]
        at = b
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else "")))
    return [piece for piece in pieces if piece.text]
