"""German phrases as a heading has them: in the nominative, without an article.

"den öffentlichen Verkehr" and "im öffentlichen Verkehr" become "öffentlicher Verkehr". What stands
before a noun in all the texts decides on its gender.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from analysis.grammar import ADJECTIVE, NOUN, Case, Grammar, lemma

# A kind of noun goes by the ending of an adjective before it where no article stands: -e for
# feminine nouns and all plurals, -er for masculine ones, -es for neuter ones.
_PLURAL, _MASCULINE, _NEUTER = "e", "er", "es"

_DEFINITE = re.compile(r"(?:d|dies|jed|jen|welch|manch|solch|all|viel)(er|ie|e|as|es|en|em)")
_INDEFINITE = re.compile(
    r"k?ein|(?:(?:k|m|d|s)?ein|ihr|unser|eur)(e|en|em|er|es)|mein|ihr|unser|euer"
)
_CONTRACTED = {"im": "dem", "am": "dem", "vom": "dem", "zum": "dem", "beim": "dem",
               "ins": "das", "ans": "das", "aufs": "das", "zur": "einer"}  # fmt: skip

_BY_ARTICLE: dict[str | None, dict[str, float]] = {
    "die": {"e": 2.0},
    "eine": {"e": 2.0},
    "einer": {"e": 2.0},
    "einen": {"er": 2.0},
    "das": {"es": 2.0},
    "den": {"er": 1.5, "e": 0.5},
    "der": {"er": 1.0, "e": 0.9},
    **{article: {"er": 1.0, "es": 1.0} for article in ("dem", "des", "ein", "einem", "eines")},
}
"""How much an article, as `_article` names it, speaks for a kind of noun."""

_BY_BOTH: dict[Case, dict[str, float]] = {
    ("der", "e"): {"er": 2.0},
    ("ein", "er"): {"er": 2.0},
    ("das", "e"): {"es": 2.0},
    ("ein", "es"): {"es": 2.0},
    ("der", "en"): {"e": 2.0},
    (None, "e"): {"e": 1.0},
    (None, "es"): {"es": 2.0},
    (None, "er"): {"er": 1.0, "e": 0.5},
}
"""How much an article and the ending of the adjective after it say together."""

_BY_END = (
    (re.compile(r"(?:ung|heit|keit|schaft|ion|tät|ik|ei|anz|enz|ur)$"), "e"),
    (re.compile(r"(?:chen|lein|ium|eum|tum|ment)$"), "es"),
    (re.compile(r"(?:ismus|ling|or)$"), "er"),
)
_INFLECTION = re.compile(r"e[rsnm]?$")
_PLURAL_IN_S = "aiouyk"  # Autos, Parks: the s after these is no genitive's
_SURE = 3.0  # what a noun's own end counts


def nominative(words: Sequence[str], signs: str, grammar: Grammar) -> list[str]:
    """The words of a phrase with its first noun and the adjectives before it in the nominative."""
    put = list(words)
    head = signs.index(NOUN)
    put[head] = _noun(words[head], grammar)
    dative = words[head] == put[head] + "n"
    kind = _PLURAL if dative else _kind(put[head], _cases(words[head], grammar))
    for i in range(head):
        if signs[i] == ADJECTIVE:
            put[i] = _INFLECTION.sub("", put[i]) + (kind or _PLURAL)
    return put


def _cases(noun: str, grammar: Grammar) -> Counter[Case]:
    cases: Counter[Case] = Counter()
    for (before, ending), count in grammar.cases[noun.lower()].items():
        cases[_article(before), ending] += count
    return cases


def _article(before: str | None) -> str | None:
    """The article that a word before a noun is declined as; None if it is none."""
    if before is None or before in _BY_ARTICLE or before in _CONTRACTED:
        return _CONTRACTED.get(before or "", before)
    if found := _DEFINITE.fullmatch(before):
        return {"er": "der", "as": "das", "es": "das", "en": "den", "em": "dem"}.get(
            found[1], "die"
        )
    if found := _INDEFINITE.fullmatch(before):
        return "ein" + (found[1] or "")
    return None


def _noun(noun: str, grammar: Grammar) -> str:
    """The noun without the ending of a genitive or of a plural's dative."""
    rest, last = _parted(noun)
    base, shorter = lemma(last, "de"), last[:-1]
    if last in (base + "s", base + "es") and base[-1] not in _PLURAL_IN_S and not base.isupper():
        return rest + base
    if base == last or not last.endswith("n") or lemma(shorter, "de") != base:
        return noun
    in_nominative = {("die", None), ("die", "en"), (None, "e")} & set(_cases(noun, grammar))
    feminine = shorter == base and _kind(base, _cases(rest + base, grammar)) == _PLURAL
    if in_nominative or feminine:
        return noun
    # Dächern, Städten; but Motoren are in the nominative, though nobody put an article before them
    common = 4 * grammar.often((rest + shorter).lower()) > grammar.often(noun.lower())
    return rest + shorter if common or last.endswith(("ern", "eln")) else noun


def _parted(noun: str) -> tuple[str, str]:
    """What stands before the last hyphen, and what after it: that decides on the gender."""
    rest, hyphen, last = noun.rpartition("-")
    return rest + hyphen, last


def _kind(noun: str, cases: Mapping[Case, int]) -> str | None:
    """The kind of a noun; None where nothing tells."""
    last = _parted(noun)[1]
    if lemma(last, "de") != last:
        return _PLURAL
    votes = dict.fromkeys((_PLURAL, _MASCULINE, _NEUTER), 0.0)
    for pattern, kind in _BY_END:
        votes[kind] += _SURE * bool(pattern.search(last))
    for case, count in cases.items():
        for kind, weight in _BY_BOTH.get(case, _BY_ARTICLE.get(case[0], {})).items():
            votes[kind] += weight * count
    return max(votes, key=lambda kind: votes[kind]) if any(votes.values()) else None
