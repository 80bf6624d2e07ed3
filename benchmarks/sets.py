"""Labelled sets of real texts, read from a folder that is not part of this repository."""

import csv
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import Document, TopicReport, embed, find_topics

Row = tuple[str, str]
"""A text and its label."""

LANGUAGES = ("fr", "de", "lb", "en")
CODED = "cimt"
"""The set of `cimt`, by name."""


def _rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _table(path: Path, text: str, label: str) -> list[Row]:
    return [(row[text], row[label]) for row in _rows(path)]


SETS: dict[str, Callable[[Path], list[Row]]] = {
    "klimarat_de": lambda f: _table(f / "polis/de_klimarat_topics.csv", "text", "label"),
    "polis_en": lambda f: _table(f / "polis/en_topics.csv", "text", "label"),
    "argkp": lambda f: [
        row
        for part in ("train", "dev")
        for row in _table(f / f"argkp/arguments_{part}.csv", "argument", "topic")
    ],
    "banking77": lambda f: _table(f / "banking77/train.csv", "text", "category"),
    "rua_fr": lambda f: _table(
        f / "rua_fr/arguments.csv", "contributions_arguments_body", "section_title"
    ),
}


def sample(data: str, folder: Path, most: int) -> list[Row]:
    """At most `most` rows of a set in an order of chance that never changes; 0 means all."""
    rows = SETS[data](folder)
    random.Random(1).shuffle(rows)
    return rows[:most] if most else rows


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts to which experts gave any number of codes."""

    texts: list[str]
    codes: dict[str, list[bool]]  # aligned with the texts

    @property
    def most_specific(self) -> list[str | None]:
        """Of each text's codes the one that fewest texts have; None where it has no code."""
        size = {code: sum(has) for code, has in self.codes.items()}
        given = [[code for code in size if self.codes[code][i]] for i in range(len(self.texts))]
        return [min(codes, key=lambda code: size[code]) if codes else None for codes in given]


_NO_CODES = {"document_id", "title", "text", "url"}


def cimt(folder: Path) -> Coded:
    """Contributions of citizens in Hamburg-Ottensen with the experts' codes."""
    rows = _rows(folder / "cimt/ottensen_thematic.csv")
    return Coded(
        [f"{row['title']}\n{row['text']}" for row in rows],
        {
            code: [float(row[code] or 0) > 0 for row in rows]
            for code in rows[0]
            if code not in _NO_CODES
        },
    )


@dataclass
class Corpus:
    """The texts of a set, what each is about, and what a run worked out about them."""

    documents: list[Document]
    truth: NDArray[np.object_]  # None where nobody knows
    vectors: NDArray[np.float16]
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: str, folder: Path, most: int) -> "Corpus":
        """At most `most` texts of a set, 0 for all, with the encoder's vectors."""
        if data == CODED:
            coded = cimt(folder)
            rows: list[tuple[str, str | None]] = list(
                zip(coded.texts, coded.most_specific, strict=True)
            )
        else:
            rows = [*sample(data, folder, most)]
        documents = [Document(i, text) for i, (text, _) in enumerate(rows)]
        return cls(documents, np.array([label for _, label in rows], object), embed(documents))

    def part(self, rows: NDArray[np.int64]) -> "Corpus":
        """These texts alone, as if there were no others."""
        documents = [Document(i, self.documents[row].text) for i, row in enumerate(rows)]
        return Corpus(documents, self.truth[rows], self.vectors[rows])

    @property
    def known(self) -> NDArray[np.int64]:
        """Rows of which it is known what they are about."""
        return np.flatnonzero([label is not None for label in self.truth])

    @property
    def topics(self) -> int:
        return len(set(self.truth[self.known].tolist()))

    def run(self, n_topics: int | None, seed: int, **said: Any) -> TopicReport:
        """Find topics; what the first run worked out is used again."""
        report = find_topics(
            self.documents, n_topics, seed, vectors=self.vectors, **self.memory, **said
        )
        self.memory = {"joint": report.joint, "learned": report.learned}
        return report


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in four languages, and what it is about."""

    topic: str
    texts: dict[str, str]


def parallel(folder: Path) -> list[Sentence]:
    """The sentences of SIB-200, ordered by their number."""
    tables = {
        code: {int(row["index_id"]): row for row in _rows(folder / f"sib200/{code}.tsv", "\t")}
        for code in LANGUAGES
    }
    return [
        Sentence(row["category"], {code: tables[code][number]["text"] for code in LANGUAGES})
        for number, row in sorted(tables["en"].items())
    ]


@dataclass(frozen=True, slots=True)
class _Source:
    """Texts of one subject in one language, cut into sentences, and their longer words."""

    texts: list[str]
    sentences: list[str]
    words: list[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Source":
        cut = [part for text in texts for part in re.split(r"(?<=[.!?;])\s+", text.strip())]
        sentences = [part for part in cut if len(part.split()) > 3]
        words = [word for part in sentences for word in _LONG_WORD.findall(part)]
        return cls(list(texts), sentences, words)


_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_REAL = 0.2  # share of texts that are left as somebody wrote them
_OTHER_WORDS = 0.4  # share of the longer words of the others that are exchanged


def recombined(folder: Path, count: int, seed: int = 0) -> list[str]:
    """`count` texts of which a fifth are real (once each), the others made from real sentences.

    One to three sentences about the same thing, in which four of ten longer words give way to
    others from texts about it: the words, lengths and languages of real texts with few of the
    near-copies that mere repetition would bring. A smaller corpus is drawn like a larger one.
    """
    chance = random.Random(seed)
    groups: dict[tuple[str, str], list[str]] = {}
    for data, load in SETS.items():
        for text, label in load(folder):
            groups.setdefault((data, label), []).append(text)
    for sentence in parallel(folder):
        for code, text in sentence.texts.items():
            groups.setdefault((code, sentence.topic), []).append(text)
    sources = [source for key in sorted(groups) if (source := _Source.of(groups[key])).sentences]
    pool = [text for source in sources for text in source.texts]
    real = chance.sample(pool, min(round(_REAL * count), len(pool)))
    sizes = [len(source.texts) for source in sources]
    made = [_made(source, chance) for source in chance.choices(sources, sizes, k=count - len(real))]
    texts = real + made
    chance.shuffle(texts)
    return texts


_SHORT = 12  # words, below which one more sentence is added


def _made(source: _Source, chance: random.Random) -> str:
    parts = chance.choices(source.sentences, k=chance.choices((1, 2, 3), (5, 3, 2))[0])
    while len(" ".join(parts).split()) < _SHORT:
        parts.append(chance.choice(source.sentences))
    return _LONG_WORD.sub(
        lambda found: (
            chance.choice(source.words) if chance.random() < _OTHER_WORDS else found.group()
        ),
        " ".join(parts),
    )
