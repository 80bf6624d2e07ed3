"""One topic across French, German, Luxembourgish and English, on the sentences of SIB-200.

    python -m benchmarks.languages FOLDER [--seeds 3] [--cases …] [--methods …] [--json]

FOLDER holds `sib200/{fr,de,lb,en}.tsv`: sentences in four languages, each about one of seven things.
"NMI" is normalised mutual information with them. "pair" is the share of pairs of translations that
are in one topic (with seven topics of one size .14 by chance), "with lb" of those of which one is
Luxembourgish. "language" is the mutual information of topics with languages, best at nought, or at
the figure in brackets where subjects and languages hang together in the texts themselves.

In the cases "disjoint" and "skewed" every sentence is there in one language only, as in a real
consultation: nothing but its subject joins it to others. What a method leaves out counts as one
more group. A case is drawn anew for every seed.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path

from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from benchmarks.figures import alone, spread, timed
from benchmarks.methods import METHODS, Labels, available
from benchmarks.sets import LANGUAGES, Sentence, parallel

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


def results(asked: argparse.Namespace) -> Iterator[Result]:
    """Every method on every case, in an own process each."""
    there = available()
    for case in asked.cases:
        for method in asked.methods:
            if method not in there:
                continue
            result, megabytes = alone(measure, case, method, asked.folder, asked.seeds)
            result.megabytes = megabytes
            yield result


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Topics across four languages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if not asked.json:
        print(
            f"{'case':14}{'texts':>6}  {'method':22}{'topics':12}{'left out':19}{'NMI':22}"
            f"{'language':30}{'pair':19}{'with lb':19}{'CPU s':22}{'MB':>6}"
        )
    for result in results(asked):
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
