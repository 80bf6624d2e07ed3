"""Drawing points by lot so that anybody can draw the same again. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 30
USUAL = 10  # per cent
# One act draws them, and touches no more rows; a larger sample says hardly more.
MOST = 900


def size(points: int, percent: int) -> int:
    """How many points are read a second time: a share, at least SMALLEST, never more than there
    are, nor than MOST."""
    return min(points, MOST, max(SMALLEST, -(-points * percent // 100)))


@dataclass(frozen=True)
class Lot:
    """Points that were drawn, of how many, with which seed."""

    points: Sequence[int]
    among: int
    seed: int


def drawn(points: Sequence[int], percent: int, seed: int) -> Lot:
    """Draw a share of these points. Of 100,000 it takes a while: before the act that writes it."""
    return Lot(draw(points, seed, size(len(points), percent)), len(points), seed)


def draw(points: Sequence[int], seed: int, number: int) -> list[int]:
    """The points whose SHA-256 of "seed:id" is smallest, by id."""

    def place(point: int) -> bytes:
        return hashlib.sha256(f"{seed}:{point}".encode()).digest()

    return sorted(sorted(points, key=place)[:number])
