"""Words for one thing in four languages, so that texts in different languages can meet."""

import functools
from importlib.resources import files

from analysis.words import stem

_PART = 4  # letters of a word that may count within a compound
_COMPOUNDING = ("de", "lb")


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    """For each language, the concept of each stem."""
    table: dict[str, dict[str, str]] = {}
    languages: list[str] = []
    for line in files("analysis").joinpath("concepts.tsv").read_text("utf-8").splitlines():
        columns = line.split("\t")
        if line.startswith("#"):
            if len(columns) > 1:
                languages = [columns[0].lstrip("#"), *columns[1:]]
            continue
        concept = "=" + columns[-1].split()[0]
        for language, words in zip(languages, columns, strict=True):
            for word in words.split():
                table.setdefault(language, {}).setdefault(stem(word, language), concept)
    return table


@functools.lru_cache(maxsize=100_000)
def concept(stemmed: str, language: str) -> str | None:
    """The concept that a stem of `language` stands for, named "=" and its English word."""
    known = _table().get(language, {})
    if stemmed in known or language not in _COMPOUNDING:
        return known.get(stemmed)
    # the last part of a compound says what it is, the first what it is about
    for length in range(len(stemmed) - 3, _PART - 1, -1):
        if (found := known.get(stemmed[-length:])) or (found := known.get(stemmed[:length])):
            return found
    return None


def concepts(stems: list[str], language: str) -> list[str]:
    """The concepts among `stems`, in order, repeated where the text repeats itself."""
    return [found for one in stems if (found := concept(one, language)) is not None]
