"""The rule of what is an addition to a letter: its truth table, and what holds for every text."""

import itertools
import random

import pytest

from analysis.additions import Letter
from consult.themes.own_words import MOST_PASSAGES, joined, parted

FIRST = "Nous demandons plus de bus le soir pour les gens de la commune."
SECOND = "Les horaires actuels ne suffisent pas aux familles du quartier de la gare."
LETTER = f"{FIRST} {SECOND}"
OWN = "Ma mère rentre chaque nuit seule à pied."
MORE = "Elle a quatre-vingts ans et personne ne vient."

# What was sent, what stays the letter, and what are points of their own; no letter: it stays whole.
RULE = [
    ("the letter alone", LETTER, None, []),
    ("a sentence behind", f"{LETTER} {OWN}", LETTER, [OWN]),
    ("a sentence before", f"{OWN} {LETTER}", LETTER, [OWN]),
    ("sentences side by side", f"{LETTER} {OWN} {MORE}", LETTER, [f"{OWN} {MORE}"]),
    ("two paragraphs", f"{LETTER}\n{OWN}\n{MORE}", LETTER, [OWN, MORE]),
    ("on both sides", f"{OWN}\n{LETTER}\n{MORE}", LETTER, [OWN, MORE]),
    ("in the middle: the longer piece is the letter", f"{FIRST} {OWN} {SECOND}", None, [OWN]),
    ("a greeting and a name", f"Bonjour,\n{LETTER}\nCordialement, Anne Weber", None, []),
    ("a swapped word", LETTER.replace("soir", "matin"), None, []),
    (
        "words inside a sentence of the letter",
        LETTER.replace("soir", "soir, moi et mes enfants qui vivons tous ici,"),
        None,
        [],
    ),
    ("nothing of the letter", f"{OWN} {MORE}", None, []),
    (
        "a line without a full stop",
        f"{LETTER}\n{OWN[:-1]} vers minuit",
        LETTER,
        [f"{OWN[:-1]} vers minuit"],
    ),
]


@pytest.mark.parametrize(("sent", "letter", "own"), [r[1:] for r in RULE], ids=[r[0] for r in RULE])
def test_the_rule(sent: str, letter: str | None, own: list[str]) -> None:
    found = parted(sent, (0, len(sent)), Letter(LETTER).additions(sent))
    assert [sent[slice(*span)] for span in found.passages] == own if found else own == []
    if letter is not None:
        assert found is not None
        assert sent[slice(*found.letter)] == letter


def test_the_longer_piece_of_an_interrupted_letter_stands_for_it() -> None:
    sent = f"{FIRST} {OWN} {SECOND}"
    found = parted(sent, (0, len(sent)), Letter(LETTER).additions(sent))
    assert found is not None
    assert sent[slice(*found.letter)] == max(FIRST, SECOND, key=len)


def test_only_the_point_itself_is_parted() -> None:
    sent = f"{OWN} {LETTER} {MORE}"
    copy = (len(OWN) + 1, len(sent))
    found = parted(sent, copy, Letter(LETTER).additions(sent))
    assert found is not None
    assert [sent[slice(*span)] for span in found.passages] == [MORE]


def test_never_more_passages_than_one_act_can_write() -> None:
    sent = "\n\n".join(f"{FIRST}\n\nMa phrase personnelle numéro {n} ici." for n in range(130))
    found = parted(sent, (0, len(sent)), Letter(LETTER).additions(sent))
    assert found is not None
    assert len(found.passages) == MOST_PASSAGES


@pytest.mark.parametrize("seed", range(300))
def test_points_never_overlap_and_cover_only_the_text(seed: int) -> None:
    chance = random.Random(seed)
    pieces = [FIRST, SECOND, OWN, MORE, "Bonjour,", "Ok", "…", "\n\n", "\n", "  ", "z. B. so", "🚲"]
    text = "".join(chance.choice(pieces) + chance.choice([" ", "\n", ""]) for _ in range(12))
    copy = tuple(sorted(chance.sample(range(len(text) + 1), 2)))
    whole = (copy[0], copy[1])
    own = [
        (a, b) for a, b in Letter(LETTER).additions(text) if chance.random() < 0.8 and a < len(text)
    ]
    found = parted(text, whole, own)
    if found is None:
        return
    spans = sorted([found.letter, *found.passages])
    assert all(whole[0] <= start < end <= whole[1] for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    for start, end in spans:
        assert text[start:end] == text[start:end].strip()
        assert any(map(str.isalnum, text[start:end]))
    # Taken back, the letter reaches over all that was cut from it, and no further.
    again = joined(text, whole, found.letter, [])
    assert whole[0] <= again[0] <= min(s for s, _ in spans)
    assert whole[1] >= again[1] >= max(e for _, e in spans)
    kept = found.passages[chance.randrange(len(found.passages))]
    beside = joined(text, whole, found.letter, [kept])
    assert beside[1] <= kept[0] or kept[1] <= beside[0]
