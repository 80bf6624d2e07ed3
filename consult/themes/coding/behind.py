"""Why a machine proposes a theme for a point, in words of the point. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from analysis.words import fold, tokenise

# What a reader sees of the comment on either side of the point.
AROUND = 1_200
_SHORTEST = 4


def shared(text: str, keywords: Mapping[str, Sequence[str]], most: int = 6) -> list[str]:
    """Words of a text that a theme's keywords hold too, in any of their endings."""
    stems = {
        stem[: max(_SHORTEST, len(stem) - 2)]
        for phrases in keywords.values()
        for phrase in phrases
        for stem in map(fold, tokenise(phrase))
        if len(stem) >= _SHORTEST
    }
    found: dict[str, str] = {}
    for word in tokenise(text):
        plain = fold(word)
        if len(plain) >= _SHORTEST and any(plain.startswith(stem) for stem in stems):
            found.setdefault(plain, word)
    return list(found.values())[:most]


def pieces(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """A text cut into parts, and whether each is one of these words; nothing is lost."""
    wanted = sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not wanted:
        return [(text, False)]
    alternatives = "|".join(map(re.escape, wanted))
    found: Iterable[str] = re.split(rf"(?<!\w)({alternatives})(?!\w)", text, flags=re.IGNORECASE)
    return [(part, bool(n % 2)) for n, part in enumerate(found) if part]


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the comment before and after the point, at most AROUND of either."""
    before, after = text[:start], text[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:]
    if len(after) > AROUND:
        after = after[:AROUND] + " …"
    return before, after
