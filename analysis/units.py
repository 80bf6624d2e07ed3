"""The words of a text as a heading could quote them: as written, with what hyphens join."""

import re
import sys
from dataclasses import dataclass

_LETTER = r"[^\W_](?:[^\W_]|[\u0300-\u036f])*"
UNIT = re.compile(rf"{_LETTER}(?:[-‐‑:*·_]{_LETTER})*")
_HYPHEN = re.compile(r"[-‐‑]")
_GENDER = re.compile(r"[:*·_]")
# Between two units of a run stands a space or an apostrophe; Rad- und Fußwege are one run too.
_GAPS = frozenset((" ", "  ", "\u00a0", "\u202f", "'", "’"))
_AND = frozenset(("und", "oder", "an", "et", "and"))
_BEGINS = re.compile(r"[.!?…:\n•»«\"„“”(–—]|^\s*- ")
ADDRESS = re.compile(
    r"(?<!\S)\S*(?:https?:|www\.|@)\S*"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|lu|de|at|fr|eu|ch|be|uk|nz)\b\S*",
    re.IGNORECASE,
)
"""An address of the web or of mail."""
_SHOUTED = 0.5  # share of capitals from which the capitals of a text say nothing


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of a text, or several joined by hyphens or the mark of a gender form."""

    written: str
    lower: str
    start: int  # in code points
    end: int
    begins: bool  # a sentence or a line: its capital says nothing

    @property
    def parts(self) -> list[str]:
        """The words between the hyphens, without the mark of a gender form and what follows it."""
        return [_GENDER.split(part)[0] for part in _HYPHEN.split(self.written)]


def runs(text: str) -> list[list[Unit]]:
    """The units of `text`, parted wherever a sign stands between them that ends a phrase.

    Web and mail addresses are passed over; a text in capitals gives nothing.
    """
    if sum(map(str.isupper, text)) > _SHOUTED * sum(map(str.isalpha, text)):
        return []
    text = ADDRESS.sub(lambda web: "\n" * len(web[0]), text)
    found: list[list[Unit]] = []
    last = 0
    for match in UNIT.finditer(text):
        gap = text[last : match.start()]
        if not found or not (gap in _GAPS or (gap == "- " and match[0] in _AND)):
            found.append([])
        begins = last == 0 or _BEGINS.search(gap) is not None
        written, lower = sys.intern(match[0]), sys.intern(match[0].lower())
        found[-1].append(Unit(written, lower, *match.span(), begins))
        last = match.end()
    return found
