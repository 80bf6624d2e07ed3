"""The method card of a run as people read it. Pure: what a card does not say is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.kernel.i18n import mark

# Why a point could not be placed, by the analysis' code.
REASONS = {
    "empty": mark("It is empty."),
    "no_letters": mark("It holds no letters."),
    "too_short": mark("It is too short."),
    "no_content": mark("It holds only words that say nothing about a subject."),
    "nothing_shared": mark("None of its words occurs in any other point."),
}
# The analysis' name of its method; its number rises whenever labels may change.
METHODS = {
    "sentences and words": mark("what sentences mean, and the words in them"),
    "words and letters": mark("words and letters"),
}
# What a person wants to know about the number of themes.
_FEW_ALTERNATIVES = 4


@dataclass(frozen=True)
class Card:
    """How a result came about and how good it is, as far as the run said."""

    method: str = ""
    method_version: str = ""
    documents: int = 0
    processed: int = 0
    near_copies: int = 0
    unprocessed: Mapping[str, int] = field(default_factory=dict)
    topics: int = 0
    asked_for: int | None = None
    alternatives: Sequence[int] = ()
    accepted_topics: int = 0
    kept_labels_of_people: int = 0
    seed: int = 0
    digest: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    # From -1 (no groups) to 1 (far apart).
    silhouette: float | None = None
    # From 0 (themes cross languages) to 1 (each theme is one language).
    topic_language_nmi: float | None = None
    # Share of points that a person would probably put elsewhere.
    disagreement: float | None = None
    # Decisions of people that this was checked against, and the share that it had foreseen.
    decisions: int = 0
    agreement: float | None = None
    # By how much `disagreement` may be off, where no decision was there to check it.
    off_by: float | None = None
    # Whether sentences were compared by what they mean, or by words and letters alone.
    by_meaning: bool = False


def read(raw: Mapping[str, Any]) -> Card:
    """A card from what a run stored."""
    number = raw.get("number_of_topics") or {}
    quality = raw.get("quality") or {}
    calibration = raw.get("confidence") or {}
    method, _, version = str(raw.get("method", "")).partition(", ")
    return Card(
        method=METHODS.get(method, method),
        method_version=version,
        documents=raw.get("documents", 0),
        processed=raw.get("processed", 0),
        near_copies=raw.get("near_copies", 0),
        unprocessed=raw.get("unprocessed") or {},
        topics=raw.get("topics", 0),
        asked_for=number.get("asked_for"),
        alternatives=tuple(number.get("alternatives") or ())[:_FEW_ALTERNATIVES],
        accepted_topics=(raw.get("parameters") or {}).get("accepted_topics", 0),
        kept_labels_of_people=raw.get("kept_labels_of_people", 0),
        seed=raw.get("random_state", 0),
        digest=raw.get("input_sha256", ""),
        versions=raw.get("versions") or {},
        silhouette=quality.get("silhouette"),
        topic_language_nmi=quality.get("topic_language_nmi"),
        disagreement=quality.get("disagreement"),
        decisions=calibration.get("decisions", 0),
        agreement=calibration.get("agreement"),
        off_by=calibration.get("off_by"),
        by_meaning=bool(raw.get("encoder")),
    )
