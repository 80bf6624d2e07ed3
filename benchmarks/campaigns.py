"""How well campaigns are found among real sentences, beside plain methods.

    python -m benchmarks.campaigns FOLDER [--texts 10000 100000] [--seeds 3] [--json]

FOLDER holds the sets of real texts that `benchmarks/letters.py` takes sentences from. Pair
precision and recall are over all pairs of texts that are one letter taking one position; a level's
recall is over the pairs with a text edited so. Seconds are CPU of one thread, memory is the peak
of a process that does this alone, its texts included.
"""

import argparse
import json
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from analysis import Campaign, CampaignIndex, Document, KnownLetter, find_campaigns
from analysis.words import fold, tokenise
from benchmarks.letters import LEVELS, Sent, post, sentences

Labels = Sequence[Hashable]
Figures = dict[str, float]
_COSINE_AT_MOST = 10_000  # texts: it compares all pairs
_ASKED = 5_000  # texts, one after another


@dataclass(frozen=True, slots=True)
class Found:
    """A method's answer: a label for each text, and the campaigns where it names them."""

    labels: Labels
    campaigns: list[Campaign] = field(default_factory=list)


def ours(texts: Sequence[str]) -> Found:
    """This package."""
    campaigns = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    labels: list[Hashable] = [("alone", i) for i in range(len(texts))]
    for campaign in campaigns:
        for member in campaign.member_ids:
            labels[int(member)] = campaign.template_id
    return Found(labels, campaigns)


def exact(texts: Sequence[str]) -> Found:
    """The same words in the same order, whatever their case and signs."""
    return Found([" ".join(map(fold, tokenise(text))) for text in texts])


def cosine(texts: Sequence[str]) -> Found:
    """All pairs with a TF-IDF cosine of .6, joined into components."""
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    left, right = [], []
    for start in range(0, len(texts), 500):
        alike = (vectors[start : start + 500] @ vectors.T).tocoo()
        near = alike.data >= 0.6
        left.append(alike.row[near] + start)
        right.append(alike.col[near])
    return Found(_components(len(texts), np.concatenate(left), np.concatenate(right)))


