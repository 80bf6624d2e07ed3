"""What one analysis says otherwise than another: which points went where. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_FLOWS = 5  # shown for each theme; the rest is one number

# (theme before, theme after) → points; None where only one of the analyses placed the point.
Flows = Mapping[tuple[int | None, int | None], int]


@dataclass(frozen=True)
class ThemeDiff:
    """One theme of the later analysis.

    `continues` is the theme of the earlier one that it is the same as, or has most in common with;
    `stayed` points came from there, `came` from other themes (largest first), `new` from none.
    """

    theme_id: int
    continues: int | None
    points: int
    stayed: int
    came: Sequence[tuple[int, int]]
    came_otherwise: int
    new: int


@dataclass(frozen=True)
class RunDiff:
    """How two analyses differ.

    `in_both` points were placed by both, `stayed` of them in the same or the continuing theme.
    `gone` are themes of the earlier analysis that nothing continues, with where their points went.
    """

    in_both: int
    stayed: int
    new: int
    left_out: int
    themes: Sequence[ThemeDiff]
    gone: Sequence[tuple[int, int, Sequence[tuple[int, int]]]]


def continuing(flows: Flows) -> dict[int, int]:
    """For each theme after, the one before that it continues; one to one.

    The same theme continues itself. Of the others two belong together where each has more of its
    points in common with the other than with any third.
    """
    pairs = {(a, b): n for (a, b), n in flows.items() if a is not None and b is not None}
    before, after = {a for a, _ in pairs}, {b for _, b in pairs}
    same = before & after
    found = {theme: theme for theme in same}
    free = {(a, b): n for (a, b), n in pairs.items() if a not in same and b not in same}
    for (a, b), n in sorted(free.items(), key=lambda item: (-item[1], item[0])):
        rest_of_a = max((m for (x, y), m in pairs.items() if x == a and y != b), default=0)
        rest_of_b = max((m for (x, y), m in pairs.items() if y == b and x != a), default=0)
        if n > max(rest_of_a, rest_of_b) and b not in found and a not in found.values():
            found[b] = a
    return found


def compare(flows: Flows) -> RunDiff:
    """The difference that these flows make."""
    continues = continuing(flows)
    into: dict[int, Counter[int | None]] = defaultdict(Counter)
    out_of: dict[int, Counter[int | None]] = defaultdict(Counter)
    for (a, b), n in flows.items():
        if b is not None:
            into[b][a] += n
        if a is not None:
            out_of[a][b] += n
    themes = [_theme(b, continues.get(b), sources) for b, sources in into.items()]
    themes.sort(key=lambda one: (-one.points, one.theme_id))
    gone = [
        (a, targets.total(), _largest(targets.items())[:MOST_FLOWS])
        for a, targets in out_of.items()
        if a not in continues.values()
    ]
    gone.sort(key=lambda one: (-one[1], one[0]))
    return RunDiff(
        in_both=sum(n for (a, b), n in flows.items() if a is not None and b is not None),
        stayed=sum(one.stayed for one in themes),
        new=sum(one.new for one in themes),
        left_out=sum(n for (_, b), n in flows.items() if b is None),
        themes=themes,
        gone=gone,
    )


def _theme(theme_id: int, continues: int | None, sources: Counter[int | None]) -> ThemeDiff:
    stayed = sources[continues] if continues is not None else 0
    others = Counter({a: n for a, n in sources.items() if a is not None and a != continues})
    came = _largest(others.items())
    return ThemeDiff(
        theme_id=theme_id,
        continues=continues,
        points=sources.total(),
        stayed=stayed,
        came=came[:MOST_FLOWS],
        came_otherwise=sum(n for _, n in came[MOST_FLOWS:]),
        new=sources[None],
    )


def _largest(flows: Iterable[tuple[int | None, int]]) -> list[tuple[int, int]]:
    found = [(theme, n) for theme, n in flows if theme is not None]
    return sorted(found, key=lambda item: (-item[1], item[0]))
