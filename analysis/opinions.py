"""Opinion groups: people who vote alike, found from who agrees, disagrees or passes on what.

The method is that of Polis (Small et al., Recerca 26(2), 2021; source code of polismath, modules
`conversation`, `pca` and `clusters`): empty cells take the statement's mean, the two main
directions in which people differ are found (principal components), everybody is placed by their
own votes and moved outwards by the square root of how little of all they have seen, places are
gathered into at most 100 cells, and cells into 2 to 5 groups by k-means, the number by silhouette
(Rousseeuw 1987).

Three things differ, because a result must come out again from the same votes. Polis starts
each time from its last result and keeps a number of groups until another was better four times;
here nothing is remembered. Its k-means starts from the first people who came; here the best of
many starts is kept, and the order of people does not matter. And it fills up with people of few
votes when it has fewer than fifteen; here it says that they are too few.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.linalg import svds
from sklearn.cluster import KMeans
from sklearn.metrics import confusion_matrix, silhouette_score
from threadpoolctl import threadpool_limits

from analysis.clustering import nearest
from analysis.statements import Characteristic, Divisive, Flags, Shared, Statements
from analysis.votes import AGREE, DISAGREE, Real, Votes, Whole

ENOUGH_VOTES = 7  # of a person, or all statements where there are fewer
FEWEST_PEOPLE = 15  # with enough votes
CELLS = 100  # into which near places are gathered
MOST_GROUPS = 5
_CELLS_PER_GROUP = 12  # two groups, and one more for every 12 cells
_STARTS = 20
_ROUNDS = 5  # of hiding votes
_PRIOR = 5.0  # votes of everybody beside a group's own, when guessing
_FEW = 20  # people or statements; below, all directions are found at once
_DIGITS = 9  # of a place: what is nearer came about by the order of adding up

NO_GROUP = -1
TOO_FEW = "too_few_people"
ALL_ALIKE = "all_alike"
NOT_BETTER = "no_better_than_one_group"


@dataclass(frozen=True, slots=True)
class Group:
    """People who vote alike. `id` is their label, `centre` the mean of their places."""

    id: int
    size: int
    centre: tuple[float, float]
    characteristics: list[Characteristic]


@dataclass(frozen=True, slots=True)
class Cell:
    """At most a hundred near places taken together: how many people, where, in which group."""

    place: tuple[float, float]
    size: int
    group: int


@dataclass(frozen=True, slots=True)
class Trust:
    """How much the groups are worth, from hiding every vote once, a fifth at a time.

    `kept` is the share of people who are in the same group without the hidden votes. `explained`
    is the share of the hidden votes' variance about each statement's mean that the mean of the
    person's group explains; it is 0 or less where groups say nothing about a vote not yet seen.
    """

    kept: float
    explained: float


@dataclass(frozen=True, slots=True)
class OpinionReport:
    """The result of `find_opinion_groups`.

    `labels` and `places` are aligned with the people; a label is a `Group.id`, or -1 for who cast
    too few votes or where there are no groups, and then `reason` says why. `silhouettes` are the
    numbers of groups tried. `shared` and `divisive` name statements by their position.
    """

    labels: Whole
    places: Real
    groups: list[Group]
    cells: list[Cell]
    shared: list[Shared]
    divisive: list[Divisive]
    silhouettes: dict[int, float]
    trust: Trust | None
    reason: str | None


def find_opinion_groups(
    votes: Votes,
    *,
    left_out: Collection[int] = (),
    n_groups: int | None = None,
    random_state: int = 0,
) -> OpinionReport:
    """Groups of people who vote alike, and what they say.

    Votes on statements in `left_out` (taken back or removed since) count as having taken part,
    and for nothing else. `n_groups` is the number of groups and always gives groups if there are
    more different places than that; where it is None, silhouette chooses the number, and groups
    that say nothing about a vote not yet seen are none. The same votes give the same groups, in
    whatever order people come (which votes are hidden to see whether there are any goes by that
    order); with another `random_state` people on a border may change sides.
    Raises ValueError for less than two groups or a statement outside the table.
    """
    if n_groups is not None and n_groups < 2:
        raise ValueError("at least two groups")
    if not all(0 <= statement < votes.n_statements for statement in left_out):
        raise ValueError("a statement left out lies outside the table")
    kept = np.ones(votes.n_statements, bool)
    kept[sorted(left_out)] = False
    with threadpool_limits(1):  # the order of adding up must not depend on the machine
        return _report(votes, kept, n_groups, random_state)


def _report(votes: Votes, kept: Flags, n_groups: int | None, random_state: int) -> OpinionReport:
    entitled = votes.per_person() >= min(ENOUGH_VOTES, votes.n_statements)
    counted, left_out = votes.only(kept[votes.statements]), int((~kept).sum())
    places = _places(counted, left_out, random_state)
    everybody = np.where(entitled, 0, NO_GROUP)
    if entitled.sum() < FEWEST_PEOPLE:
        return _no_groups(places, Statements(counted, everybody, 1, kept), TOO_FEW)
    grouping = _group(places[entitled], n_groups, random_state)
    if grouping is None:
        return _no_groups(places, Statements(counted, everybody, 1, kept), ALL_ALIKE)
    labels = np.full(votes.n_people, NO_GROUP, np.int64)
    labels[entitled] = grouping.labels
    trust = _trust(counted, labels, left_out, random_state)
    if trust.explained <= 0 and n_groups is None:
        without = _no_groups(places, Statements(counted, everybody, 1, kept), NOT_BETTER)
        return replace(without, silhouettes=grouping.silhouettes, trust=trust)
    said = Statements(counted, labels, grouping.n_groups, kept)
    return OpinionReport(
        labels,
        places,
        _described(places, labels, said),
        grouping.cells,
        said.shared(),
        said.divisive(),
        grouping.silhouettes,
        trust,
        None,
    )


def _no_groups(places: Real, said: Statements, reason: str) -> OpinionReport:
    """Nobody is in a group; what most of all share remains."""
    nobody = np.full(len(places), NO_GROUP, np.int64)
    return OpinionReport(nobody, places, [], [], said.shared(), [], {}, None, reason)


def _places(votes: Votes, left_out: int, random_state: int) -> Real:
    """People × 2: where each person stands along the two directions in which people differ most.

    Somebody who saw few statements would stand near the middle for that alone, and is moved
    outwards by the root of the share of statements that they have not left open. `left_out`
    statements count as voted on by all, as in Polis.
    """
    away = votes.differences()
    cast = votes.per_person() + left_out
    outwards = np.sqrt(votes.n_statements / np.maximum(cast, 1))
    return np.asarray((away @ _directions(away, random_state).T) * outwards[:, None])


def _directions(away: sparse.csr_matrix, random_state: int) -> Real:
    """2 × statements: unit vectors, the strongest first; zeros where there is no such direction.

    A direction has no sign by itself: here its largest part is positive.
    """
    if min(away.shape) <= _FEW:
        strengths, vectors = np.linalg.svd(away.toarray(), full_matrices=False)[1:]
    else:
        start = np.random.default_rng(random_state).standard_normal(min(away.shape))
        strengths, vectors = svds(away, k=2, v0=start)[1:]
    found = np.zeros((2, away.shape[1]))
    for i, j in enumerate(np.argsort(-strengths)[:2]):
        if strengths[j] > 1e-9:
            found[i] = vectors[j] * np.sign(vectors[j][np.abs(vectors[j]).argmax()])
    return found


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Labels of those placed, the largest group first, with the cells and the numbers tried."""

    labels: Whole
    n_groups: int
    cells: list[Cell]
    silhouettes: dict[int, float]


