"""Which points a coder asks for. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

# What a run says of its own label, as people read it: from, below.
CONFIDENCE = {"doubtful": (0.0, 0.6), "fair": (0.6, 0.8), "clear": (0.8, 1.01)}
NONE = 0  # "no theme", "no campaign"
NOBODY = 0


@dataclass(frozen=True)
class Wanted:
    """A choice of points; None asks for any. The usual: those that nobody has decided on and that
    are owed an answer and have none.

    `theme` and `campaign` are ids, NONE for points in none; `coder` is who decided, NOBODY for
    points that no person has decided on.
    """

    theme: int | None = None
    language: str | None = None
    channel: str | None = None
    respondent: str | None = None
    clause: int | None = None
    campaign: int | None = None
    confidence: str | None = None
    coder: int | None = NOBODY
    unanswered: bool = True
    words: str = ""

    def stored(self) -> dict[str, Any]:
        """As a portion keeps it. The words sought are not kept: they may be somebody's name."""
        return asdict(replace(self, words=""))

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Wanted":
        """What a portion kept; what is not known any more is passed over."""
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in stored.items() if name in known})
