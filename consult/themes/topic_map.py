"""The map of themes as it is drawn: circles, dots and words in the drawing's own units. Pure."""

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SIZE = 640  # units of the drawing, from side to side
COLOURS = 8  # told apart by people who see few of them; numbers and names say the rest
LINE = 16  # from one line of words to the next
_LETTER = 9.0  # width of a letter of a wide font, in the size that map.css gives it
_MOST_LINES = 4


@dataclass(frozen=True)
class Place:
    """A theme on the map: what it is called on this page, and where it lies (0 to 1)."""

    theme_id: int
    title: str
    language: str
    points: int
    href: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Island:
    """A theme as it is drawn. `number` stands in its circle and in the table."""

    number: int
    place: Place
    x: int
    y: int
    radius: int
    colour: int
    # The title in lines that fit into the circle; none where it does not.
    lines: Sequence[str]
    # The dots of its points, as a path.
    dots: str
    # The number of the island that lies nearest, if there is another.
    nearest: int | None

    @property
    def number_y(self) -> int:
        """Where its number stands: above the title, or in the middle."""
        return round(self.y - LINE * len(self.lines) / 2)

    def line_y(self, index: int) -> int:
        """Where a line of its title stands, below the number."""
        return round(self.y + LINE * (index + 1 - len(self.lines) / 2) + 3)


@dataclass(frozen=True)
class TopicMap:
    """What the component draws, the largest theme first."""

    islands: Sequence[Island]
    shown: int
    points: int


def drawn(places: Sequence[Place], dots: Iterable[tuple[float, float, int]]) -> TopicMap:
    """The map of these themes, with dots given as x, y and theme."""
    paths: dict[int, list[str]] = defaultdict(list)
    for x, y, theme_id in dots:
        paths[theme_id].append(f"M{x * SIZE:.0f} {y * SIZE:.0f}h0")
    ordered = sorted(places, key=lambda place: (-place.points, place.theme_id))
    numbers = {place.theme_id: number for number, place in enumerate(ordered, 1)}
    islands = [
        Island(
            number=number,
            place=place,
            x=round(place.x * SIZE),
            y=round(place.y * SIZE),
            radius=round(place.radius * SIZE),
            colour=(number - 1) % COLOURS + 1,
            lines=wrapped(place.title, place.radius * SIZE),
            dots="".join(paths[place.theme_id]),
            nearest=_nearest(place, ordered, numbers),
        )
        for number, place in enumerate(ordered, 1)
    ]
    shown = sum(len(paths[place.theme_id]) for place in places)
    return TopicMap(islands, shown, sum(place.points for place in places))


def _nearest(place: Place, places: Sequence[Place], numbers: dict[int, int]) -> int | None:
    def gap(other: Place) -> float:
        return math.dist((place.x, place.y), (other.x, other.y)) - other.radius

    others = [other for other in places if other.theme_id != place.theme_id]
    return numbers[min(others, key=gap).theme_id] if others else None


def wrapped(title: str, radius: float) -> list[str]:
    """A title in at most four lines inside a circle below its number; nothing if it is too long."""
    words = " ".join(title.split())
    for count in range(1, _MOST_LINES + 1):
        width = _letters(radius, count)
        lines = textwrap.wrap(words, max(width, 1), break_long_words=False, break_on_hyphens=False)
        if len(lines) <= count and all(len(line) <= width for line in lines):
            return lines
    return []


def _letters(radius: float, lines: int) -> int:
    """How many letters the outermost of so many lines, under a number, can have."""
    outermost = LINE * (lines + 1) / 2
    return int(2 * max(radius**2 - outermost**2, 0) ** 0.5 / _LETTER)
