"""How far two readings of the same points agree, with 95 % intervals. Pure.

Cohen's kappa: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
Measurement 20 (1960), 37-46. Its standard error: J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample
standard errors of kappa and weighted kappa, Psychological Bulletin 72 (1969), 323-327, as in Fleiss,
Levin and Paik, Statistical Methods for Rates and Proportions (3rd ed. 2003), chapter 18. It is nought
where all agree, which a sample cannot know of the rest: there the lower end follows from Wilson's
interval of the agreement observed. Shares: E. B. Wilson, Journal of the American Statistical
Association 22 (1927), 209-212.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Z = 1.959963984540054  # 95 %, both sides
# Of fewer points in a theme nothing is said: the interval would cover nearly everything.
FEWEST = 10
# Below it a theme is proposed to be sharpened: "moderate" and worse by J. R. Landis and G. G. Koch,
# The measurement of observer agreement for categorical data, Biometrics 33 (1977), 159-174.
SHARP = 0.6


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance: 1 complete, 0 as by chance; and its 95 % interval."""

    value: float
    low: float
    high: float
    number: int


@dataclass(frozen=True)
class Share:
    """So many of a number, and the 95 % interval of the share."""

    count: int
    number: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.number


def share(count: int, number: int) -> Share | None:
    """A share with Wilson's interval; None of nothing."""
    if not number:
        return None
    p, z2 = count / number, Z * Z
    middle = (p + z2 / (2 * number)) / (1 + z2 / number)
    half = Z / (1 + z2 / number) * math.sqrt(p * (1 - p) / number + z2 / (4 * number * number))
    return Share(count, number, max(0.0, middle - half), min(1.0, middle + half))


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Kappa | None:
    """Cohen's kappa of pairs of labels; None where chance alone would agree wholly (both readers
    gave one label to everything), or of nothing."""
    n = len(pairs)
    if not n:
        return None
    rows = Counter(first for first, _ in pairs)
    columns = Counter(second for _, second in pairs)
    observed = sum(first == second for first, second in pairs) / n
    expected = sum(rows[label] * columns[label] for label in rows) / n / n
    if expected >= 1:
        return None
    value = (observed - expected) / (1 - expected)
    if observed == 1:
        sure = share(n, n)
        assert sure is not None
        return Kappa(1.0, (sure.low - expected) / (1 - expected), 1.0, n)
    spread = 0.0
    for (first, second), count in Counter(pairs).items():
        p = count / n
        if first == second:
            edges = (rows[first] + columns[first]) / n
            spread += p * ((1 - expected) - edges * (1 - observed)) ** 2
        else:
            edges = (columns[first] + rows[second]) / n
            spread += (1 - observed) ** 2 * p * edges**2
    spread -= (observed * expected - 2 * expected + observed) ** 2
    error = math.sqrt(max(spread, 0.0) / n) / (1 - expected) ** 2
    return Kappa(value, max(-1.0, value - Z * error), min(1.0, value + Z * error), n)


@dataclass(frozen=True)
class Pair:
    """One point: the label that it had, whether a machine gave it, and the second reader's."""

    first: int | None
    machine: bool
    second: int | None


@dataclass(frozen=True)
class ThemeFigures:
    """Agreement on one theme: is a point in it or not. None where too few say something.

    `wrong`: of the machine's labels in it, those that the reader put elsewhere. `confused` is the
    theme that most of the differences are with (0: no theme), `times` how many.
    """

    theme: int
    first: int
    second: int
    both: int
    kappa: Kappa | None
    wrong: Share | None
    confused: int | None
    times: int
    sharpen: bool


@dataclass(frozen=True)
class Figures:
    """What a second reading measured."""

    read: int
    # Of the machine's labels, those that the reader put elsewhere.
    wrong: Share | None
    program: Kappa | None
    people: Kappa | None
    themes: Sequence[ThemeFigures] = field(default_factory=tuple)

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def of_theme(self, theme: int) -> ThemeFigures | None:
        return next((row for row in self.themes if row.theme == theme), None)


def figures(pairs: Sequence[Pair]) -> Figures:
    """Everything that a second reading says."""
    by_machine = [pair for pair in pairs if pair.machine]
    by_people = [pair for pair in pairs if not pair.machine]
    themes = sorted({label for p in pairs for label in (p.first, p.second) if label is not None})
    return Figures(
        read=len(pairs),
        wrong=_wrong(by_machine),
        program=kappa([(p.first, p.second) for p in by_machine]),
        people=kappa([(p.first, p.second) for p in by_people]),
        themes=tuple(_of_theme(theme, pairs) for theme in themes),
    )


def _wrong(pairs: Sequence[Pair]) -> Share | None:
    return share(sum(pair.first != pair.second for pair in pairs), len(pairs))


def _of_theme(theme: int, pairs: Sequence[Pair]) -> ThemeFigures:
    inside = [p for p in pairs if theme in {p.first, p.second}]
    first = sum(p.first == theme for p in inside)
    second = sum(p.second == theme for p in inside)
    both = first + second - len(inside)
    enough = len(inside) >= FEWEST
    found = kappa([(p.first == theme, p.second == theme) for p in pairs]) if enough else None
    others = Counter(
        (p.second if p.first == theme else p.first) or 0 for p in inside if p.first != p.second
    )
    confused, times = min(others.items(), key=lambda pair: (-pair[1], pair[0]), default=(None, 0))
    labelled = [p for p in pairs if p.machine and p.first == theme]
    return ThemeFigures(
        theme=theme,
        first=first,
        second=second,
        both=both,
        kappa=found,
        wrong=_wrong(labelled) if len(labelled) >= FEWEST else None,
        confused=confused,
        times=times,
        sharpen=found is not None and found.value < SHARP,
    )


def read(stored: dict[str, Any]) -> Figures:
    """What `stored` wrote."""
    return Figures(
        read=stored["read"],
        wrong=_share(stored["wrong"]),
        program=_kappa(stored["program"]),
        people=_kappa(stored["people"]),
        themes=tuple(
            ThemeFigures(**{**row, "kappa": _kappa(row["kappa"]), "wrong": _share(row["wrong"])})
            for row in stored["themes"]
        ),
    )


def _kappa(stored: dict[str, Any] | None) -> Kappa | None:
    return Kappa(**stored) if stored else None


def _share(stored: dict[str, Any] | None) -> Share | None:
    return Share(**stored) if stored else None
