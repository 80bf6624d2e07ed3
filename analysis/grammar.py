"""A little grammar of the four languages: which words of a sentence may make a heading.

There is no tagger to be had that needs no download. The closed classes are listed, the lemmas of
simplemma's dictionaries give away verbs and German adjectives, and the texts themselves tell the
rest: a word that mostly follows an article is a noun.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from analysis.stopwords import FORMAL_WORDS
from analysis.units import Unit
from analysis.words import dictionaries, fold, is_stop_word, stem

NOUN, ADJECTIVE, BEFORE, DEGREE = "N", "A", "B", "M"
"""BEFORE is an adjective that precedes its French noun, DEGREE an adverb before an adjective."""
PREPOSITION, ARTICLE, GENITIVE, JOINS, NUMBER, NAME = "P", "D", "G", "C", "Q", "E"
"""GENITIVE is an article that joins two nouns alone, JOINS is and/or, NAME a place."""
OTHER = "x"
"""Verbs, pronouns, adverbs, names of people: no heading runs across them."""

_CLOSED = {
    "fr": {
        ARTICLE: "le la les l un une",
        PREPOSITION: "de d du des à au aux en pour par sur dans sans entre contre avec",
        DEGREE: "trop plus très moins mieux non peu bien",
        JOINS: "et ou",
        BEFORE: "petit petite petits petites grand grande grands grandes bon bonne bons bonnes"
        " nouveau nouvelle nouveaux nouvelles nouvel meilleur meilleure meilleurs meilleures vrai"
        " vraie vrais vraies jeune jeunes haut haute hauts mauvais mauvaise gros grosse vieux"
        " vieille double",
    },
    "de": {
        ARTICLE: "den dem die das ein eine einen einem",
        GENITIVE: "der des eines einer",
        PREPOSITION: "von vom für in im an am auf aus bei beim mit ohne zu zum zur gegen zwischen"
        " über unter nach ins durch vor um",
        JOINS: "und oder",
        OTHER: "weniger lieber besser genug genau",
    },
    "lb": {
        ARTICLE: "de den dem d déi en e eng engem enger der",
        PREPOSITION: "vun vum fir am op aus bei beim mat ouni zu zum zur géint tëschent iwwer ënner"
        " no um duerch",
        JOINS: "an oder",
        OTHER: "manner besser genuch",
    },
    "en": {
        ARTICLE: "the a an",
        PREPOSITION: "of for in on with without at from by between against near to",
        JOINS: "and or",
        OTHER: "ago anywhere bit everywhere fine old ones today tomorrow tonight yesterday",
    },
}
_SIGNS = {
    language: {word: sign for sign, words in signs.items() for word in words.split()}
    for language, signs in _CLOSED.items()
}


def _sets(words: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(listed.split()) for language, listed in words.items()}


_BEFORE_NOUN = _sets(
    {
        "fr": "le la les l un une des du au aux ce cet cette ces mon ma mes son sa ses notre nos votre"
        " vos leur leurs chaque aucun aucune quel quelle plusieurs",
        "en": "the a an this these my our your his her its their every each no any some of for in"
        " with on from by more",
    }
)
_BEFORE_VERB = _sets(
    {
        "fr": "je tu il elle on nous ils elles ne n se me m te t y qui faut peut doit doivent"
        " peuvent devrait pas",
        "en": "to will should would can could must may might we they you i he she who not t d ll"
        " shall please let also never always",
    }
)
_AFTER_NOUN = _sets(
    {
        "fr": "est sont de du des d qui que ont sera doit et pour dans",
        "en": "of is are was were will should would has have that which who can must needs and or"
        " for in at on",
    }
)
_AFTER_VERB = _sets(
    {"fr": "le la les un une", "en": "the a an it them us their our his her my that more people"}
)
_OF_PLACE = _sets({"fr": "à en", "de": "in nach", "lb": "zu op am", "en": "in near at"})

# nouns that say too little to stand alone
_VAGUE = _sets(
    {
        "fr": "personne gens monde chose temps année an jour côté cas fait exemple question part",
        "de": "Mensch Leute Person Ding Zeit Jahr Tag Frage Beispiel Thema Teil Fall Art Problem",
        "lb": "Mënsch Leit Persoun Saach Zäit Joer Dag Fro Beispill Thema Deel Fall Problem",
        "en": "people person thing time year day way lot question example part case fact issue",
    }
)
NOUNS_HAVE_CAPITALS = frozenset(("de", "lb"))
_CODE = re.compile(r"[A-ZÄÖÜ]{2,4}\d{0,2}|[A-ZÄÖÜ]\d{1,2}")  # TVA, CO2, A7
_INFINITIVE = re.compile(r"(?:er|ir|(?<!ai)re|oir)$")
_PARTICIPLE = re.compile(r"(?:é|ée|és|ées|ie|ies|ue|ues|us)$")
_GERMAN_ADJECTIVE = re.compile(r"(?:e|er|es|en|em)$")
_GERMAN_VERB = re.compile(r"(?:n|tun)$")
_ENGLISH_ADJECTIVE = re.compile(r"(?:able|ible|ful|less|ous|ive|ical|ary|ish|al|ed)$")
_NOW_AND_THEN = 0.2
_USUALLY = 0.35  # share of a word's uses that makes a noun of it

_PATTERNS = {
    "fr": r"B?N(?:M?A){0,2}(?:C(?:M?A|D?N))?(?:P{1,2}D?B?N(?:M?A){0,2}){0,3}(?:PE)?",
    "de": r"A{0,2}(?:CA)?N(?:CA{0,2}N)?Q?(?:(?:(?:PD?|G)A{0,2}|A{1,2})NQ?(?:CN)?){0,2}",
    "en": r"[AN]{0,3}N(?:CN{1,2})?(?:PD?[AN]{0,2}N){0,2}(?:PE{1,2})?|E{2,3}",
}
_PATTERNS["lb"] = _PATTERNS["de"]
PATTERNS = {language: re.compile(pattern) for language, pattern in _PATTERNS.items()}
"""Per language the noun phrases that can stand as a heading, in signs."""


Case = tuple[str | None, str | None]
"""The word before a noun and its adjectives, and the ending of the adjective next to it."""
_ENDING = re.compile(r"e[rsnm]?$")


@functools.lru_cache(maxsize=50_000)
def lemma(word: str, language: str) -> str:
    """The form under which a dictionary lists `word`; `word` where it does not."""
    return dictionaries()[1](word, language)


@functools.cache
def _vague(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in _VAGUE[language])


def _is_adjective_in_er(word: str) -> bool:
    """Whether a French word that looks like an infinitive is none: financier, financière."""
    return word in ("cher", "fier", "amer") or lemma(word[:-2] + "ère", "fr") == word


class Grammar:
    """What the texts of one language tell about their words, and the sign of each word."""

    def __init__(self, language: str, runs: Iterable[Sequence[Unit]], people: frozenset[str]):
        """Learn from `runs`; `people` are words that name somebody."""
        self.language = language
        self._people = people
        self._count: Counter[str] = Counter()
        self._as_noun: Counter[str] = Counter()
        self._after_article: Counter[str] = Counter()
        self._as_verb: Counter[str] = Counter()
        self._leads: Counter[str] = Counter()  # directly before a word with content
        self._follows: Counter[str] = Counter()  # directly after one
        self._capital: Counter[str] = Counter()  # within a sentence
        self._small: Counter[str] = Counter()
        self._at_place: Counter[str] = Counter()
        self.cases: dict[str, Counter[Case]] = defaultdict(Counter)
        """Of a German noun, lower case, in what company it stands."""
        self._spelt: dict[str, Counter[str]] = defaultdict(Counter)
        self._known: dict[tuple[str, str | None, bool], str] = {}
        for run in runs:
            self._learn(run)

    def _learn(self, run: Sequence[Unit]) -> None:
        language = self.language
        words = [None, *(unit.lower for unit in run), None]
        before_noun, before_verb = _BEFORE_NOUN.get(language, ()), _BEFORE_VERB.get(language, ())
        after_noun, after_verb = _AFTER_NOUN.get(language, ()), _AFTER_VERB.get(language, ())
        for unit, before, after in zip(run, words, words[2:], strict=False):
            word = unit.lower
            self._count[word] += 1
            if not unit.begins:
                (self._capital if unit.written[0].isupper() else self._small)[word] += 1
            self._spelt[fold(word)][word if unit.begins else unit.written] += 1
            self._after_article[word] += before in before_noun
            self._as_noun[word] += before in before_noun or (
                after in after_noun and before not in before_verb
            )
            self._as_verb[word] += before in before_verb or after in after_verb
            self._leads[word] += after is not None and not is_stop_word(after, language)
            self._follows[word] += before is not None and not is_stop_word(before, language)
            self._at_place[word] += before in _OF_PLACE[language]

    def proper(self, word: str) -> bool:
        """Whether people write `word`, lower case here, with a capital within a sentence."""
        return self._capital[word] > self._small[word]

    def spelt(self, word: str) -> str:
        """`word` as most people write it: its accents, its capital; a noun as a noun in German."""
        forms = self._spelt[fold(word)]
        capital = self.language in NOUNS_HAVE_CAPITALS and word[0].isupper()
        alike = {form: n for form, n in forms.items() if form[0].isupper() or not capital}
        return min(alike, key=lambda form: (-alike[form], form), default=word)

    def alone(self, word: str) -> bool:
        """Whether `word`, lower case here, can stand for itself: nothing but a noun, and one that
        says something."""
        if stem(word, self.language) in _vague(self.language):
            return False
        share = self._after_article[word] / max(self._count[word], 1)
        return self.language in NOUNS_HAVE_CAPITALS or share >= _NOW_AND_THEN

    def often(self, word: str) -> int:
        """How often `word`, lower case here, stands in the texts."""
        return self._count[word]

    def signs(self, run: Sequence[Unit]) -> str:
        """One sign for each unit of `run`."""
        before: str | None = None
        signs = []
        for unit in run:
            key = (unit.written, before, unit.begins)
            if key not in self._known:
                self._known[key] = self._sign(unit, before)
            signs.append(self._known[key])
            before = unit.lower
        if self.language == "de":
            self._note_cases(run, "".join(signs))
        return "".join(signs)

    def _note_cases(self, run: Sequence[Unit], signs: str) -> None:
        for found in re.finditer(f"{ADJECTIVE}*{NOUN}", signs):
            start, end = found.span()
            before = run[start - 1].lower if start else None
            ending = _ENDING.search(run[end - 2].lower) if end - start > 1 else None
            self.cases[run[end - 1].lower][before, ending[0] if ending else None] += 1

    def _sign(self, unit: Unit, before: str | None) -> str:
        word = unit.lower
        if word in _SIGNS[self.language]:
            return _SIGNS[self.language][word]
        if word.isdigit():
            return NUMBER if len(word) <= 3 else OTHER
        parts = unit.parts
        if (
            len(word) < 2
            or is_stop_word(word, self.language)
            or word in FORMAL_WORDS
            or any(any(map(str.isdigit, part)) and not _CODE.fullmatch(part) for part in parts)
        ):
            return OTHER
        if unit.written[0].isupper() and self._people.intersection(p.lower() for p in parts):
            return OTHER
        of_language = {"fr": self._french, "en": self._english}.get(self.language, self._german)
        return NOUN if _CODE.fullmatch(unit.written) else of_language(unit, before)

    def _name(self, word: str) -> str:
        """Names are no subjects, but that of a place may say where."""
        return NAME if self._at_place[word] >= _USUALLY * self._count[word] else OTHER

    def _german(self, unit: Unit, before: str | None) -> str:  # noqa: ARG002
        word = unit.lower
        base = lemma(word, self.language)
        if unit.written[0].isupper() and (not unit.begins or self.proper(word)):
            return NOUN
        # a sentence begins: Kleinerer (Raum) is none, Wohnungen is one
        listed = base[0].isupper() or base == word == lemma(unit.written, self.language).lower()
        if unit.written[0].isupper() and not self._small[word] and listed:
            return NOUN
        if self.language == "lb":
            return OTHER if base.endswith("en") else ADJECTIVE
        inflected = base.lower() != word and _GERMAN_ADJECTIVE.search(word)
        return ADJECTIVE if inflected and not _GERMAN_VERB.search(base) else OTHER

    def _french(self, unit: Unit, before: str | None) -> str:
        word = unit.lower
        if unit.written[0].isupper() and self.proper(word):
            return self._name(word)
        nouns = self._after_article[word] / (self._count[word] + 1)
        base = lemma(word, "fr")
        if word in (base + "s", base + "x") or not _INFINITIVE.search(base):
            verb = False
        elif word == base:
            verb = nouns < _USUALLY and not _is_adjective_in_er(word)
        else:
            verb = nouns < 0.5 and not _PARTICIPLE.search(word)
        adverb = word.endswith("ment") and nouns < _USUALLY
        if verb or adverb or before in _BEFORE_VERB["fr"]:
            return OTHER
        noun = self._after_article[word] and self._after_article[word] >= self._follows[word]
        led = before in _BEFORE_NOUN["fr"] or _SIGNS["fr"].get(before or "") == PREPOSITION
        return NOUN if noun or led else ADJECTIVE

    def _english(self, unit: Unit, before: str | None) -> str:
        word = unit.lower
        if unit.written[0].isupper() and self.proper(word):
            return self._name(word)
        if before in _BEFORE_VERB["en"] or word.endswith("ly"):
            return OTHER
        # leads, allows: the third person of a verb, or a plural
        base = lemma(word, "en") if word.endswith("s") else word
        as_verb, as_noun = (
            sum(counts[form] for form in {word, base}) for counts in (self._as_verb, self._as_noun)
        )
        if as_verb > as_noun and before not in _BEFORE_NOUN["en"]:
            return OTHER
        compared = word.endswith(("er", "est")) and lemma(word, "en") != word
        leads = self._count[word] >= 3 and self._leads[word] > 0.75 * self._count[word]
        adjective = _ENGLISH_ADJECTIVE.search(word)
        if compared or (adjective and (leads or adjective[0] not in ("al", "ary", "ish"))):
            return ADJECTIVE
        return NOUN
