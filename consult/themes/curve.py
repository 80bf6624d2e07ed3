"""How many themes: what each number is like, as a drawing and as a table. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consult.kernel.i18n import mark

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 16, 40  # margins, in units of the drawing
_TICKS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 80, 120)
_NEAR = 26  # units; two labels nearer than that would touch

# Why a number was chosen, by the sentence of the analysis.
REASONS = {
    "the topics stand well apart, and at this number most clearly": mark(
        "The themes stand well apart, and at this number most clearly."
    ),
    "the smallest number that stands out and reaches most of the best stability": mark(
        "It is the smallest number that stands out, and it comes out nearly as surely as the best one."
    ),
    "the most stable number above chance": mark(
        "It is the number that comes out again most surely."
    ),
    "no number is much more stable than chance: a readable one, the cube root of the texts": mark(
        "No number comes out much more surely than by chance, so a readable one was taken. "
        "Choose the number that fits the draft."
    ),
}


@dataclass(frozen=True)
class Tried:
    """One number of themes that was tried; x and y are places in the drawing."""

    number: int
    # Share of what is possible above chance by which the themes come out again; below 0 is chance.
    holds: float
    x: float
    y: float
    chosen: bool
    stands_out: bool
    # Whether there is room for its number beside the one before it.
    labelled: bool


@dataclass(frozen=True)
class Curve:
    """Every number that was tried, the one chosen and why, and a smaller and a larger one."""

    tried: Sequence[Tried]
    line: str
    ticks: Sequence[tuple[float, int]]
    chosen: int
    reason: str
    fewer: int | None
    more: int | None


def read(raw: Mapping[str, Any]) -> Curve | None:
    """The curve that a run's card holds; without points where the number was given.

    None where the run has found nothing.
    """
    number = raw.get("number_of_topics") or {}
    chosen = number.get("chosen") or raw.get("topics") or 0
    if not chosen:
        return None
    rows = number.get("curve") or []
    others = sorted(number.get("alternatives") or [])
    smaller = [n for n in others if n < chosen]
    larger = [n for n in others if n > chosen]
    fewer = smaller[-1] if smaller else round(chosen / 1.5)
    tried = _placed(rows, chosen, others)
    return Curve(
        tried=tried,
        line=" ".join(f"{one.x:.1f},{one.y:.1f}" for one in tried),
        ticks=_ticks(rows),
        chosen=chosen,
        reason=REASONS.get(number.get("reason", ""), ""),
        fewer=fewer if 1 < fewer < chosen else None,
        more=larger[0] if larger else max(chosen + 1, round(chosen * 1.5)),
    )


def _across(number: int, rows: Sequence[Mapping[str, Any]]) -> float:
    """Place of a number: twice as many themes are always the same step."""
    low, high = math.log(rows[0]["topics"]), math.log(rows[-1]["topics"])
    share = (math.log(number) - low) / (high - low) if high > low else 0.5
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _placed(rows: Sequence[Mapping[str, Any]], chosen: int, others: Sequence[int]) -> list[Tried]:
    tried: list[Tried] = []
    last = -math.inf
    for row in rows:
        holds = min(max(float(row["above_chance"]), 0.0), 1.0)
        number = int(row["topics"])
        x = _across(number, rows)
        marked = number == chosen or number in others
        labelled = number == chosen or (marked and x - last >= _NEAR)
        if labelled:
            last = x
        tried.append(
            Tried(
                number=number,
                holds=holds,
                x=round(x, 1),
                y=round(TOP + (1 - holds) * (HEIGHT - TOP - BOTTOM), 1),
                chosen=number == chosen,
                stands_out=number in others,
                labelled=labelled,
            )
        )
    return tried


def _ticks(rows: Sequence[Mapping[str, Any]]) -> list[tuple[float, int]]:
    if not rows:
        return []
    first, last = rows[0]["topics"], rows[-1]["topics"]
    ticks: list[tuple[float, int]] = []
    for number in _TICKS:
        if first <= number <= last:
            x = round(_across(number, rows), 1)
            if not ticks or x - ticks[-1][0] >= _NEAR:
                ticks.append((x, number))
    return ticks