def minhash_lsh(texts: Sequence[str]) -> Found:
    """Datasketch's MinHashLSH at .5 over groups of three words, joined into components."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found, unused-ignore]

    index = MinHashLSH(threshold=0.5, num_perm=128)
    left, right = [], []
    for i, text in enumerate(texts):
        words = [fold(word) for word in tokenise(text)]
        shingles = {" ".join(words[k : k + 3]).encode() for k in range(max(1, len(words) - 2))}
        minhash = MinHash(num_perm=128)
        minhash.update_batch(shingles)
        near = index.query(minhash)
        left.extend([i] * len(near))
        right.extend(near)
        index.insert(i, minhash)
    return Found(_components(len(texts), np.array(left), np.array(right)))


def _components(number: int, left: ArrayLike, right: ArrayLike) -> Labels:
    joined = sparse.coo_matrix((np.ones(np.size(left)), (left, right)), (number, number))
    return list(connected_components(joined, directed=False)[1].tolist())


METHODS: dict[str, Callable[[Sequence[str]], Found]] = {
    "exact after normalising": exact,
    "TF-IDF cosine .6": cosine,
    "datasketch MinHashLSH .5": minhash_lsh,
    "analysis": ours,
}


def _pairs(labels: Sequence[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def quality(sent: Sequence[Sent], labels: Labels) -> Figures:
    """Pair precision and recall, recall of each level, and how many texts are wrongly joined."""
    truth: list[Hashable] = [one.group or ("own", i) for i, one in enumerate(sent)]

    def of(kept: Sequence[int]) -> tuple[int, int, int]:
        return (
            _pairs([(truth[i], labels[i]) for i in kept]),
            _pairs([labels[i] for i in kept]),
            _pairs([truth[i] for i in kept]),
        )

    both, found, true = of(range(len(sent)))
    figures = {"precision": both / max(found, 1), "recall": both / true}
    for level in LEVELS:
        rest = of([i for i, one in enumerate(sent) if one.level != level])
        figures[f"recall {level}"] = (both - rest[0]) / (true - rest[2])
    sides: dict[Hashable, Counter[tuple[int, bool] | None]] = {}
    for one, label in zip(sent, labels, strict=True):
        sides.setdefault(label, Counter())[one.group] += 1
    mostly = {label: max(counts, key=lambda g: counts[g]) for label, counts in sides.items()}
    for level in ("own", "quoting"):
        those = [label for one, label in zip(sent, labels, strict=True) if one.level == level]
        figures[f"joined {level}"] = sum(mostly[label] is not None for label in those) / len(those)
    return figures | _positions(sent, labels, mostly)


def _positions(
    sent: Sequence[Sent], labels: Labels, mostly: dict[Hashable, tuple[int, bool] | None]
) -> Figures:
    """How many reversed letters stand among those they oppose, and how many others do not."""
    reversed_ = [(s, mostly[label]) for s, label in zip(sent, labels, strict=True) if s.reversed_]
    others = [
        (one, mostly[label])
        for one, label in zip(sent, labels, strict=True)
        if one.campaign is not None and not one.reversed_
    ]
    return {
        "reversed among the opposed": sum(m == (s.campaign, False) for s, m in reversed_)
        / max(len(reversed_), 1),
        "others among the reversed": sum(m == (s.campaign, True) for s, m in others)
        / max(len(others), 1),
    }


def of_campaigns(sent: Sequence[Sent], campaigns: Sequence[Campaign]) -> Figures:
    """What only a method that names campaigns can be asked: templates, additions, variants."""
    verbatim = {one.text for one in sent if one.level == "verbatim"}
    hit = told = true = 0
    side: dict[int | str, tuple[int, bool] | None] = {}
    for campaign in campaigns:
        groups = Counter(sent[int(i)].group for i in campaign.member_ids)
        side[campaign.template_id] = max(groups, key=lambda g: groups[g])
        for i in campaign.member_ids:
            one = sent[int(i)]
            if one.group is None or one.group != side[campaign.template_id]:
                continue
            mine = {k for a, b in campaign.additions.get(i, ()) for k in range(a, b)}
            own = {k for a, b in one.own for k in range(a, b)}
            hit, told, true = hit + len(mine & own), told + len(mine), true + len(own)
    large = [campaign for campaign in campaigns if len(campaign.member_ids) >= 10]
    return {
        "template verbatim": sum(c.template in verbatim for c in large) / max(len(large), 1),
        "additions precision": hit / max(told, 1),
        "additions recall": hit / max(true, 1),
    } | _variants(sent, campaigns, side)


def _variants(
    sent: Sequence[Sent],
    campaigns: Sequence[Campaign],
    side: dict[int | str, tuple[int, bool] | None],
) -> Figures:
    """Of the letters reversed by two people or more, those found as a variant of the letter."""
    wanted = {g for g, n in Counter(s.group for s in sent).items() if g and g[1] and n > 1}
    found, false = set(), 0
    for campaign in campaigns:
        if campaign.variant_of is None:
            continue
        mine, other = side[campaign.template_id], side[campaign.variant_of]
        opposed = mine and other and mine[0] == other[0] and mine[1] != other[1]
        found |= {group for group in (mine, other) if opposed and group and group[1]}
        false += not opposed
    return {
        "variants": float(len(wanted)),
        "variants found": len(wanted & found) / max(len(wanted), 1),
        "false variants": float(false),
    }


def growth(texts: Sequence[str], found: Found) -> Figures:
    """One text after another asked of the index of all campaigns: as found at once, and how fast.

    "joined as found" is over all texts asked, nobody's letters too.
    """
    known = [KnownLetter(c.template_id, c.template, c.variant_of) for c in found.campaigns]
    began = time.process_time()
    index = CampaignIndex(known)
    built = time.process_time() - began
    alike, took = 0, []
    asked = range(0, len(texts), max(1, len(texts) // _ASKED))
    for i in asked:
        began = time.process_time()
        joined = index.join(Document(i, texts[i]))
        took.append(1000 * (time.process_time() - began))
        alike += (joined.letter_id if joined else ("alone", i)) == found.labels[i]
    return {
        "joined as found": alike / len(asked),
        "ms to join, median": statistics.median(took),
        "ms to join, 99 of 100": statistics.quantiles(took, n=100)[98],
        "ms to make the index": 1000 * built,
    }


def measure(method: str, folder: Path, number: int, seed: int) -> Figures:
    """Run one method once."""
    sent = post(sentences(folder), number, seed)
    texts = [one.text for one in sent]
    with threadpool_limits(1):
        began = time.process_time()
        found = METHODS[method](texts)
        took = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = quality(sent, found.labels)
    if found.campaigns:
        figures |= of_campaigns(sent, found.campaigns) | growth(texts, found)
    return figures | {"CPU seconds": took, "MB": memory}


def _ways(asked: list[str] | None) -> list[str]:
    installed = find_spec("datasketch") is not None
    return [way for way in asked or METHODS if installed or METHODS[way] is not minhash_lsh]


def main() -> None:
    """Measure everything, print a method's figures as soon as they are known."""
    parser = argparse.ArgumentParser(description="Quality of campaigns on synthetic letters.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), help="default: all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    for number in asked.texts:
        for method in _ways(asked.methods):
            if METHODS[method] is cosine and number > _COSINE_AT_MOST:
                continue
            runs = []
            for seed in range(asked.seeds):
                # a fresh process for each, so that memory is its own
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                    runs.append(alone.submit(measure, method, asked.folder, number, seed).result())
            _print(method, number, runs, as_json=asked.json)


def _print(method: str, number: int, runs: Sequence[Figures], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"method": method, "texts": number, "runs": runs}), flush=True)
        return
    print(f"\n{method}, {number:,} texts{'median':>24}{'lowest':>10}{'highest':>10}")
    for name in runs[0]:
        values = [run[name] for run in runs]
        median = statistics.median(values)
        digits = 1 if max(values) > 1 else 3
        row = "".join(f"{v:10.{digits}f}" for v in (median, min(values), max(values)))
        print(f"  {name:32}{row}", flush=True)


if __name__ == "__main__":
    main()
