"""Whether a comment came like something that a machine sends. Pure.

Nothing is refused for that: it is held until a person has looked. The limits let a school class behind
one address through, also one that sends the same letter thirty times.
"""

import re
from hashlib import blake2b

# So many comments with nearly the same words, from one address in an hour: more than a class.
ALIKE_HERE = 40
# And from one person in one visit.
ALIKE_IN_VISIT = 3
LINKS = 5
_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
# Small enough that a changed word leaves most marks, large enough that chance leaves none.
_RUN = 3
_MARKS = 4


def marks(text: str) -> list[str]:
    """A few marks of a text: two texts that share most of their words in a row share most of them.

    The smallest hashes of all runs of three words. They cannot be turned back into words.
    """
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
    hashes = sorted(blake2b(run.encode(), digest_size=8).hexdigest() for run in runs)
    return hashes[:_MARKS]


def alike(counts: list[int]) -> int:
    """How many earlier texts were nearly the same, from how often each mark came: what at least half
    of the marks have in common."""
    ordered = sorted(counts, reverse=True)
    return ordered[(len(ordered) - 1) // 2] if ordered else 0


def is_suspicious(
    text: str, *, sent_here: int, most_here: int, alike_here: int, alike_in_visit: int
) -> bool:
    """Whether a person should look first.

    `sent_here` comments came from this address in this hour, of which `most_here` are ordinary;
    `alike_here` and `alike_in_visit` of them, this one counted, had nearly the same words.
    """
    return (
        sent_here > most_here
        or alike_here > ALIKE_HERE
        or alike_in_visit > ALIKE_IN_VISIT
        or len(_LINK.findall(text)) > LINKS
    )
