"""One topic across French, German, Luxembourgish and English, on the sentences of SIB-200.

    python -m benchmarks.languages FOLDER [--seeds 3] [--parts …] [--cases …] [--methods …] [--json]

FOLDER holds `sib200/{fr,de,lb,en}.tsv`: sentences in four languages, each about one of seven things.
"NMI" is normalised mutual information with them. "pair" is the share of pairs of translations that
are in one topic (with seven topics of one size .14 by chance), "with lb" of those of which one is
Luxembourgish. "language" is the mutual information of topics with languages, best at nought, or at
the figure in brackets where subjects and languages hang together in the texts themselves.

In the cases "disjoint" and "skewed" every sentence is there in one language only, as in a real
consultation: nothing but its subject joins it to others. What a method leaves out counts as one
more group. A case is drawn anew for every seed.

The part "methods" compares the product with others on all sentences. Its encoder's offsets of the
languages were measured on these sentences, though without their subjects. So the part "offsets"
takes half of the sentences at a time and compares the shipped offsets with those measured on the
other half, with none, and with the means of the very texts that are grouped; two figures a seed.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from analysis import encoder
from benchmarks.figures import alone, spread, timed
from benchmarks.methods import METHODS, Labels, available, product
from benchmarks.sets import LANGUAGES, Sentence, parallel
from scripts import encoder_offsets

TOPICS = 7
WARM_UP = 200  # texts grouped before the clock starts


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a case."""

    sentence: int  # translations share it
    language: str
    topic: str
    words: str


Case = Callable[[Sequence[Sentence], random.Random], list[Text]]


def in_all_languages(sentences: Sequence[Sentence], _chance: random.Random) -> list[Text]:
    """Every sentence four times."""
    return [
        Text(number, language, sentence.topic, sentence.texts[language])
        for number, sentence in enumerate(sentences)
        for language in LANGUAGES
    ]


def disjoint(sentences: Sequence[Sentence], chance: random.Random) -> list[Text]:
    """Every sentence in a language of chance."""
    return skewed(0.0)(sentences, chance)


def skewed(share: float) -> Case:
    """Of each subject `share` is in one language, the rest in any; the language differs by subject."""

    def draw(sentences: Sequence[Sentence], chance: random.Random) -> list[Text]:
        topics = sorted({sentence.topic for sentence in sentences})
        first = chance.sample(LANGUAGES, len(LANGUAGES))
        usual = {topic: first[i % len(first)] for i, topic in enumerate(topics)}
        drawn = []
        for number, sentence in enumerate(sentences):
            at_home = chance.random() < share
            language = usual[sentence.topic] if at_home else chance.choice(LANGUAGES)
            drawn.append(Text(number, language, sentence.topic, sentence.texts[language]))
        return drawn

    return draw


def misspelt(share: float) -> Case:
    """Every sentence four times; in `share` of the words of four letters or more two are swapped."""

    def draw(sentences: Sequence[Sentence], chance: random.Random) -> list[Text]:
        def swap(found: re.Match[str]) -> str:
            word = found.group()
            if chance.random() >= share:
                return word
            at = chance.randrange(1, len(word) - 2)  # the first and the last letter stay
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

        return [
            Text(text.sentence, text.language, text.topic, _WORD.sub(swap, text.words))
            for text in in_all_languages(sentences, chance)
        ]

    return draw


_WORD = re.compile(r"[^\W\d_]{4,}")


