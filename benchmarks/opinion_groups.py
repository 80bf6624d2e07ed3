"""Opinion groups beside those that Polis itself computed, and at 10,000 people.

    python -m benchmarks.opinion_groups FOLDER [--json]

FOLDER/polis holds exports of Polis, `*/*.participants-votes.csv`, with `*.comments.csv` beside
them; where those are not there, `*_topics.csv` says which statements were moderated away.

Each line is one conversation, in a process of its own on one thread; `CPU s` is of our groups
alone, `MB` the peak of the process, reading included. `ARI` is the
adjusted Rand index with the group ids of the file, over people who have one there and here
(`apart`: how many have one there only, because they cast fewer than seven votes): with the number
of groups of the file, with our own number, and by the rule that Polis had until 2018 (what was not
seen counts as a pass, moderated statements stay). `nearest` shows how far the file's groups can
be told apart in our plane at all: everybody is given the file's group whose centre is nearest.
`stays` is how much of the file's groups k-means leaves as they are that begins with them, among all
statements instead of in a plane.
`silh` is the silhouette of our groups and of the file's in our plane. `explained` and `kept` are
the trust that the product shows (`analysis.opinions.Trust`). Where `nearest` is low, no border in
our plane gives the file's groups: Polis starts from what it found before, in a plane that has moved
since, and that history is in no file.
"""

import argparse
import csv
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from analysis import Votes, find_opinion_groups
from analysis.clustering import nearest
from benchmarks.figures import alone, timed

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Votes, the group of each person (-1 = none) and the statements that were moderated away."""

    votes: Votes
    groups: Whole
    moderated: list[int]


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one line."""

    data: str
    people: int
    statements: int
    votes: int
    apart: int
    their_groups: int
    our_groups: int
    ari: float
    ari_own_number: float
    ari_rule_of_2018: float | None
    nearest: float
    stays: float | None
    silhouette: float
    silhouette_theirs: float
    explained: float
    kept: float
    seconds: float
    megabytes: float


def read(path: Path) -> Conversation:
    """One export of Polis."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        ids = [name for name in rows.fieldnames or [] if name.isdigit()]
        people = list(rows)
    moderated = _moderated(path)
    cast = [
        (i, j, int(float(row[name])))
        for i, row in enumerate(people)
        for j, name in enumerate(ids)
        if row[name]
    ]
    return Conversation(
        Votes.from_rows(cast, len(people), len(ids)),
        np.array([int(row["group-id"] or -1) for row in people], np.int64),
        [j for j, name in enumerate(ids) if moderated.get(name) == "-1"],
    )


def _moderated(path: Path) -> dict[str, str]:
    """What became of each statement: 1 shown, 0 undecided, -1 moderated away."""
    beside = path.with_name(path.name.replace("participants-votes", "comments"))
    if beside.exists():
        with beside.open(encoding="utf-8", newline="") as file:
            return {row["comment-id"]: row["moderated"] for row in csv.DictReader(file)}
    summary = path.with_name(path.name.replace("participants-votes", "summary"))
    address = summary.read_text(encoding="utf-8").split("pol.is/")[1].split()[0]
    found = {}
    for table in sorted(path.parents[1].glob("*_topics.csv")):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                conversation, _, statement = row["id"].rpartition("-")
                if conversation == address:
                    found[statement] = row["moderated"]
    return found


def planted(
    people: int, statements: int, groups: int, votes_each: int, seed: int = 0
) -> Conversation:
    """Groups of unequal size that differ on two statements in five, and votes with much chance."""
    chance = np.random.default_rng(seed)
    group = chance.choice(groups, people, p=np.arange(groups, 0, -1) / sum(range(groups + 1)))
    own = chance.normal(0, 2.5, (groups, statements))
    common = chance.normal(0.3, 0.8, statements)
    opinion = np.where(chance.random(statements) < 0.4, own, common)
    cast = np.minimum(7 + chance.geometric(1 / votes_each, people), statements)
    who = np.repeat(np.arange(people), cast)
    what = np.concatenate([chance.choice(statements, n, replace=False) for n in cast])
    felt = opinion[group[who], what] + chance.logistic(0, 1, len(who))
    stance = np.where(np.abs(felt) < 0.4, 0, np.sign(felt)).astype(np.int64)
    return Conversation(Votes(who, what, stance, people, statements), group.astype(np.int64), [])


def rule_of_2018(votes: Votes, number: int) -> Whole:
    """Labels as Polis found them before it filled empty cells with means: they count as passes."""
    full = np.zeros((votes.n_people, votes.n_statements))
    full[votes.people, votes.statements] = votes.stances
    seen = np.zeros(full.shape, bool)
    seen[votes.people, votes.statements] = True
    middle = full.mean(axis=0)
    directions = np.linalg.svd(full - middle, full_matrices=False)[2][:2]
    places = np.where(seen, full - middle, 0) @ directions.T
    places *= np.sqrt(votes.n_statements / np.maximum(seen.sum(axis=1), 1))[:, None]
    entitled = seen.sum(axis=1) >= 7
    labels = np.full(votes.n_people, -1, np.int64)
    labels[entitled] = KMeans(number, n_init=20, random_state=0).fit_predict(places[entitled])
    return labels


def _agreement(theirs: Whole, ours: Whole) -> float:
    both = (theirs >= 0) & (ours >= 0)
    return float(adjusted_rand_score(theirs[both], ours[both]))


def _plane(places: Real, groups: Whole) -> tuple[float, float]:
    """How far these groups are apart in the plane: by nearest centre, and their silhouette."""
    number = int(groups.max()) + 1
    centres = np.array([places[groups == group].mean(axis=0) for group in range(number)])
    return (
        float(adjusted_rand_score(groups, nearest(places, centres))),
        float(
            silhouette_score(places, groups, sample_size=min(len(groups), 2_000), random_state=0)
        ),
    )


def _stays(talk: Conversation, inside: NDArray[np.bool_]) -> float:
    """The file's groups beside those of k-means that begins with them, without a plane."""
    kept = np.setdiff1d(np.arange(talk.votes.n_statements), talk.moderated)
    full = talk.votes.differences().toarray()[np.ix_(inside, kept)]
    theirs = talk.groups[inside]
    centres = np.array([full[theirs == group].mean(axis=0) for group in range(theirs.max() + 1)])
    ours = KMeans(len(centres), init=centres, n_init=1).fit_predict(full)
    return float(adjusted_rand_score(theirs, ours))


