"""What decisions of people do to the rest, how far confidence can be trusted, what growth moves.

    python -m benchmarks.learning FOLDER [--texts 1500] [--seeds 5] [--sets …] [--parts …]

FOLDER holds the sets named in `benchmarks.sets`. Parts:

    curve         topics are found at the true number and accepted, each under the name of what
                  most of its texts are; then a person decides on 50 points at a time, which come
                  by lot, by doubt (least confidence first), or as the product suggests them
    reliability   confidence beside the share of labels that are right, over bins of equal size
                  with at least 200 texts, on all texts of a set, after 0 to 200 decisions
    lines         the line from log odds to confidence as each set by itself would have it, before
                  decisions and after; the constants of `analysis.confidence` are their means, and
                  what the line of the other sets is off by on each is told to the public
    growth        a run on ten elevenths of the texts, and another on all (see `benchmarks.growing`)
    codes         on `cimt`: experts' codes, several a text, learned from 50, 100 and 200 texts by
                  one classifier a code on the product's vectors; how well the others' are foretold
    assign        one more text at a time among 100,000, after decisions, with its confidence and
                  the words behind it: CPU milliseconds

What has a promise prints it, and MISSED where it is not kept. "Rest" are the texts that nobody
decided on. To leave out the hardest makes the rest look better, so that orders are compared on a
third of the texts too that nobody may decide on. Printed are medians over seeds with the lowest
and the highest.

The product gives a point one label. Experts gave none or several, so that `codes` tells what its
vectors hold, beside saying every code of every text, and not what its labels are worth.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score
from threadpoolctl import threadpool_limits

from analysis import AcceptedTopic, Document, embed, find_topics
from analysis.learning import RESTRAINT
from benchmarks import growing, sets
from benchmarks.figures import Figure, alone, line, spread, timed
from benchmarks.official import Official
from benchmarks.sets import CODED, Corpus

Table = dict[str, dict[int, list[float]]]
"""For each row of a table, and each number of decisions, a figure for each seed."""

Judged = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""Log odds of labels, and whether they are right."""

AT = (0, 50, 100, 200)  # decisions
ROUND = 50  # decisions between two runs
BIN = 200  # texts, at least
MOST_BINS = 15
ORDERS = ("by lot", "by doubt", "as suggested")
CALIBRATED = ("argkp", "banking77")  # sets large enough to tell
OFF_BY = 0.05  # expected calibration error after the last decisions
MANY = 100_000  # texts that another one joins
TOPICS = 30  # of these
ASSIGNED = 300  # texts, one at a time
PROMPT = 20  # CPU milliseconds


def rounds(official: Official, order: str, allowed: NDArray[np.int64]) -> Iterator[int]:
    """Decide by and by; gives the number of decisions after each of `AT`."""
    yield 0
    while len(official.decisions) < max(AT):
        official.decide(official.next(order, allowed, ROUND))
        if len(official.decisions) in AT:
            yield len(official.decisions)


