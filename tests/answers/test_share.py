"""Whose words a text holds: counted from the words, never claimed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.answers.adoption.share import NONE, PART, WHOLE, standing
from consult.drafts import diff

LAW = (
    "Tout employeur qui occupe au moins cinquante personnes établit un plan dans les douze mois.\n"
    "Le plan est transmis au ministre et mis à jour tous les trois ans."
)
PROPOSED = LAW.replace("cinquante", "cent").replace("douze", "dix-huit")


@pytest.mark.parametrize(
    ("now", "share"),
    [
        (PROPOSED, WHOLE),
        (LAW, NONE),
        # One of two changes.
        (LAW.replace("cinquante", "cent"), PART),
        # Other words in the same places.
        (LAW.replace("cinquante", "quarante").replace("douze", "vingt"), NONE),
        # The words and more of the official's own.
        (PROPOSED.replace("trois ans", "deux ans"), WHOLE),
        (PROPOSED.replace("cent personnes", "cent vingt personnes"), WHOLE),
        # Only the words that it struck are gone, for other ones.
        (LAW.replace("douze mois", "délais fixés par règlement"), NONE),
        # The clause fell away.
        ("", NONE),
    ],
)
def test_what_stands_of_a_proposal(now: str, share: str) -> None:
    assert standing(LAW, PROPOSED, now).share == share


def test_what_stood_there_before_was_taken_by_nobody() -> None:
    first = LAW.replace("cinquante", "cent")
    assert standing(LAW, PROPOSED, first, before=first).share == NONE
    # The rest came later: now all of it stands, and something of it is new.
    assert standing(LAW, PROPOSED, PROPOSED, before=first).share == WHOLE
    assert standing(LAW, PROPOSED, PROPOSED, before=LAW).share == WHOLE


def test_striking_words_and_leaving_a_clause_out() -> None:
    struck = LAW.replace(" et mis à jour tous les trois ans", "")
    assert standing(LAW, struck, struck).share == WHOLE
    assert standing(LAW, struck, LAW).share == NONE
    assert standing(LAW, struck, LAW.replace(" tous les trois ans", "")).share == PART
    assert standing(LAW, "", "").share == WHOLE
    assert standing(LAW, "", LAW).share == NONE


def test_texts_too_long_to_compare_claim_nothing_but_where_they_begin_and_end_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proposed = "Le plan nomme un service responsable et fixe ses moyens humains."
    now = "Le plan décrit un service responsable et chiffre ses moyens humains."
    assert standing("", proposed, now).share == PART
    whole = standing("", proposed, proposed).share
    monkeypatch.setattr(diff, "MAX_WORK", 5)
    assert standing("", proposed, proposed).share == whole == WHOLE
    found = standing("", "avant tout un service " + "x y " * 9, "avant tout un moyen " + "y x " * 9)
    assert found.share == PART
    assert standing("", "un service " + "x y " * 9, "le moyen " + "y x z " * 9).share == NONE


def test_small_words_by_chance_make_nobody_an_author() -> None:
    proposed = LAW.replace("au ministre", "à la commission de la Chambre")
    chance = LAW.replace("au ministre", "à la présidente de la Cour")
    assert standing(LAW, proposed, chance).share == NONE


def test_a_comma_is_a_proposal_too() -> None:
    proposed = LAW.replace("personnes établit", "personnes, établit")
    assert standing(LAW, proposed, proposed).share == WHOLE
    assert standing(LAW, proposed, LAW).share == NONE


def test_it_says_where_they_stand() -> None:
    now = "Avant. " + PROPOSED
    spans = standing(LAW, PROPOSED, now).spans
    assert ["cent" in now[start:end] or "dix-huit" in now[start:end] for start, end in spans] == [
        True,
        True,
    ]


_TEXTS = st.lists(st.sampled_from(["plan ", "cent ", "mois. ", "la ", "ans, ", "\n"]), max_size=20)


@given(_TEXTS.map("".join), _TEXTS.map("".join), _TEXTS.map("".join))
def test_all_of_it_stands_in_itself_and_none_in_what_it_changes(
    base: str, proposed: str, other: str
) -> None:
    if " ".join(base.split()) == " ".join(proposed.split()):
        return
    assert standing(base, proposed, proposed).share == WHOLE
    assert standing(base, proposed, base).share == NONE
    assert standing(base, proposed, other, before=other).share == NONE
