"""How good the topics are: beside plain methods and BERTopic, on labelled sets of real texts.

    python -m benchmarks.topics FOLDER [--texts 1500] [--seeds 3] [--sets …] [--methods …] [--json]

FOLDER holds the sets named in `benchmarks.sets` and `cimt`; `--texts 0` takes all of each. Quality
is normalised mutual information and adjusted Rand index with the sets' own labels; what a method
leaves out (the noise of BERTopic) counts as one more group. On `cimt`, where experts gave several
codes to a text, each code is compared with the topic that matches it best (F1; "every text" says
what one topic with all texts would get, for few topics are flattered), and mutual information is
with the most specific code of each text.

Printed are the median over the seeds and, in brackets, the lowest and the highest. CPU seconds are
those of one seed, with the reading of the texts and without loading packages and models; memory is
the peak of a process that does nothing else. Everything runs on one thread.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score, f1_score, normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from benchmarks import sets
from benchmarks.figures import alone, spread, timed
from benchmarks.methods import METHODS, Labels, available
from benchmarks.sets import CODED

WARM_UP = 200  # texts grouped before the clock starts: imports and compiling are not the method's


@dataclass
class Result:
    """One method on one set; every list has one figure for each seed."""

    data: str
    texts: int
    k: int
    method: str
    topics: list[int] = field(default_factory=list)
    left_out: list[float] = field(default_factory=list)  # share of the texts
    nmi: list[float] = field(default_factory=list)
    ari: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    codes: dict[str, list[float]] = field(default_factory=dict)  # F1 of each code's best topic
    every_text: dict[str, float] = field(default_factory=dict)  # F1 of saying the code of all

    @property
    def mean_f1(self) -> list[float]:
        """Over the codes, each counting the same."""
        return [float(np.mean(seed)) for seed in zip(*self.codes.values(), strict=True)]


def measure(data: str, method: str, folder: Path, most: int, seeds: int) -> Result:
    """Run one method on one set, once for each seed."""
    if data == CODED:
        coded = sets.cimt(folder)
        texts, truth = coded.texts, coded.most_specific
    else:
        coded = None
        rows = sets.sample(data, folder, most)
        texts, truth = [text for text, _ in rows], [label for _, label in rows]
    k = len(coded.codes) if coded else len(set(truth))
    result = Result(data, len(texts), k, method)
    codes = coded.codes if coded else {}
    result.every_text = {
        code: float(f1_score(has, [True] * len(has))) for code, has in codes.items()
    }
    with threadpool_limits(1):
        METHODS[method](texts[:WARM_UP])(5, 0)
        group, reading = timed(METHODS[method], texts)
        for seed in range(seeds):
            labels, grouping = timed(group, k, seed)
            result.seconds.append(reading + grouping)
            _judge(result, labels, truth)
            for code, has in codes.items():
                result.codes.setdefault(code, []).append(best_f1(labels, has))
    return result


def _judge(result: Result, labels: Labels, truth: Sequence[str | None]) -> None:
    known = [i for i, label in enumerate(truth) if label is not None]
    right, given = [truth[i] for i in known], labels[known]
    result.topics.append(len(set(labels.tolist()) - {-1}))
    result.left_out.append(float((labels == -1).mean()))
    result.nmi.append(float(normalized_mutual_info_score(right, given)))
    result.ari.append(float(adjusted_rand_score(right, given)))


def best_f1(labels: Labels, has_code: Sequence[bool]) -> float:
    """F1 of the topic that comes nearest to being the code."""
    return max(float(f1_score(has_code, labels == topic)) for topic in set(labels.tolist()) - {-1})


def results(asked: argparse.Namespace) -> Iterator[Result]:
    """Every method on every set that is there, in an own process each."""
    there = available()
    for data in asked.sets:
        for method in asked.methods:
            if method not in there:
                continue
            result, megabytes = alone(measure, data, method, asked.folder, asked.texts, asked.seeds)
            result.megabytes = megabytes
            yield result


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Quality of topics on labelled sets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=1500, help="at most, of each set; 0 for all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--sets", nargs="+", choices=(*sets.SETS, CODED), default=(*sets.SETS, CODED)
    )
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if not asked.json:
        print(
            f"{'data':12}{'texts':>6}{'k':>4}  {'method':22}{'topics':12}{'left out':19}{'NMI':22}"
            f"{'ARI':22}{'CPU s':22}{'MB':>6}"
        )
    coded = []
    for result in results(asked):
        if asked.json:
            print(json.dumps(asdict(result)), flush=True)
        else:
            print(line(result), flush=True)
        if result.codes:
            coded.append(result)
    if coded and not asked.json:
        print("\n" + "\n".join(codes_table(coded)))


def line(one: Result) -> str:
    """One row of the table."""
    return (
        f"{one.data:12}{one.texts:6}{one.k:4}  {one.method:22}{spread(one.topics, 0):12}"
        f"{spread(one.left_out, 2):19}{spread(one.nmi, 3):22}{spread(one.ari, 3):22}"
        f"{spread(one.seconds, 2):22}{one.megabytes:6.0f}"
    )


def codes_table(coded: Sequence[Result]) -> Iterator[str]:
    """Each code of the experts: F1 of the topic that matches it best, by method."""
    every_text = coded[0].every_text
    yield (
        f"{'F1 of the best topic':34}" + "".join(f"{one.method:24}" for one in coded) + "every text"
    )
    for code, all_alike in every_text.items():
        cells = [f"{spread(one.codes[code], 2):24}" for one in coded]
        yield f"{code:34}" + "".join(cells) + f"{all_alike:.2f}"
    cells = [f"{spread(one.mean_f1, 3):24}" for one in coded]
    yield f"{'mean of the codes':34}" + "".join(cells) + f"{np.mean(list(every_text.values())):.3f}"


if __name__ == "__main__":
    main()
