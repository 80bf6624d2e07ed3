"""What a group says that others do not, what all groups share, and what divides them.

The statistics are those of Polis (Small, Bjorkegren, Erkkilä, Shaw and Megill: "Polis: Scaling
Deliberation by Mapping High Dimensional Opinion Spaces", Recerca 26(2), 2021, and the source code
of its `repness`, `stats` and `conversation` modules): shares with one vote more on either side,
tests of proportions at 90 %, and consensus as the product of shares over groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.votes import AGREE, DISAGREE, Real, Votes, Whole

CLEAR = 1.2816  # z of a one-sided test at 90 %
MOST = 5  # statements in each list
SHARED = 0.6  # share of every group, for a statement to be what all share
Flags = NDArray[np.bool_]
Shares = list[float | None]


@dataclass(frozen=True, slots=True)
class Characteristic:
    """What sets a group apart: more of it than of the others say `stance` to `statement`.

    `said` of the `seen` members who voted on it said so, and `said_else` of the `seen_else` others.
    `share` is (said + 1) / (seen + 2), and `times` how many times the share of the others that is.
    """

    statement: int
    stance: int
    said: int
    seen: int
    said_else: int
    seen_else: int
    share: float
    times: float


@dataclass(frozen=True, slots=True)
class Shared:
    """What most of every group say.

    `shares` are those of each group's members who voted on it, None where nobody did; `consensus`
    is their product with one vote more on either side.
    """

    statement: int
    stance: int
    shares: Shares
    consensus: float


@dataclass(frozen=True, slots=True)
class Divisive:
    """What divides.

    `agreeing` are the shares that agree of each group's members who voted on it, None where nobody
    did; `gap` is the widest distance, with one vote more on either side.
    """

    statement: int
    agreeing: Shares
    gap: float


def proportion_test(said: Whole, seen: Whole) -> Real:
    """z for "more than half say so", with one vote more on the side of it (as Polis counts)."""
    return np.asarray(2 * np.sqrt(seen + 1) * ((said + 1) / (seen + 1) - 0.5))


def two_proportions_test(said: Whole, said_else: Whole, seen: Whole, seen_else: Whole) -> Real:
    """z for "a larger share here than elsewhere", with one vote more on either side."""
    here, elsewhere = (said + 1) / (seen + 1), (said_else + 1) / (seen_else + 1)
    pooled = (said + said_else + 2) / (seen + seen_else + 2)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / (seen + 1) + 1 / (seen_else + 1)))
    return np.asarray(np.where(spread > 0, (here - elsewhere) / np.where(spread > 0, spread, 1), 0))


class Statements:
    """Votes counted by group; everything else here is read from these counts.

    `kept` marks the statements that may be named.
    """

    def __init__(self, votes: Votes, labels: Whole, n_groups: int, kept: Flags) -> None:
        self.kept = kept
        self.n_groups = n_groups
        self.seen = votes.counts(labels, n_groups)
        self.said = {stance: votes.counts(labels, n_groups, stance) for stance in (AGREE, DISAGREE)}

    def shares(self, stance: int) -> Real:
        """Groups × statements: share saying so, with one vote more on either side."""
        return np.asarray((self.said[stance] + 1) / (self.seen + 2))

    def _plainly(self, statement: int, stance: int) -> Shares:
        """Of each group the share of those who voted that say so."""
        said, seen = self.said[stance][:, statement], self.seen[:, statement]
        return [float(a / b) if b else None for a, b in zip(said, seen, strict=True)]

    def consensus(self, stance: int) -> Real:
        """Product over the groups of the share saying so: high only where every group does."""
        return np.asarray(self.shares(stance).prod(axis=0))

    def _against_others(self, group: int, stance: int) -> tuple[Real, Real, Real]:
        """For each statement: times the others' share, its test, and the test against half."""
        said, seen = self.said[stance][group], self.seen[group]
        said_else = self.said[stance].sum(axis=0) - said
        seen_else = self.seen.sum(axis=0) - seen
        times = self.shares(stance)[group] / ((said_else + 1) / (seen_else + 2))
        return (
            np.asarray(times),
            two_proportions_test(said, said_else, seen, seen_else),
            proportion_test(said, seen),
        )

    def characteristics(self, group: int) -> list[Characteristic]:
        """What sets `group` apart, the best statement to agree with first, at most `MOST`.

        Counted are statements where both tests are clear; they are ranked by share, times and the
        two tests multiplied. The best agreement comes first even if it is not clear, so that a
        group is seldom described by what it rejects alone; where nothing is clear it stands alone.
        """
        sides = {stance: self._against_others(group, stance) for stance in (AGREE, DISAGREE)}
        ranks = {
            stance: times * against_others * against_half * self.shares(stance)[group]
            for stance, (times, against_others, against_half) in sides.items()
        }
        clear = []
        for statement in np.flatnonzero(self.kept):
            stance = max(sides, key=lambda side: (sides[side][1][statement], side))
            if min(sides[stance][1][statement], sides[stance][2][statement]) > CLEAR:
                clear.append((-ranks[stance][statement], int(statement), stance))
        chosen = [(statement, stance) for _, statement, stance in sorted(clear)]
        best = self._best_agreement(group, sides[AGREE])
        if best is not None:
            others = [(statement, stance) for statement, stance in chosen if statement != best]
            chosen = [(best, AGREE), *others]
        chosen = sorted(chosen[:MOST], key=lambda named: -named[1])  # stable: agreement first
        return [
            Characteristic(
                statement,
                stance,
                int(self.said[stance][group, statement]),
                int(self.seen[group, statement]),
                int(np.delete(self.said[stance][:, statement], group).sum()),
                int(np.delete(self.seen[:, statement], group).sum()),
                float(self.shares(stance)[group, statement]),
                float(sides[stance][0][statement]),
            )
            for statement, stance in chosen
        ]

    def _best_agreement(self, group: int, side: tuple[Real, Real, Real]) -> int | None:
        """The statement that the group agrees with more than others do, or most of it at least."""
        times, against_others, against_half = side
        share = self.shares(AGREE)[group]
        voted = self.said[AGREE][group] + self.said[DISAGREE][group] > 0
        good = self.kept & voted & ((against_half > CLEAR) | ((times > 1) & (share > 0.5)))
        if not good.any():
            return None
        more = good & (times > 1) & (against_others > 0) & (against_half > 0)
        rank = share * against_half * (times * against_others if more.any() else 1)
        return int(np.where(more if more.any() else good, rank, -np.inf).argmax())

    def shared(self) -> list[Shared]:
        """What most of every group say, the strongest consensus first, at most `MOST` a side."""
        return [one for stance in (AGREE, DISAGREE) for one in self._shared(stance)]

    def _shared(self, stance: int) -> Iterator[Shared]:
        shares, consensus = self.shares(stance), self.consensus(stance)
        common = self.kept & (shares > SHARED).all(axis=0)
        ranked = sorted(np.flatnonzero(common), key=lambda j: (-consensus[j], j))
        for statement in ranked[:MOST]:
            yield Shared(
                int(statement),
                stance,
                self._plainly(int(statement), stance),
                float(consensus[statement]),
            )

    def divisive(self) -> list[Divisive]:
        """Where groups are clearly apart, the widest gap first, at most `MOST`.

        The gap is between the group in which most agree and the one in which fewest do.
        """
        shares = self.shares(AGREE)
        columns = np.arange(shares.shape[1])
        high, low = shares.argmax(axis=0), shares.argmin(axis=0)
        gap = shares[high, columns] - shares[low, columns]
        said, seen = self.said[AGREE], self.seen
        test = two_proportions_test(
            said[high, columns], said[low, columns], seen[high, columns], seen[low, columns]
        )
        apart = np.flatnonzero(self.kept & (test > CLEAR))
        ranked = sorted(apart, key=lambda j: (-gap[j], j))
        return [
            Divisive(int(j), self._plainly(int(j), AGREE), float(gap[j])) for j in ranked[:MOST]
        ]