def _group(places: Real, n_groups: int | None, random_state: int) -> _Grouping | None:
    """Groups among `places`; None where there are no more different places than groups."""
    distinct, which, people = np.unique(
        places.round(_DIGITS), axis=0, return_inverse=True, return_counts=True
    )
    if len(distinct) <= (n_groups or 2):
        return None
    cells, sizes = distinct, np.asarray(people, np.float64)
    if len(distinct) > CELLS:
        cells, cell_of = _k_means(distinct, sizes, CELLS, 1, random_state)
        sizes = np.asarray(np.bincount(cell_of, sizes, CELLS), np.float64)
    most = min(MOST_GROUPS, 2 + len(cells) // _CELLS_PER_GROUP, len(cells) - 1)
    found, silhouettes = {}, {}
    for number in [n_groups] if n_groups else range(2, most + 1):
        found[number] = _k_means(distinct, people, number, _STARTS, random_state)[0]
        silhouettes[number] = float(silhouette_score(cells, nearest(cells, found[number])))
    number = max(found, key=lambda k: (silhouettes[k], -k))
    centres = _largest_first(found[number], distinct, people)
    return _Grouping(
        nearest(distinct, centres)[which.ravel()],
        number,
        [
            Cell((float(x), float(y)), int(size), int(group))
            for (x, y), size, group in zip(cells, sizes, nearest(cells, centres), strict=True)
        ],
        silhouettes,
    )


def _k_means(
    points: Real, sizes: Whole | Real, number: int, starts: int, random_state: int
) -> tuple[Real, Whole]:
    """Centres and the nearest centre of each point, the best of several starts."""
    model = KMeans(number, n_init=starts, random_state=random_state)
    labels = model.fit_predict(points, sample_weight=sizes)
    return np.asarray(model.cluster_centers_), np.asarray(labels, np.int64)


def _largest_first(centres: Real, places: Real, people: Whole) -> Real:
    """The centres in order of how many people are nearest to them, then by place."""
    held = np.bincount(nearest(places, centres), people, len(centres))
    return np.asarray(centres[np.lexsort((centres[:, 1], centres[:, 0], -held))])


def _described(places: Real, labels: Whole, said: Statements) -> list[Group]:
    groups = []
    for group in range(said.n_groups):
        members = places[labels == group]
        x, y = members.mean(axis=0)
        groups.append(Group(group, len(members), (float(x), float(y)), said.characteristics(group)))
    return groups


def _trust(votes: Votes, labels: Whole, left_out: int, random_state: int) -> Trust:
    """The same again without a fifth of the votes, five times, and the hidden votes guessed."""
    n_groups = int(labels.max()) + 1
    inside = labels >= 0
    round_of = np.random.default_rng(random_state).permutation(len(votes.people)) % _ROUNDS
    kept, missed, missed_without = [], 0.0, 0.0
    for hidden_round in range(_ROUNDS):
        rest = votes.only(round_of != hidden_round)
        places = _places(rest, left_out, random_state)
        again = np.full(votes.n_people, NO_GROUP, np.int64)
        grouping = _group(places[inside], n_groups, random_state)
        if grouping is None:
            return Trust(0.0, 0.0)
        again[inside] = grouping.labels
        kept.append(_same(labels[inside], again[inside]))
        hidden = votes.only((round_of == hidden_round) & inside[votes.people])
        everybody, by_group = _guesses(rest, again, n_groups)
        guess = by_group[again[hidden.people], hidden.statements]
        missed += float(((hidden.stances - guess) ** 2).sum())
        missed_without += float(((hidden.stances - everybody[hidden.statements]) ** 2).sum())
    explained = 1 - missed / missed_without if missed_without else 0.0
    return Trust(float(np.mean(kept)), explained)


def _guesses(votes: Votes, labels: Whole, n_groups: int) -> tuple[Real, Real]:
    """Mean stance on each statement of everybody, and of each group drawn towards it.

    A group's mean counts `_PRIOR` votes of everybody's beside its own: few votes say little.
    """
    agree, disagree = (votes.counts(labels, n_groups, stance) for stance in (AGREE, DISAGREE))
    seen = votes.counts(labels, n_groups)
    everybody = (agree - disagree).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return everybody, (agree - disagree + _PRIOR * everybody) / (seen + _PRIOR)


def _same(before: Whole, after: Whole) -> float:
    """Share of people in the same group twice, groups paired so that it is largest."""
    pairs = confusion_matrix(before, after)
    return float(pairs[linear_sum_assignment(-pairs)].sum() / len(before))
