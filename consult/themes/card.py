"""The method card of a run as people read it. Pure: what a card does not say is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark, ngettext, number_text, percent_text

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

    def sentences(self, guess: bool = True) -> list[str]:
        """The card as people read it, one paragraph after the other, on pages and in reports.

        `guess` is false where a second reading measured what the card only estimates.
        """
        return list(_sentences(self, guess=guess))

    def figures(self) -> list[tuple[str, str | int]]:
        """What somebody needs who wants to do it again or to check it."""
        return list(_figures(self))


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
        alternatives=tuple(number.get("alternatives") or ()),
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


def _sentences(card: Card, *, guess: bool) -> Iterator[str]:
    read = ngettext(
        "A computer program on our own server read %(num)s point.",
        "A computer program on our own server read %(num)s points.",
        card.documents,
    )
    compared = (
        _(
            "It compared what their sentences and words mean, across the languages, and put points"
            " together that speak of the same things."
        )
        if card.by_meaning
        else _(
            "It compared their words, across the languages, and put points together that speak of"
            " the same things."
        )
    )
    yield " ".join([read, compared, _("It does not judge, and it gives no answer.")])
    if card.asked_for:
        yield _("People chose the number of themes.")
    else:
        yield _(
            "It chose the number of themes itself: by how surely the same themes come out again when"
            " part of the points is left out, and by how far they stand apart."
        )
    if card.near_copies:
        yield ngettext(
            "%(num)s near-copy of another text counts as a point, but did not shape the themes.",
            "%(num)s near-copies of other texts count as points, but did not shape the themes.",
            card.near_copies,
        )
    if (left := card.documents - card.processed) > 0:
        yield ngettext(
            "%(num)s point could not be placed, for example because it is too short; people place"
            " it.",
            "%(num)s points could not be placed, for example because they are too short; people"
            " place them.",
            left,
        )
    if guess and card.disagreement is not None:
        yield " ".join(_estimated(card, card.disagreement))


def _estimated(card: Card, disagreement: float) -> Iterator[str]:
    yield _(
        "How wrong it may be: people would probably put about %(share)s of the points elsewhere.",
        share=percent_text(disagreement),
    )
    if card.agreement is not None:
        yield ngettext(
            "This was checked against %(num)s decision of people.",
            "This was checked against %(num)s decisions of people.",
            card.decisions,
        )
        yield _(
            "In %(share)s of them the program had said the same before.",
            share=percent_text(card.agreement),
        )
    elif card.off_by is not None:
        yield _(
            "No person has checked it yet; this share itself may be off by about %(number)s"
            " percentage points.",
            number=number_text(round(100 * card.off_by)),
        )
    yield _("Other people, or another program, would draw some lines elsewhere.")


def _figures(card: Card) -> Iterator[tuple[str, str | int]]:
    yield _("Points read"), card.documents
    yield _("Points placed"), card.processed
    yield _("Near-copies"), card.near_copies
    yield _("Themes"), card.topics
    yield _("Number of themes"), _("asked for") if card.asked_for else _("chosen by the program")
    if card.alternatives:
        yield _("Other good numbers"), ", ".join(map(str, card.alternatives))
    yield _("Themes kept from before"), card.accepted_topics
    yield _("Labels of people kept"), card.kept_labels_of_people
    yield from _quality(card)
    yield from _made_with(card)


def _quality(card: Card) -> Iterator[tuple[str, str | int]]:
    if card.silhouette is not None:
        apart = number_text(round(card.silhouette, 3))
        yield _("How far apart the themes are (−1 to 1)"), apart
    if card.topic_language_nmi is not None:
        language = number_text(round(card.topic_language_nmi, 3))
        yield _("How much a theme is only a language (0 to 1)"), language
    if card.disagreement is not None:
        share = percent_text(card.disagreement)
        yield _("Points that people would probably put elsewhere"), share
    if card.agreement is not None:
        yield _("Decisions of people that it was checked against"), card.decisions
        yield _("Of these, what it had said before"), percent_text(card.agreement)


def _made_with(card: Card) -> Iterator[tuple[str, str | int]]:
    if card.method:
        method = _(card.method)
        said = _("%(method)s, version %(version)s", method=method, version=card.method_version)
        yield _("Method"), said if card.method_version else method
    yield _("Seed"), str(card.seed)
    if card.digest:
        yield _("Fingerprint of the input"), card.digest
    yield from card.versions.items()
