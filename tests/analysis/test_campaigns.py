"""Campaigns: letters sent many times, and what people added."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Document, find_campaigns
from analysis.additions import Letter
from tests.analysis.sentences import SENTENCES

LETTER = (
    "Ich lehne den geplanten Ausbau der Straße ab. Er zerstört den Wald am Rand des Dorfes und "
    "bringt noch mehr Lärm in unsere Häuser. Stattdessen fordern wir einen Bus im Takt von zehn "
    "Minuten und sichere Radwege bis zum Bahnhof."
)
OWN = "Meine Tochter wurde dort im März beinahe angefahren, seither holen wir sie ab!"


def test_copies_edits_and_additions_are_one_campaign() -> None:
    texts = {
        "a": LETTER,
        "b": LETTER.upper(),
        "c": LETTER.replace("Wald", "Park").replace("zehn", "fünfzehn"),
        "d": f"Sehr geehrte Frau Ministerin,\n{OWN} {LETTER}\nMit freundlichen Grüßen\nAnna Weber",
        "e": "Stattdessen fordern wir einen Bus im Takt von zehn Minuten und sichere Radwege bis "
        "zum Bahnhof. Ich lehne den geplanten Ausbau der Straße ab.",
    }
    others = {text: text for _, _, text in SENTENCES}
    documents = [Document(i, text) for i, text in {**others, **texts}.items()]
    (campaign,) = find_campaigns(documents)
    assert campaign.member_ids == list("abcde")
    assert campaign.template == LETTER
    assert campaign.template_id == "a"
    assert list(campaign.additions) == ["d"]
    assert [texts["d"][start:end] for start, end in campaign.additions["d"]] == [OWN]


def test_a_quoted_sentence_does_not_join() -> None:
    quoting = f"{LETTER.split('. ', maxsplit=1)[0]}, so steht es im Brief. " + " ".join(
        text for _, language, text in SENTENCES if language == "de"
    )
    assert find_campaigns([Document(1, LETTER), Document(2, quoting)]) == []


def test_a_letter_inside_a_longer_own_text_joins() -> None:
    own = " ".join(text for _, language, text in SENTENCES[:20] if language == "de")
    (campaign,) = find_campaigns(
        [Document(i, t) for i, t in enumerate([LETTER, LETTER, LETTER + own])]
    )
    assert campaign.member_ids == [0, 1, 2]


def test_short_sentences_of_one_form_stay_apart() -> None:
    documents = [
        Document(1, "Wir brauchen mehr Platz für Radfahrer."),
        Document(2, "Wir brauchen mehr Platz für Fußgänger."),
        Document(3, "Danke sehr"),
        Document(4, "Danke sehr"),
    ]
    assert find_campaigns(documents) == []


def test_steps_do_not_chain_into_one_campaign() -> None:
    words = [f"w{i}" for i in range(400)]
    texts = [" ".join(words[i : i + 60]) for i in range(0, 340, 20)]
    campaigns = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    assert all(len(campaign.member_ids) <= 3 for campaign in campaigns)


def test_a_large_edited_campaign_stays_whole() -> None:
    chance = random.Random(3)
    pool = [text for _, language, text in SENTENCES if language == "fr"]
    letter = " ".join(pool[:6])
    edited = []
    for i in range(300):
        words = letter.split()
        for _ in range(4):
            words[chance.randrange(len(words))] = f"mot{chance.randrange(1000)}"
        edited.append(Document(i, " ".join(words)))
    (campaign,) = find_campaigns(edited)
    assert len(campaign.member_ids) == 300


def test_two_documents_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="the id 1"):
        find_campaigns([Document(1, "a"), Document(1, "b")])


TEXTS = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from([text for _, _, text in SENTENCES])), max_size=6
).map(" ".join)


@given(TEXTS, TEXTS)
def test_additions_lie_in_the_text_apart_and_in_order(template: str, text: str) -> None:
    found = Letter(template).additions(text)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(not text[a:b][:1].isspace() and not text[a:b][-1:].isspace() for a, b in found)


@given(TEXTS)
def test_a_copy_adds_nothing(text: str) -> None:
    assert Letter(text).additions(text) == []


@settings(max_examples=25)
@given(st.lists(TEXTS, max_size=8))
def test_a_document_is_in_one_campaign_at_most(texts: list[str]) -> None:
    campaigns = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    members = [member for campaign in campaigns for member in campaign.member_ids]
    assert len(members) == len(set(members))
    assert all(len(campaign.member_ids) > 1 for campaign in campaigns)
    assert all(campaign.template_id in campaign.member_ids for campaign in campaigns)
