"""What of a text is compared with a letter, and whether that makes it one of the letter's.

The same rule for a whole consultation at once (`find_campaigns`) and for one text more
(`CampaignIndex`).
"""

import math
import re
from itertools import accumulate

from analysis.additions import SENTENCE_END
from analysis.duplicates import (
    IN_PASSAGES,
    WHOLE,
    demanded,
    in_passages,
    may_hold_passages,
    places_of,
    takes_over,
)
from analysis.words import fold, tokenise

FEWEST_WORDS = 4  # "no to the tram" may be a campaign, "thank you" twice is none
FEWEST_AROUND = 12  # words around quotations: a letter in quotation marks is sent, not quoted
SHORTEST_QUOTATION = 8  # words; shorter ones are turns of phrase
_LINK = re.compile(r"\b(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,255}")
_QUOTATION = re.compile(r"«[^«»]*»|»[^«»]*«|[„“][^„“”]*[“”]|\"[^\"]*\"|^>.*$", re.MULTILINE)
_MAY_QUOTE = re.compile(r"[«»„“”\">]")


def compared(text: str) -> list[str]:
    """The folded words of `text` that count: no links, and nothing that it quotes at length.

    Empty where there are fewer than `FEWEST_WORDS`.
    """
    words = [fold(word) for word in tokenise(_spoken(text))]
    return words if len(words) >= FEWEST_WORDS else []


def starts(text: str) -> list[int]:
    """The places, among the compared words, of those with which sentences begin."""
    parts = [len(tokenise(part)) for part in SENTENCE_END.split(_spoken(text))]
    return list(accumulate(parts, initial=0))


def _spoken(text: str) -> str:
    """`text` without links and long quotations."""
    if "://" in text or "www." in text or "@" in text:
        text = _LINK.sub(" ", text)
    if _MAY_QUOTE.search(text):
        around = _QUOTATION.sub(_unless_short, text)
        if around != text and len(tokenise(around)) >= FEWEST_AROUND:
            return around
    return text


def _unless_short(quotation: re.Match[str]) -> str:
    return " \n" if len(tokenise(quotation[0])) >= SHORTEST_QUOTATION else quotation[0]


class Template:
    """A text's compared words, ready for comparison with others."""

    def __init__(self, text: str) -> None:
        words = compared(text)
        self.text = text
        self.words = len(words)
        self.places = places_of(words)

    def may_hold(self, shared: int, text: "Template") -> bool:
        """Whether a text with so many of the letter's shingles can be one of the letter's at all.

        Most of those that share but a salutation can not; to say so is cheap.
        """
        text_size, size = len(text.places), len(self.places)
        return shared >= min(IN_PASSAGES * math.sqrt(text_size * size), WHOLE * size)

    def likeness(self, text: "Template") -> float | None:
        """The Jaccard similarity of a text that is one of the letter's, None for another."""
        held = [self.places[shingle] for shingle in text.places if shingle in self.places]
        shared, sizes = len(held), (len(text.places), len(self.places))
        alike = shared / max(sum(sizes) - shared, 1)
        if alike >= demanded(min(self.words, text.words)) or takes_over(shared, *sizes):
            return alike
        return (
            alike
            if may_hold_passages(shared, *sizes) and in_passages(held, starts(self.text))
            else None
        )
