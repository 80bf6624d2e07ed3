"""Which numbers of persons may be published, so that nobody is counted one by one. Pure.

The frequency rule with a threshold, primary and secondary suppression: A. Hundepool and others,
Statistical Disclosure Control (Wiley 2012), chapters 4 and 5; Eurostat and the ESSnet on Statistical
Disclosure Control, Handbook on Statistical Disclosure Control (2nd ed. 2024), "Magnitude and frequency
tables". A number of one to four persons is shown as "fewer than five". Since the total is public, it
would give a single hidden number away: so a large one is hidden beside it, the first in an order that
does not depend on what people said. Two small ones do not do: their sum is small as well.

A reader also knows what was published before. So the first table is that of the close, and a later one
comes once a day at most (`queries.took_part`); what is hidden stays hidden as long as any number in the
table is small; and where a day would tell of single persons (one more arrived, one more kind is there),
the table of the day before stands until it no longer would. And a reader may know this rule: whether a
table is published depends only on labels and sums that stand in it, and which number is hidden beside
small ones on no small number, so that neither says more than the table itself. All this follows from the
numbers of the days themselves: nothing has to be remembered.

The proof, in short: let p be any choice of one to four for each small number. Keep each at p from the
day on which it was first hidden; a number that has outgrown its hiding stood at four the day before; all
the rest of the hidden sum belongs to the large number, which is possible because the hidden sum has
always grown by at least what the newly hidden ones may need at most (`_needed`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

THRESHOLD = 5
# What is hidden beside small numbers is at least so large, and by what they may be together larger.
LARGE = 15
_MOST = THRESHOLD - 1


@dataclass(frozen=True)
class Cell:
    """One kind and its number; None: not shown. `few`: because it is fewer than THRESHOLD."""

    key: str
    count: int | None
    few: bool = False


@dataclass(frozen=True)
class Published:
    """A table as everybody may see it, with what had been written down at the end of a day."""

    until: date
    total: int
    # The numbers shown, the largest first; then the hidden ones, in an order that says nothing.
    cells: tuple[Cell, ...]

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(cell.key for cell in self.cells if cell.count is None)

    @property
    def together(self) -> int:
        """The sum of what is hidden: the total says it anyway."""
        return self.total - sum(cell.count or 0 for cell in self.cells)

    @property
    def shown(self) -> dict[str, int]:
        return {cell.key: cell.count for cell in self.cells if cell.count is not None}

    def bar(self, number: int | None) -> int:
        """How long the bar of a number is, in hundredths of the longest."""
        longest = max([*self.shown.values(), self.together])
        return round(100 * (number or 0) / longest) if longest else 0


def publications(
    days: Iterable[tuple[date, Mapping[str, int]]], order: Sequence[str]
) -> list[Published]:
    """Every table that was published, from what was written down on each day, oldest first.

    In `order` numbers are hidden beside small ones: first those of which a reader learns least.
    """
    counts: dict[str, int] = {}
    found: list[Published] = []
    for day, arrived in days:
        for key, count in arrived.items():
            counts[key] = counts.get(key, 0) + count
        before = found[-1] if found else None
        hidden = _hidden(counts, before, order)
        if hidden is not None:
            found.append(_table(day, counts, hidden, order))
    return found


def _hidden(
    counts: Mapping[str, int], before: Published | None, order: Sequence[str]
) -> set[str] | None:
    """What has to be hidden; None where nothing new can be published."""
    small = {key for key, count in counts.items() if 0 < count < THRESHOLD}
    if not small:
        return set()
    hidden = small | (before.hidden if before else set())
    beside = None
    if before is None or not before.hidden:
        beside = next((key for key in order if counts.get(key, 0) >= large(len(small))), None)
        if beside is None:
            return None
        hidden.add(beside)
    known = _known(before, hidden, beside, large(len(small)))
    grown = sum(counts[key] for key in hidden) - known
    return hidden if grown >= _needed(small, before) else None


def large(small: int) -> int:
    """How large a number must be to be hidden beside so many small ones."""
    return LARGE + _MOST * small


def _known(before: Published | None, hidden: set[str], beside: str | None, least: int) -> int:
    """What a reader knows the sum of `hidden` to be at least, by what was published before; the
    number that is newly hidden `beside` small ones is `least` or more."""
    if before is None:
        return least
    known = before.together + sum(before.shown.get(key, 0) for key in hidden)
    if beside is not None:
        known += max(0, least - before.shown.get(beside, 0))
    return known


def _needed(small: set[str], before: Published | None) -> int:
    """What the small numbers that are new may need of the growth, and those that grew up."""
    earlier = before.hidden if before else frozenset()
    few = {cell.key for cell in before.cells if cell.few} if before else set()
    return _MOST * len(small - earlier) + len(few - small)


def _table(
    day: date, counts: Mapping[str, int], hidden: set[str], order: Sequence[str]
) -> Published:
    there = {key: count for key, count in counts.items() if count > 0}
    place = {key: number for number, key in enumerate(order)}
    shown = sorted(
        (key for key in there if key not in hidden),
        key=lambda key: (-there[key], place.get(key, len(place)), key),
    )
    kept_back = sorted(hidden, key=lambda key: (place.get(key, len(place)), key))
    cells = [Cell(key, there[key]) for key in shown]
    cells += [Cell(key, None, few=there[key] < THRESHOLD) for key in kept_back]
    return Published(day, sum(there.values()), tuple(cells))