def mixed(sentences: Sequence[Sentence], chance: random.Random) -> list[Text]:
    """Every sentence once, begun in one language and ended in another."""
    drawn = []
    for number, sentence in enumerate(sentences):
        first, second = chance.sample(LANGUAGES, 2)
        begins, ends = sentence.texts[first].split(), sentence.texts[second].split()
        words = begins[: len(begins) // 2] + ends[len(ends) // 2 :]
        drawn.append(Text(number, f"{first}+{second}", sentence.topic, " ".join(words)))
    return drawn


CASES: dict[str, Case] = {
    "all languages": in_all_languages,
    "disjoint": disjoint,
    "skewed .5": skewed(0.5),
    "skewed .8": skewed(0.8),
    "skewed 1": skewed(1.0),
    "misspelt .1": misspelt(0.1),
    "misspelt .3": misspelt(0.3),
    "mixed": mixed,
}


@dataclass
class Result:
    """One method on one case; every list has one figure for each seed."""

    case: str
    texts: int
    method: str
    topics: list[int] = field(default_factory=list)
    left_out: list[float] = field(default_factory=list)  # share of the texts
    nmi: list[float] = field(default_factory=list)
    language: list[float] = field(default_factory=list)  # mutual information with the topics found
    true_language: list[float] = field(default_factory=list)  # and with the true ones
    pair: list[float] = field(default_factory=list)  # empty where no sentence is there twice
    pair_with_lb: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0


def measure(case: str, method: str, folder: Path, seeds: int) -> Result:
    """Run one method on one case, once for each seed."""
    sentences = parallel(folder)
    result = Result(case, 0, method)
    with threadpool_limits(1):
        for seed in range(seeds):
            texts = CASES[case](sentences, random.Random(seed))
            words = [text.words for text in texts]
            if seed == 0:
                METHODS[method](words[:WARM_UP])(5, 0)
            group, reading = timed(METHODS[method], words)
            labels, grouping = timed(group, TOPICS, seed)
            result.texts = len(texts)
            result.seconds.append(reading + grouping)
            _judge(result, labels, texts)
    return result


OFFSETS = ("shipped offsets", "of the other half", "no offsets", "means of the texts")
OFFSET_CASES = ("all languages", "disjoint", "skewed .5", "skewed .8", "skewed 1")


def measure_offsets(case: str, offsets: str, folder: Path, seeds: int) -> Result:
    """Group one half of the sentences after the other with one kind of offsets."""
    sentences = parallel(folder)
    random.Random(0).shuffle(sentences)
    halves = (sentences[::2], sentences[1::2])
    result = Result(case, 0, offsets)
    for here, there in (halves, halves[::-1]):
        other_half = _measured(in_all_languages(there, random.Random(0)))
        for seed in range(seeds):
            texts = CASES[case](here, random.Random(seed))
            table = {
                "shipped offsets": None,
                "of the other half": other_half,
                "no offsets": {name: np.zeros_like(row) for name, row in other_half.items()},
                "means of the texts": _measured(texts),
            }[offsets]
            with threadpool_limits(1), _instead(table):
                group = product([text.words for text in texts])
                labels, seconds = timed(group, TOPICS, seed)
            result.texts = len(texts)
            result.seconds.append(seconds)
            _judge(result, labels, texts)
    return result


Table = dict[str, NDArray[np.float16]]


def _measured(texts: Sequence[Text]) -> Table:
    """Offsets as `scripts/encoder_offsets.py` measures them."""
    table: Table = {}
    for code in LANGUAGES:
        table |= encoder_offsets.measure([t.words for t in texts if t.language == code], code)
    return table


@contextmanager
def _instead(table: Table | None) -> Iterator[None]:
    """The encoder with offsets from `table` instead of its own."""
    if table is None:
        yield
        return

    def offsets(kind: str) -> dict[str, NDArray[np.float32]]:
        rows = {code: table[f"{kind}_{code}"].astype(np.float32) for code in LANGUAGES}
        return rows | {"": np.mean(list(rows.values()), axis=0)}

    with patch.object(encoder, "_offsets", offsets):
        yield


def _judge(result: Result, labels: Labels, texts: Sequence[Text]) -> None:
    topics, languages = [text.topic for text in texts], [text.language for text in texts]
    result.topics.append(len(set(labels.tolist()) - {-1}))
    result.left_out.append(float((labels == -1).mean()))
    result.nmi.append(float(normalized_mutual_info_score(topics, labels)))
    result.language.append(float(normalized_mutual_info_score(languages, labels)))
    result.true_language.append(float(normalized_mutual_info_score(languages, topics)))
    pairs = together(labels, texts)
    if pairs:
        with_lb = [same for pair, same in pairs if "lb" in pair]
        result.pair.append(sum(same for _, same in pairs) / len(pairs))
        result.pair_with_lb.append(sum(with_lb) / len(with_lb))


def together(labels: Labels, texts: Sequence[Text]) -> list[tuple[tuple[str, str], bool]]:
    """Each two translations of a sentence: their languages, and whether one topic holds both."""
    versions: dict[int, list[int]] = {}
    for i, text in enumerate(texts):
        versions.setdefault(text.sentence, []).append(i)
    return [
        ((texts[a].language, texts[b].language), bool(labels[a] == labels[b] != -1))
        for rows in versions.values()
        for a, b in combinations(rows, 2)
    ]


def methods(asked: argparse.Namespace) -> Iterator[Result]:
    """Every method on every case, in an own process each."""
    there = available()
    for case in asked.cases:
        for method in asked.methods:
            if method in there:
                yield _alone(measure, case, method, asked)


def offsets(asked: argparse.Namespace) -> Iterator[Result]:
    """The product with every kind of offsets."""
    for case in asked.cases:
        if case in OFFSET_CASES:
            for kind in OFFSETS:
                yield _alone(measure_offsets, case, kind, asked)


def _alone(
    run: Callable[[str, str, Path, int], Result], case: str, what: str, asked: argparse.Namespace
) -> Result:
    result, megabytes = alone(run, case, what, asked.folder, asked.seeds)
    result.megabytes = megabytes
    return result


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Result]]] = {
    "methods": methods,
    "offsets": offsets,
}


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Topics across four languages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if not asked.json:
        print(
            f"{'case':14}{'texts':>6}  {'method':22}{'topics':12}{'left out':19}{'NMI':22}"
            f"{'language':30}{'pair':19}{'with lb':19}{'CPU s':22}{'MB':>6}"
        )
    for part in asked.parts:
        for result in PARTS[part](asked):
            print(json.dumps(asdict(result)) if asked.json else line(result), flush=True)


def line(one: Result) -> str:
    """One row of the table."""
    language = f"{spread(one.language, 3)} [{spread(one.true_language, 2)}]"
    pair, with_lb = (spread(p, 2) if p else "" for p in (one.pair, one.pair_with_lb))
    return (
        f"{one.case:14}{one.texts:6}  {one.method:22}{spread(one.topics, 0):12}"
        f"{spread(one.left_out, 2):19}{spread(one.nmi, 3):22}{language:30}{pair:19}{with_lb:19}"
        f"{spread(one.seconds, 2):22}{one.megabytes:6.0f}"
    )


if __name__ == "__main__":
    main()
