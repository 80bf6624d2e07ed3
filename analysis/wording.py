"""A phrase as a heading: one spelling, capitals where they belong, German in the nominative."""

from collections import Counter
from collections.abc import Sequence

from analysis.german import nominative
from analysis.grammar import ADJECTIVE, NAME, NOUN, NOUNS_HAVE_CAPITALS, Grammar
from analysis.phrases import Form, Phrase
from analysis.units import UNIT


def heading(phrase: Phrase, grammar: Grammar) -> str:
    """The phrase in its commonest form, begun with a capital."""
    written, signs, _ = _commonest(phrase)
    words = UNIT.findall(written)
    gaps = UNIT.split(written)
    words = [_worded(word, sign, grammar) for word, sign in zip(words, signs, strict=True)]
    if grammar.language == "de" and NOUN in signs:
        words = _german(words, signs, phrase, grammar)
    text = "".join(part for pair in zip(gaps, [*words, ""], strict=True) for part in pair)
    return text[0].upper() + text[1:].replace("'", "’")


def in_a_row(nouns: Sequence[str], language: str) -> str:
    """Headings of a single noun as one title: Loyer, logement, appartement."""
    first, *others = nouns
    if language not in NOUNS_HAVE_CAPITALS:
        others = [noun if noun.isupper() else noun.lower() for noun in others]
    return ", ".join((first, *others))


def _commonest(phrase: Phrase) -> Form:
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


def _german(words: Sequence[str], signs: str, phrase: Phrase, grammar: Grammar) -> list[str]:
    head = signs.index(NOUN)
    uses = []
    for (written, other, before), count in phrase.forms.items():
        if other == signs and head and signs[head - 1] == ADJECTIVE:
            uses.append((before, UNIT.findall(written)[head - 1].lower(), count))
    return nominative(words, signs, uses, grammar)
