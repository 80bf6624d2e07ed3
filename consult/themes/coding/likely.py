"""Which themes come next for a point, as the current run says, among those that are there today. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Keys beside the digits of the list; none of them does anything else on the screen.
KEYS = ("a", "b", "c")


@dataclass(frozen=True)
class Machine:
    """What a run said of a point: its theme, how sure that is, and what comes next in thousandths."""

    theme_id: int
    score: float
    others: Sequence[Sequence[int]]

    def themes(self) -> set[int]:
        return {self.theme_id, *(theme for theme, _likely in self.others)}


def come_next(
    said: Machine | None, homes: Mapping[int, int], *, but: int | None
) -> list[tuple[int, float]]:
    """The likeliest themes `but` the one that has a key of its own, with how likely each is.

    `homes` says where merges ended, theme → theme; what was set aside is in it no longer. Themes
    that became one are as likely as both together.
    """
    if said is None:
        return []
    likely: dict[int, float] = defaultdict(float)
    shares = [(said.theme_id, said.score), *((theme, part / 1000) for theme, part in said.others)]
    for theme, share in shares:
        if theme in homes and homes[theme] != but:
            likely[homes[theme]] += share
    best = sorted(likely.items(), key=lambda found: (-found[1], found[0]))
    return [(theme, min(1.0, share)) for theme, share in best][: len(KEYS)]
