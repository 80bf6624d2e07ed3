"""Where people stand, as marks of a drawing. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

WIDTH, HEIGHT = 400, 280
MARGIN = 24
_SMALLEST, _LARGEST = 4.0, 13.0

# A sign for each group, so that colour is never needed: corners on a circle of radius 1.
_CORNERS: tuple[tuple[tuple[float, float], ...], ...] = (
    (),  # a disc
    ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    ((0, -1.1), (0.95, 0.7), (-0.95, 0.7)),
    ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    ((0, 1.1), (0.95, -0.7), (-0.95, -0.7)),
)


@dataclass(frozen=True)
class Mark:
    """One sign: where, how large, of which group; `points` are its corners ("" for a disc)."""

    x: float
    y: float
    radius: float
    group: int
    points: str


def marks(dots: Sequence[Sequence[float]]) -> list[Mark]:
    """The dots of a look for groups ([x, y, people, group]) within WIDTH × HEIGHT.

    Both directions have the same scale, since distance is what the drawing shows. The area of a
    sign grows with the people that it stands for. Large ones come first, small ones lie upon them.
    """
    if not dots:
        return []
    left, right = min(d[0] for d in dots), max(d[0] for d in dots)
    low, high = min(d[1] for d in dots), max(d[1] for d in dots)
    scale = min(
        (WIDTH - 2 * MARGIN) / max(right - left, 1e-9),
        (HEIGHT - 2 * MARGIN) / max(high - low, 1e-9),
    )
    most = max(d[2] for d in dots)
    made = []
    for x, y, people, group in sorted(dots, key=lambda d: (-d[2], d[3], d[0], d[1])):
        at_x = WIDTH / 2 + (x - (left + right) / 2) * scale
        at_y = HEIGHT / 2 - (y - (low + high) / 2) * scale
        radius = max(_SMALLEST, _LARGEST * sqrt(people / most)) if most > 1 else 6.0
        made.append(_mark(round(at_x, 1), round(at_y, 1), round(radius, 1), int(group)))
    return made


def sign(group: int, radius: float = 7.0) -> Mark:
    """The sign of a group by itself, for a list, in a square of twice the margin of a sign."""
    return _mark(9.0, 9.0, radius, group)


def _mark(x: float, y: float, radius: float, group: int) -> Mark:
    corners = _CORNERS[group % len(_CORNERS)]
    points = " ".join(f"{x + dx * radius:.1f},{y + dy * radius:.1f}" for dx, dy in corners)
    return Mark(x, y, radius, group, points)
