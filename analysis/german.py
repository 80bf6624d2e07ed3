"""German phrases as a heading has them: in the nominative, without an article.

"den öffentlichen Verkehr" and "im öffentlichen Verkehr" become "öffentlicher Verkehr". What the
articles before a noun tell in all the texts decides on its gender.
"""

import re
from collections.abc import Mapping, Sequence

from analysis.grammar import ADJECTIVE, NOUN, Grammar, lemma

# A kind of noun goes by the ending of an adjective before it where no article stands: -e for
# feminine nouns and all plurals, -er for masculine ones, -es for neuter ones.
_PLURAL, _MASCULINE, _NEUTER = "e", "er", "es"

_BY_ARTICLE = {
    "die eine keine diese alle viele zur einer": {"e": 2.0},
    "einen keinen": {"er": 2.0},
    "das": {"es": 2.0},
    "dem im am vom zum beim des eines einem ein kein": {"er": 1.0, "es": 1.0},
    "den": {"er": 1.5, "e": 0.5},
    "der": {"er": 1.0, "e": 0.9},
}
_ARTICLES = {word: kinds for words, kinds in _BY_ARTICLE.items() for word in words.split()}
"""How much an article before a noun speaks for a kind."""

_AGREEMENT = {
    ("der", "e"): "er",
    ("den", "en"): "er",
    ("ein", "er"): "er",
    ("kein", "er"): "er",
    ("das", "e"): "es",
    ("ein", "es"): "es",
    ("kein", "es"): "es",
    (None, "es"): "es",
    ("der", "en"): "e",
    (None, "e"): "e",
}
"""What an article and the ending of the adjective after it tell together; None stands for none."""

_BY_END = (
    (re.compile(r"(?:ung|heit|keit|schaft|ion|tät|ik|ei|anz|enz|ur)$"), "e"),
    (re.compile(r"(?:chen|lein|um|ment)$"), "es"),
    (re.compile(r"(?:ismus|ling|or)$"), "er"),
)

Use = tuple[str | None, str, int]
"""The word before a phrase, the adjective directly before its noun, and how often."""

_INFLECTION = re.compile(r"e[rsnm]?$")
_PLURAL_IN_S = "aiouyk"  # Autos, Parks: the s after these is no genitive's
_SURE = 3.0  # what a noun's own end, or its plural, counts


def nominative(
    words: Sequence[str], signs: str, uses: Sequence[Use], grammar: Grammar
) -> list[str]:
    """The words of a phrase with its first noun and the adjectives before it in the nominative.

    `uses` are all uses of the phrase; the other texts tell through their `grammar`.
    """
    put = list(words)
    head = signs.index(NOUN)
    articles = grammar.articles[put[head].lower()]
    put[head] = _noun(put[head], grammar)
    adjectives = [i for i in range(head) if signs[i] == ADJECTIVE]
    if adjectives:
        kind = _kind(put[head], uses, articles)
        for i in adjectives:
            put[i] = _INFLECTION.sub("", put[i]) + kind
    return put


def _noun(noun: str, grammar: Grammar) -> str:
    """The noun without the ending of a genitive or of a plural's dative."""
    rest, last = _parted(noun)
    base = lemma(last, "de")
    if last in (base + "s", base + "es") and base[-1] not in _PLURAL_IN_S and not base.isupper():
        return rest + base
    shorter = last[:-1]
    if last.endswith("n") and base not in (last, shorter) and lemma(shorter, "de") == base:
        # Dächern, Städten; but Motoren are in the nominative already
        common = 4 * grammar.often(noun[:-1].lower()) > grammar.often(noun.lower())
        if last.endswith(("ern", "eln")) or common:
            return rest + shorter
    return noun


def _parted(noun: str) -> tuple[str, str]:
    """What stands before the last hyphen, and what after it: that decides on the gender."""
    rest, hyphen, last = noun.rpartition("-")
    return rest + hyphen, last


def _kind(noun: str, uses: Sequence[Use], articles: Mapping[str, int]) -> str:
    votes = dict.fromkeys((_PLURAL, _MASCULINE, _NEUTER), 0.0)
    last = _parted(noun)[1]
    base = lemma(last, "de")
    for pattern, kind in _BY_END:
        if base == last and pattern.search(base):
            votes[kind] += _SURE
    votes[_PLURAL] += _SURE * (base != last)
    for article, count in articles.items():
        for kind, weight in _ARTICLES.get(article, {}).items():
            votes[kind] += weight * count
    for before, adjective, count in uses:
        ending = _INFLECTION.search(adjective)
        known = before if before in _ARTICLES else None
        agreed = _AGREEMENT.get((known, ending[0])) if ending else None
        for kind, weight in ({agreed: 2.0} if agreed else _ARTICLES.get(before or "", {})).items():
            votes[kind] += weight * count
    return max(votes, key=lambda kind: votes[kind])