def measure(data: str, load: Callable[[], Conversation]) -> Result:
    """Everything about one conversation; megabytes are filled in by who started the process."""
    talk = load()
    votes, theirs, gone = talk.votes, talk.groups, talk.moderated
    number = int(theirs.max()) + 1
    with threadpool_limits(1):
        own, seconds = timed(find_opinion_groups, votes, left_out=gone)
        given = find_opinion_groups(votes, left_out=gone, n_groups=number)
        before = rule_of_2018(votes, number) if votes.n_people < 5_000 else None
    assert given.trust is not None
    both = (theirs >= 0) & (given.labels >= 0)
    told_apart, silhouette_theirs = _plane(given.places[both], theirs[both])
    return Result(
        data=data,
        people=votes.n_people,
        statements=votes.n_statements,
        votes=len(votes.people),
        apart=int(((theirs >= 0) & (given.labels < 0)).sum()),
        their_groups=number,
        our_groups=len(own.groups),
        ari=_agreement(theirs, given.labels),
        ari_own_number=_agreement(theirs, own.labels),
        ari_rule_of_2018=None if before is None else _agreement(theirs, before),
        nearest=told_apart,
        stays=None if before is None else _stays(talk, both),
        silhouette=_plane(given.places[both], given.labels[both])[1],
        silhouette_theirs=silhouette_theirs,
        explained=given.trust.explained,
        kept=given.trust.kept,
        seconds=seconds,
        megabytes=0.0,
    )


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Opinion groups beside those of Polis.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    cases: dict[str, Callable[[], Conversation]] = {
        path.name.removesuffix(".participants-votes.csv"): partial(read, path)
        for path in sorted((asked.folder / "polis").glob("*/*.participants-votes.csv"))
    }
    cases |= {
        f"planted, {people:,}": partial(planted, people, 1_000, 3, 50) for people in (1_000, 10_000)
    }
    if not asked.json:
        print(
            f"{'conversation':25}{'people':>7}{'stmts':>6}{'votes':>8}{'apart':>6}"
            f"{'k':>3}{'own':>4}{'ARI':>6}{'at own':>7}{'2018':>6}{'nearest':>8}{'stays':>6}"
            f"{'silh':>6}{'theirs':>7}{'explained':>10}{'kept':>6}{'CPU s':>7}{'MB':>5}"
        )
    for data, load in cases.items():
        result, megabytes = alone(measure, data, load)
        _print(replace(result, megabytes=megabytes), as_json=asked.json)


def _print(one: Result, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(one)), flush=True)
        return
    before, stays = (
        "" if figure is None else f"{figure:.2f}" for figure in (one.ari_rule_of_2018, one.stays)
    )
    print(
        f"{one.data:25}{one.people:7}{one.statements:6}{one.votes:8}{one.apart:6}"
        f"{one.their_groups:3}{one.our_groups:4}{one.ari:6.2f}{one.ari_own_number:7.2f}"
        f"{before:>6}{one.nearest:8.2f}{stays:>6}{one.silhouette:6.2f}{one.silhouette_theirs:7.2f}"
        f"{one.explained:10.3f}{one.kept:6.2f}{one.seconds:7.2f}{one.megabytes:5.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
