"""A phrase as a heading: one spelling, capitals where they belong, German in the nominative."""

from collections import Counter
from collections.abc import Sequence

from analysis.german import nominative
from analysis.grammar import NAME, NOUN, NOUNS_HAVE_CAPITALS, Grammar
from analysis.phrases import Form, Phrase
from analysis.units import UNIT

_AND = {"fr": "et", "de": "und", "lb": "an", "en": "and"}


def worded(phrase: Phrase, grammar: Grammar) -> str:
    """The phrase in its commonest form, as it stands within a sentence."""
    written, signs, _ = commonest(phrase)
    words = UNIT.findall(written)
    gaps = UNIT.split(written)
    words = [_worded(word, sign, grammar) for word, sign in zip(words, signs, strict=True)]
    if grammar.language == "de" and NOUN in signs:
        words = nominative(words, signs, grammar)
    text = "".join(part for pair in zip(gaps, [*words, ""], strict=True) for part in pair)
    return text.replace("'", "’")


def heading(parts: Sequence[str], language: str) -> str:
    """One or more phrases as a title, begun with a capital.

    Two are joined by "and", unless one of them is so joined already; more stand in a row.
    """
    joint = _AND[language]
    plain = len(parts) == 2 and not any(f" {joint} " in part for part in parts)
    text = f" {joint} ".join(parts) if plain else ", ".join(parts)
    return text[0].upper() + text[1:]


def commonest(phrase: Phrase) -> Form:
    """The form that most people use, whatever its case; of equals the first by alphabet."""
    alike: Counter[tuple[str, str]] = Counter()
    for (written, signs, _), count in phrase.forms.items():
        alike[written.casefold(), signs] += count
    most = min(alike, key=lambda form: (-alike[form], form))
    return min(
        (form for form in phrase.forms if (form[0].casefold(), form[1]) == most),
        key=lambda form: (-phrase.forms[form], form[0], form[2] or ""),
    )


def _worded(word: str, sign: str, grammar: Grammar) -> str:
    if sign == NOUN and grammar.language in NOUNS_HAVE_CAPITALS:
        return grammar.spelt(word)
    spelt = grammar.spelt(word.lower())
    if spelt.isupper() and word.isupper():
        return spelt
    return spelt if sign == NAME else spelt.lower()