def curve(asked: argparse.Namespace) -> Iterator[str]:
    """The learning curve of each set."""
    for data in asked.sets:
        corpus = Corpus.of(data, asked.folder, asked.texts)
        tables: dict[str, Table] = {
            "rest, right": {},
            "rest, ARI": {},
            "third that nobody sees, right": {},
            "third that nobody sees, ARI": {},
        }
        for seed in range(asked.seeds):
            shuffled = np.random.default_rng(seed).permutation(corpus.known)
            unseen, allowed = np.split(shuffled, [len(shuffled) // 3])
            for order in ORDERS:
                official = Official(corpus, seed)
                before = official.labels
                for count in rounds(official, order, np.sort(allowed)):
                    decided = np.array(sorted(official.decisions), np.int64)
                    rest = np.setdiff1d(corpus.known, decided)
                    figures = (
                        official.right(rest),
                        official.rand(rest),
                        official.right(unseen),
                        official.rand(unseen),
                    )
                    for table, figure in zip(tables.values(), figures, strict=True):
                        table.setdefault(order, {}).setdefault(count, []).append(figure)
                    if order == "as suggested":
                        learned, official.labels = official.labels, before
                        for name, figure in zip(
                            ("rest, right", "rest, ARI"),
                            (official.right(rest), official.rand(rest)),
                            strict=True,
                        ):
                            none = tables[name].setdefault("the same rest, not learned", {})
                            none.setdefault(count, []).append(figure)
                        official.labels = learned
        for name, table in tables.items():
            yield from _printed(f"{data}: {name}", table)


def _printed(title: str, table: Table) -> Iterator[str]:
    counts = sorted({count for cells in table.values() for count in cells})
    yield f"{title:44}" + "".join(f"{count:<24}" for count in counts)
    for row, cells in sorted(table.items()):
        yield f"  {row:42}" + "".join(f"{spread(cells[count], 3):24}" for count in counts)


def bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Mean confidence and share that is right, over bins of equal size, the least sure first."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, max(1, min(MOST_BINS, len(order) // BIN)))
    return [(float(confidence[p].mean()), float(right[p].mean())) for p in parts]


def calibration_error(curve: Sequence[tuple[float, float]]) -> float:
    """Expected calibration error: the mean gap, for bins of equal size."""
    return float(np.mean([abs(sure - right) for sure, right in curve]))


def reliability(asked: argparse.Namespace) -> Iterator[str]:
    """The reliability curve and the expected calibration error."""
    for data in asked.sets:
        corpus = Corpus.of(data, asked.folder, 0)
        errors: Table = {}
        curves: dict[str, list[list[tuple[float, float]]]] = {}
        for seed in range(asked.seeds):
            for order in ORDERS:
                official = Official(corpus, seed)
                for count in rounds(official, order, corpus.known):
                    decided = np.array(sorted(official.decisions), np.int64)
                    rest = np.setdiff1d(corpus.known, decided)
                    rest = rest[official.report.labels[rest] >= 0]
                    right = official.labels[rest] == corpus.truth[rest]
                    found = bins(official.report.scores[rest], np.asarray(right, np.bool_))
                    error = calibration_error(found)
                    errors.setdefault(order, {}).setdefault(count, []).append(error)
                    if count == max(AT):
                        curves.setdefault(order, []).append(found)
        yield from _printed(f"{data}: expected calibration error of the rest", errors)
        for order in ORDERS:
            if data in CALIBRATED:
                name = f"{data}, {order}, {max(AT)} decisions: calibration error"
                yield line(Figure(name, errors[order][max(AT)], OFF_BY))
            middle = np.median(np.array(curves[order]), axis=0)
            pairs = " ".join(f"{sure:.2f}/{right:.2f}" for sure, right in middle)
            yield f"  {order}, {max(AT)} decisions, confidence/right: {pairs}"


def growth(asked: argparse.Namespace) -> Iterator[str]:
    """What more texts do to the topics of those that were there."""
    for data in asked.sets:
        if data != CODED:
            corpus = Corpus.of(data, asked.folder, asked.texts)
            yield from growing.growth(data, corpus, asked.seeds)


def codes(asked: argparse.Namespace) -> Iterator[str]:
    """Codes of experts, foretold from some of them."""
    corpus = Corpus.of(CODED, asked.folder, 0)
    vectors = corpus.run(corpus.topics, 0).joint.astype(np.float32)
    has = np.array(list(sets.cimt(asked.folder).codes.values())).T
    tables: dict[str, Table] = {name: {} for name in ("micro F1", "macro F1", "mean kappa")}
    for seed in range(asked.seeds):
        order = np.random.default_rng(seed).permutation(len(has))
        for count in AT[1:]:
            some, rest = np.split(order, [count])
            right = has[rest][:, there := has[rest].any(axis=0)]  # of codes that others have too
            foretold = np.column_stack(
                [_learned(vectors[some], code[some], vectors[rest]) for code in has.T[there]]
            )
            for row, said in (
                ("learned", foretold),
                ("every code of every text", np.ones_like(right)),
            ):
                kappa = [cohen_kappa_score(*pair) for pair in zip(right.T, said.T, strict=True)]
                figures = (
                    f1_score(right, said, average="micro"),
                    f1_score(right, said, average="macro", zero_division=0),
                    np.mean(kappa),
                )
                for table, figure in zip(tables.values(), figures, strict=True):
                    table.setdefault(row, {}).setdefault(count, []).append(float(figure))
    for name, table in tables.items():
        yield from _printed(f"{CODED}, {has.shape[1]} codes: {name}", table)


def _learned(
    known: NDArray[np.float32], has: NDArray[np.bool_], others: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Whether the others have a code; as much restraint as where the product learns."""
    if has.all() or not has.any():
        return np.full(len(others), has.all())
    model = LogisticRegression(C=1 / RESTRAINT, class_weight="balanced", max_iter=1000)
    return np.asarray(model.fit(known, has).predict(others), np.bool_)


def assign(asked: argparse.Namespace) -> Iterator[str]:
    """What one text more costs."""
    middle, slow = [], []
    for seed in range(asked.seeds):
        milliseconds, _ = alone(_assigned, asked.folder, seed)
        middle.append(statistics.median(milliseconds))
        slow.append(statistics.quantiles(milliseconds, n=20)[-1])
    name = f"one more text among {MANY}: CPU ms"
    yield line(Figure(name, middle, PROMPT))
    yield line(Figure(f"{name}, 95th percentile", slow, PROMPT))


def _assigned(folder: Path, seed: int) -> list[float]:
    """CPU milliseconds of each of `ASSIGNED` texts more, after `max(AT)` decisions."""
    texts = sets.recombined(folder, MANY + ASSIGNED, seed)
    documents = [Document(i, text) for i, text in enumerate(texts)]
    known, new = documents[:MANY], documents[MANY:]
    with threadpool_limits(1):
        vectors = embed(known)
        first = find_topics(known, TOPICS, seed, vectors=vectors)
        # a person finds those right that come by lot
        lot = np.random.default_rng(seed).permutation(np.flatnonzero(first.labels >= 0))
        accepted = [
            AcceptedTopic(topic.id, np.flatnonzero(first.labels == topic.id).tolist())
            for topic in first.topics
        ]
        report = find_topics(
            known,
            TOPICS,
            seed,
            vectors=vectors,
            joint=first.joint,
            learned=first.learned,
            accepted=accepted,
            decisions={int(i): int(first.labels[i]) for i in lot[: max(AT)]},
        )
        report.assign_scored(new[:1])
        return [1000 * timed(report.assign_scored, [document])[1] for document in new]


def lines(asked: argparse.Namespace) -> Iterator[str]:
    """Where the constants of `analysis.confidence` come from."""
    known: dict[int, list[Judged]] = {0: [], max(AT): []}
    for data in asked.sets:
        corpus = Corpus.of(data, asked.folder, asked.texts)
        official = Official(corpus, 0)
        for count in rounds(official, "as suggested", corpus.known):
            if count in known:
                known[count].append(_judged(official))
    for count, judged in known.items():
        fitted = [_line([one]) for one in judged]
        yield f"{f'after {count} decisions':28}{'intercept':12}{'slope':10}off by, with the others' line"
        for i, (data, (intercept, slope)) in enumerate(zip(asked.sets, fitted, strict=True)):
            others = _line([one for j, one in enumerate(judged) if j != i])
            error = calibration_error(
                bins(expit(others[0] + others[1] * judged[i][0]), judged[i][1])
            )
            yield f"  {data:26}{intercept:<12.2f}{slope:<10.2f}{error:.3f}"
        intercept, slope = _line(judged)
        yield f"  {'all, each counting the same':26}{intercept:<12.2f}{slope:<10.2f}"


def _judged(official: Official) -> Judged:
    """Log odds of the labels that nobody decided on, and whether they are right."""
    line = official.report._model.calibration  # noqa: SLF001 - nobody else wants the line
    rest = np.setdiff1d(official.corpus.known, sorted(official.decisions))
    known = (official.report.labels >= 0) & (official.report.scores < 1)  # 1: a copy of one decided
    rest = rest[known[rest]]
    odds = (logit(official.report.scores[rest]) - line.intercept) / line.slope
    return odds, np.asarray(official.labels[rest] == official.corpus.truth[rest], np.bool_)


def _line(judged: Sequence[Judged]) -> tuple[float, float]:
    """Intercept and slope that fit these sets, each counting the same."""
    weights = np.concatenate([np.full(len(odds), 1 / len(odds)) for odds, _ in judged])
    odds, right = (np.concatenate(part) for part in zip(*judged, strict=True))
    model = LogisticRegression(C=np.inf).fit(odds[:, None], right, weights)
    return float(model.intercept_[0]), float(model.coef_[0, 0])


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[str]]] = {
    "curve": curve,
    "reliability": reliability,
    "lines": lines,
    "growth": growth,
    "codes": codes,
    "assign": assign,
}


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Learning from people's decisions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=1500, help="at most, of each set; 0 for all")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--sets", nargs="+", choices=(*sets.SETS, CODED), default=(*sets.SETS, CODED)
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=tuple(PARTS))
    asked = parser.parse_args()
    with threadpool_limits(1):
        for part in asked.parts:
            for text in PARTS[part](asked):
                print(text, flush=True)


if __name__ == "__main__":
    main()
