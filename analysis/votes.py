"""Who said what to which statement: agree, disagree, pass, or nothing because it was not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Votes:
    """A table of people × statements in which most cells are empty, as one row for each vote.

    `people` and `statements` say by position in the table whose vote it is and on what, `stances`
    what was said (1 agree, 0 pass, -1 disagree). A pass is a vote; what is not there was not seen.
    Raises ValueError for another stance, a position outside the table, or a second vote of the
    same person on the same statement.
    """

    people: Whole
    statements: Whole
    stances: Whole
    n_people: int
    n_statements: int

    def __post_init__(self) -> None:
        if not len(self.people) == len(self.statements) == len(self.stances):
            raise ValueError("people, statements and stances differ in length")
        if not np.isin(self.stances, (AGREE, PASS, DISAGREE)).all():
            raise ValueError("a stance is 1, 0 or -1")
        for positions, size in (
            (self.people, self.n_people),
            (self.statements, self.n_statements),
        ):
            if len(positions) and not 0 <= positions.min() <= positions.max() < size:
                raise ValueError("a vote lies outside the table")
        if len(np.unique(self.people * max(self.n_statements, 1) + self.statements)) < len(
            self.people
        ):
            raise ValueError("somebody voted twice on one statement")

    @classmethod
    def from_rows(
        cls, rows: Sequence[tuple[int, int, int]], n_people: int, n_statements: int
    ) -> "Votes":
        """From rows of person, statement and stance."""
        columns = np.array(rows, np.int64).reshape(-1, 3).T
        return cls(columns[0], columns[1], columns[2], n_people, n_statements)

    @classmethod
    def from_table(cls, table: ArrayLike) -> "Votes":
        """From a full table of people × statements in which NaN stands for "not seen"."""
        full = np.asarray(table, np.float64)
        people, statements = np.nonzero(~np.isnan(full))
        stances = full[people, statements].astype(np.int64)
        return cls(people, statements, stances, *full.shape)

    def per_person(self) -> Whole:
        """How many votes each person cast."""
        return np.asarray(np.bincount(self.people, minlength=self.n_people), np.int64)

    def only(self, rows: NDArray[np.bool_]) -> "Votes":
        """The same table with only the votes marked in `rows`."""
        return Votes(
            self.people[rows],
            self.statements[rows],
            self.stances[rows],
            self.n_people,
            self.n_statements,
        )

    def means(self) -> Real:
        """Mean stance on each statement among those who saw it; 0 where nobody did."""
        seen = np.bincount(self.statements, minlength=self.n_statements)
        total = np.bincount(self.statements, self.stances, self.n_statements)
        return np.asarray(total / np.maximum(seen, 1))

    def differences(self) -> sparse.csr_matrix:
        """People × statements: how far each vote is from the mean stance; 0 where not seen.

        It is the table with the mean in every empty cell, centred: filling with the mean and
        taking the mean away leaves nothing where nobody voted, so that the table stays sparse.
        """
        away = self.stances - self.means()[self.statements]
        return sparse.csr_matrix(
            (away, (self.people, self.statements)), (self.n_people, self.n_statements)
        )

    def counts(self, labels: Whole, n_groups: int, stance: int | None = None) -> Whole:
        """Groups × statements: how many of each group said it; all votes where `stance` is None.

        `labels` gives each person a group; people with -1 are not counted.
        """
        group = labels[self.people]
        rows = group >= 0 if stance is None else (group >= 0) & (self.stances == stance)
        cells = group[rows] * self.n_statements + self.statements[rows]
        counted = np.bincount(cells, minlength=n_groups * self.n_statements)
        return np.asarray(counted.reshape(n_groups, self.n_statements), np.int64)
