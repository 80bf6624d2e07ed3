"""Main topics above the topics: two levels, proposed by nearness and by what people decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from analysis.clustering import Labels
from analysis.vectors import Matrix, unit

FEWEST = 8  # topics; fewer need nothing above them
_ROOTS = (0.7, 1.5)  # times the root of the number of topics: how many groups there may be


@dataclass(frozen=True, slots=True)
class Above:
    """A main topic: the topics below it, and the id under which people had accepted it, if so."""

    topics: list[int]
    accepted_id: int | str | None = None


def groups(middle: Matrix) -> Labels:
    """The group of each topic, by its centre, as Ward's method joins them.

    Seen from the centre of all, so that vague topics in the middle do not gather everything. Of
    the numbers of groups between .7 and 1.5 times the root of the number of topics, that one is
    taken at which the next joining costs most more than the last. One group below `FEWEST`.
    """
    count = len(middle)
    if count < FEWEST:
        return np.zeros(count, np.int64)
    joined = linkage(unit(middle - middle.mean(axis=0)), "ward")
    cost = joined[:, 2].round(9)
    low, high = (round(times * count**0.5) for times in _ROOTS)
    number = max(range(low, high + 1), key=lambda n: (cost[count - n] - cost[count - n - 1], -n))
    return np.asarray(fcluster(joined, number, "maxclust"), np.int64) - 1


def levels(
    middle: Matrix, accepted_ids: Sequence[int | str], parents: Mapping[int | str, int | str]
) -> list[Above]:
    """The main topics for the topics with these centres, those with an accepted id first.

    `parents` are those that people gave to accepted topics, which keep their place. A new topic
    comes below the accepted main topic that most accepted topics of its group are below; new ones
    of a group without such a one get a new main topic, if there are two of them.
    """
    below: dict[int | str, list[int]] = {}
    for topic, accepted in enumerate(accepted_ids):
        if accepted in parents:
            below.setdefault(parents[accepted], []).append(topic)
    fresh: list[Above] = []
    if len(middle) >= FEWEST:
        group_of = groups(middle)
        for group in range(int(group_of.max()) + 1):
            members = np.flatnonzero(group_of == group).tolist()
            new = [topic for topic in members if topic >= len(accepted_ids)]
            given = _usual(members, accepted_ids, parents)
            if given is not None:
                below.setdefault(given, []).extend(new)
            elif len(new) > 1:
                fresh.append(Above(new))
    kept = [Above(topics, accepted) for accepted, topics in below.items() if topics]
    return [*kept, *sorted(fresh, key=lambda above: above.topics)]


def _usual(
    members: Sequence[int],
    accepted_ids: Sequence[int | str],
    parents: Mapping[int | str, int | str],
) -> int | str | None:
    """The accepted main topic that a group belongs to, if any; of equals the first."""
    counts: Counter[int | str] = Counter()
    for topic in members:
        if topic < len(accepted_ids):
            own = accepted_ids[topic]
            counts.update([parents[own]] if own in parents else [own] * (own in parents.values()))
    return max(counts, key=lambda parent: counts[parent], default=None)
