"""From text to words: where they stand, without case and accents, cut to their stem.

Nothing here loads numpy, and a stemmer is loaded when its language first occurs: search and the
campaign page use these functions in the web process.
"""

import functools
import re
import unicodedata
from collections.abc import Callable

from analysis.stopwords import ALL_STOP_WORDS, FORMAL_WORDS, STOP_WORDS

# A word is a run of letters, digits and combining marks. Apostrophes and hyphens part words
# (l'eau, d'Gemeng, auto-école), so do the marks of German and French gender forms.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_SNOWBALL = {"fr": "french", "de": "german", "en": "english"}
# longest first; what simplemma does not know in Luxembourgish loses one of these
_LUXEMBOURGISH_ENDINGS = ("ungen", "eren", "en", "er", "es", "e", "s")
_SHORTEST_STEM = 4  # letters that an ending must leave


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word, in code points of `text` as it stands."""
    return [match.span() for match in _WORD.finditer(text)]


def tokenise(text: str) -> list[str]:
    """The words of `text` in order, as written (NFC)."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


@functools.lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """`word` without case, accents and ligatures: Käschten, kaschten and KASCHTEN are one."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    # again, since taking letters apart can bring new capitals and ligatures to light
    folded = unicodedata.normalize("NFKD", plain.casefold())
    return folded.replace("œ", "oe").replace("æ", "ae")


@functools.cache
def _snowball(language: str) -> Callable[[str], str]:
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(_SNOWBALL[language]).stemWord
    return stem_word


@functools.cache
def dictionaries() -> tuple[Callable[[str, str], bool], Callable[[str, str], str]]:
    """Whether a dictionary of a language lists a form, and the form under which it lists a word."""
    from simplemma import is_known, lemmatize

    # the usual way holds 190 MB for the four languages, 27 for Luxembourgish alone; this one 25
    return functools.partial(is_known, low_memory=True), functools.partial(
        lemmatize, low_memory=True
    )


def _luxembourgish(word: str) -> str:
    """The lemma, found whatever the case of `word`, without the commonest endings.

    The dictionary knows nouns by their capital (Haiser, but not haiser), which a search box
    rarely gets; and words in a spelling it does not know must still meet their plural.
    """
    listed, lemma_of = dictionaries()
    lower = word.lower()
    noun = lower.capitalize()
    known = next((form for form in (noun, lower) if listed(form, "lb")), lower)
    lemma = lemma_of(known, "lb").lower()
    for ending in _LUXEMBOURGISH_ENDINGS:
        if lemma.endswith(ending) and len(lemma) - len(ending) >= _SHORTEST_STEM:
            return lemma[: -len(ending)]
    return lemma


# Plurals that the stemmers leave as they are, so that vélos would not find vélo, nor Autos Auto.
# In German only after an o (not Moos, not -los): other words on -s are no plurals.
_PLURALS = {"fr": re.compile(r"(?<=[^\W_]{3})(?<!s)s$|(?<=[^\W_][eo]u)x$"),
            "de": re.compile(r"(?<=[^\W_]{3}o)(?<!oo)(?<![^\W_]{3}lo)s$")}  # fmt: skip


def _stemmed(word: str, language: str) -> str:
    lower = unicodedata.normalize("NFC", word).lower()
    singular = _PLURALS[language].sub("", lower) if language in _PLURALS else lower
    found = _snowball(language)(singular)
    # A short stem that the word does not begin with is another word: loyer is no loi.
    return found if len(found) >= _SHORTEST_STEM or singular.startswith(found) else singular


@functools.lru_cache(maxsize=100_000)
def stem(word: str, language: str | None) -> str:
    """The folded stem of `word`; only folded where the language is not one of the four."""
    if language == "lb":
        return fold(_luxembourgish(word))
    if language in _SNOWBALL:
        return fold(_stemmed(word, language))
    return fold(word)


def is_stop_word(word: str, language: str | None) -> bool:
    """Whether `word` says nothing about the subject; judged by all four lists if in doubt."""
    listed = STOP_WORDS.get(language, ALL_STOP_WORDS) if language else ALL_STOP_WORDS
    return word.lower() in listed


def content_words(text: str, language: str | None) -> list[tuple[str, str]]:
    """(stem, word as written) of each word that may carry a subject.

    Stop words, greetings, numbers and single letters do not.
    """
    return [
        (stem(word, language), word)
        for word in tokenise(text)
        if len(word) > 1
        and not word.isnumeric()
        and not is_stop_word(word, language)
        and word.lower() not in FORMAL_WORDS
    ]


def search_words(text: str, language: str | None) -> str:
    """What the search index stores for `text`, and what a query becomes: words between spaces.

    Folded stems in order, without the stop words of the language; numbers stay (Article 12).
    A query of stop words alone becomes an empty string and finds nothing.
    """
    return " ".join(
        stem(word, language) for word in tokenise(text) if not is_stop_word(word, language)
    )
