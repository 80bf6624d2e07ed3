"""Passages over several sentences, sentences that were joined or divided, and a text of known truth."""

import random
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import anchors as benchmark
from consult.drafts.models import DELETED, EDITED, MOVED, UNCHANGED, UNCLEAR
from consult.drafts.placing import Texts, carry_over

PLAN = "Le plan est affiché pendant trente jours à la maison communale."
SITE = "Il est publié le même jour sur le site internet de la commune."
SIGN = "Le bourgmestre signe chaque avis et le transmet au ministre."
TAX = "La taxe est due par le propriétaire du véhicule."


def rows(texts: dict[int, str], version: int) -> dict[int, Any]:
    return {
        number: SimpleNamespace(text_id=number * 2 + version, text=text)
        for number, text in texts.items()
    }


def carried(
    before: dict[int, str], after: dict[int, str], words: str
) -> tuple[str, int | None, str | None]:
    """The state, the clause and the words on which a comment on `words` of clause 1 stands."""
    start = before[1].index(words)
    place: Any = SimpleNamespace(
        anchor=SimpleNamespace(exact=words, clause_id=1),
        clause_id=1, start=start, end=start + len(words), state=UNCHANGED,
    )  # fmt: skip
    clause_id, found = carry_over(place, Texts(), rows(before, 0), rows(after, 1), [])
    if clause_id is None or found.start is None:
        return found.state, clause_id, None
    return found.state, clause_id, after[clause_id][found.start : found.end]


JOINED = f"{PLAN[:-1]} et {SITE[0].lower()}{SITE[1:]}"


@pytest.mark.parametrize(
    ("before", "after", "words", "found"),
    [
        # Two sentences became one, or one two: the words of either are still theirs.
        (f"{PLAN} {SITE}", JOINED, "trente jours", (UNCHANGED, 1, "trente jours")),
        (f"{PLAN} {SITE}", JOINED, "publié le même jour", (UNCHANGED, 1, "publié le même jour")),
        (JOINED, f"{PLAN} {SITE}", "trente jours", (UNCHANGED, 1, "trente jours")),
        (JOINED, f"{PLAN} {SITE}", "le site internet", (UNCHANGED, 1, "le site internet")),
        # Only the mark behind a sentence went, and its neighbour was written anew.
        (
            f"{PLAN} {SITE}",
            f"{PLAN[:-1]} selon un règlement grand-ducal pris après avis du Conseil d’État.",
            "trente jours à la maison",
            (UNCHANGED, 1, "trente jours à la maison"),
        ),
        # What replaces the last words of a passage belongs to it, a whole new sentence does not.
        (
            f"{PLAN} {SIGN}",
            "Le plan est affiché pendant trente jours dans la rue. " + SIGN,
            PLAN,
            (EDITED, 1, "Le plan est affiché pendant trente jours dans la rue"),
        ),
        # Sentences between which another one was put are still one passage.
        (
            f"{PLAN} {SITE}",
            f"{PLAN} {TAX} {SITE}",
            "la maison communale. Il est publié",
            (EDITED, 1, f"la maison communale. {TAX} Il est publié"),
        ),
    ],
)
def test_within_a_clause(
    before: str, after: str, words: str, found: tuple[str, int | None, str | None]
) -> None:
    assert carried({1: before}, {1: after}, words) == found


def test_sentences_that_moved_together_keep_a_passage_over_both() -> None:
    before = {1: f"{TAX} {PLAN} {SITE}", 2: SIGN}
    after = {1: TAX, 2: f"{SIGN} {PLAN} {SITE.replace('publié le', 'publié dès le')}"}
    assert carried(before, after, "maison communale. Il est publié le même jour") == (
        EDITED,
        2,
        "maison communale. Il est publié dès le même jour",
    )


def test_of_sentences_that_parted_most_words_are_followed() -> None:
    before = {1: f"{PLAN} {SITE}", 2: SIGN}
    after = {1: PLAN, 2: f"{SIGN} {SITE}"}
    assert carried(before, after, "communale. Il est publié le même jour") == (
        EDITED,
        2,
        "Il est publié le même jour",
    )
    state, _, words = carried(before, after, "trente jours à la maison communale. Il est publié")
    assert (state, words) == (EDITED, "trente jours à la maison communale.")


def test_halves_that_parted_are_followed_nowhere() -> None:
    before = {1: f"{PLAN} {SITE}", 2: SIGN}
    after = {2: f"{SIGN} {SITE}", 3: PLAN}
    state, _, words = carried(before, after, "la maison communale. Il est publié")
    assert state in {DELETED, UNCLEAR}
    assert words is None


def test_a_passage_that_moved_word_for_word() -> None:
    assert carried({1: f"{TAX} {PLAN}", 2: SIGN}, {1: TAX, 2: f"{SIGN} {PLAN}"}, PLAN) == (
        MOVED,
        2,
        PLAN,
    )


def invented(words: int = 400, sentences: int = 300) -> list[str]:
    """Sentences of invented words: some common, most rare, as in a language."""
    chance = random.Random(7)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ou", "en")]
    known = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(words)]
    weights = [1 / (rank + 3) for rank in range(words)]
    return [
        " ".join(chance.choices(known, weights, k=chance.randint(6, 24))).capitalize() + "."
        for _ in range(sentences)
    ]


@pytest.mark.parametrize("strength", [0.1, 0.3])
def test_on_texts_of_known_truth(strength: float) -> None:
    """A small sample of `benchmarks.anchors`, whose sentences are real ones."""
    tally = benchmark.measure(invented(), 12, strength, seed=0, show=0)["product"]
    assert tally.kept > 300
    assert tally.right / tally.found >= benchmark.PRECISION
    assert tally.kept_right / tally.kept >= benchmark.RECALL
