"""Campaigns: letters sent many times, what people added, and one letter more."""

import pickle
import random
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Campaign, CampaignIndex, Document, KnownLetter, find_campaigns
from analysis.additions import Letter
from analysis.duplicates import _Comparing, groups, shingles
from analysis.letters import Template, compared, starts
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


def test_a_text_half_of_which_is_own_joins_the_letter_that_it_takes_over() -> None:
    parts = LETTER.split(". ")
    own = " ".join(text for _, language, text in SENTENCES if language == "de")
    half = f"{parts[0]}. {own[:120]}. {parts[2]}"
    (campaign,) = find_campaigns([Document(i, t) for i, t in enumerate([LETTER, LETTER, half])])
    assert campaign.member_ids == [0, 1, 2]


@pytest.mark.parametrize("marks", ["„%s“", "«%s»", "« %s »", "“%s”", '"%s"'])
def test_a_whole_letter_in_quotation_marks_does_not_join(marks: str) -> None:
    answer = "Diesen Brief habe ich auch bekommen, und ich finde ihn falsch: " + marks % LETTER
    answer += " Wer so etwas schreibt, ist nie mit dem Bus gefahren und kennt das Dorf nicht."
    sent = "Hier ist mein Brief: " + marks % LETTER
    (campaign,) = find_campaigns(
        [Document(i, t) for i, t in enumerate([LETTER, answer, LETTER, sent])]
    )
    assert campaign.member_ids == [0, 2, 3]


def test_a_common_link_makes_no_campaign() -> None:
    link = "https://example.org/consultations/rent/opinions/how-to-cap-the-rent-in-the-capital/vote"
    texts = [f"{text} {link}" for _, language, text in SENTENCES if language == "en"]
    assert find_campaigns([Document(i, text) for i, text in enumerate(texts)]) == []


OPPOSITE = LETTER.replace("Ich lehne", "Ich unterstütze").replace("Straße ab.", "Straße.")


def test_letters_turned_round_are_a_variant_of_their_own() -> None:
    texts = [LETTER, LETTER, OPPOSITE, f"{OPPOSITE} {OWN}", f"{LETTER} {OWN}", LETTER]
    campaigns = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    assert [(c.member_ids, c.variant_of) for c in campaigns] == [([0, 1, 4, 5], None), ([2, 3], 0)]
    assert campaigns[1].template_id == 2
    assert [texts[3][a:b] for a, b in campaigns[1].additions[3]] == [OWN]


def test_one_letter_turned_round_is_in_no_campaign() -> None:
    texts = [LETTER, LETTER.lower(), OPPOSITE]
    (campaign,) = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    assert campaign.member_ids == [0, 1]


def test_a_letter_with_one_copy_and_two_opposites_leaves_no_dangling_variant() -> None:
    texts = [LETTER, OPPOSITE, OPPOSITE + " Danke!"]
    (campaign,) = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    assert (campaign.member_ids, campaign.variant_of) == ([1, 2], None)


def test_short_letters_and_their_opposites_know_each_other() -> None:
    texts = ["Oui au projet de tram."] * 3 + ["Non au projet de tram."] * 2
    campaigns = find_campaigns([Document(i, text, "fr") for i, text in enumerate(texts)])
    assert [(c.member_ids, c.variant_of) for c in campaigns] == [([0, 1, 2], None), ([3, 4], 0)]


def test_a_negation_in_what_people_added_splits_nothing() -> None:
    texts = [LETTER, LETTER, f"{LETTER} Ich will das nicht, und niemand hat mich gefragt."]
    texts.append(LETTER.replace("Dorfes und", "Dorfes, das ist nicht hinzunehmen, und"))
    (campaign,) = find_campaigns([Document(i, text) for i, text in enumerate(texts)])
    assert campaign.member_ids == [0, 1, 2, 3]


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


def _index(campaigns: list[Campaign]) -> CampaignIndex:
    return CampaignIndex(KnownLetter(c.template_id, c.template, c.variant_of) for c in campaigns)


def _edited(letter: str, chance: random.Random) -> str:
    """As many people send it: as it is, with a greeting, or with a word changed here and there."""
    how = chance.randrange(3)
    if how == 0:
        return letter
    if how == 1:
        return f"Sehr geehrte Frau Ministerin,\n\n{letter}\n\nMit freundlichen Grüßen\nAnna Weber"
    words = letter.split()
    for _ in range(len(words) // 16):
        words[chance.randrange(len(words))] = f"wort{chance.randrange(1000)}"
    return " ".join(words)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_a_letter_that_was_found_in_a_campaign_joins_it(seed: int) -> None:
    chance = random.Random(seed)
    texts = []
    for _ in range(4):
        language = chance.choice(["fr", "de", "en"])
        pool = [text for _, code, text in SENTENCES if code == language]
        letter = " ".join(chance.sample(pool, 5))
        texts += [_edited(letter, chance) for _ in range(8)]
    documents = [Document(i, text) for i, text in enumerate([LETTER, OPPOSITE] * 2 + texts)]
    campaigns = find_campaigns(documents)
    home = {member: c.template_id for c in campaigns for member in c.member_ids}
    index = _index(campaigns)
    for document in documents:
        joined = index.join(document)
        assert (joined.letter_id if joined else None) == home.get(document.id)
        if joined:
            (campaign,) = (c for c in campaigns if c.template_id == joined.letter_id)
            assert joined.additions == campaign.additions.get(document.id, [])


def test_one_letter_more_joins_its_side_or_none() -> None:
    index = CampaignIndex([KnownLetter("no", LETTER), KnownLetter("yes", OPPOSITE, "no")])
    for letter, name in ((LETTER, "no"), (OPPOSITE, "yes")):
        joined = index.join(Document(1, f"{letter} {OWN}"))
        assert joined is not None
        assert joined.letter_id == name
        assert [f"{letter} {OWN}"[a:b] for a, b in joined.additions] == [OWN]
    assert CampaignIndex([KnownLetter("no", LETTER)]).join(Document(1, OPPOSITE)) is None
    assert index.join(Document(1, SENTENCES[0][2])) is None
    assert index.join(Document(1, "")) is None
    assert CampaignIndex([]).join(Document(1, LETTER)) is None


def test_what_is_said_nothing_of_is_found_to_be_a_variant() -> None:
    """A text without the sentence that turns round belongs to the earlier letter."""
    neutral = LETTER.split(". ", maxsplit=1)[1]
    index = CampaignIndex([KnownLetter(1, LETTER), KnownLetter(2, OPPOSITE)])
    joined = index.join(Document(9, neutral))
    assert joined is not None
    assert joined.letter_id == 1


def test_an_index_is_refused_letters_that_do_not_fit_together() -> None:
    with pytest.raises(ValueError, match="one id"):
        CampaignIndex([KnownLetter(1, LETTER), KnownLetter(1, OPPOSITE)])
    with pytest.raises(ValueError, match="no letter 2"):
        CampaignIndex([KnownLetter(1, LETTER, 2)])


def test_an_index_of_many_letters_is_asked_in_milliseconds_and_can_be_pickled() -> None:
    chance = random.Random(1)
    pool = [text for _, _, text in SENTENCES]
    letters = [KnownLetter(i, " ".join(chance.sample(pool, 6))) for i in range(200)]
    index = pickle.loads(pickle.dumps(CampaignIndex(letters)))
    asked = [Document(letter.id, f"Moien! {letter.text} {OWN}") for letter in letters]
    began = time.process_time()
    answers = [index.join(document) for document in asked]
    assert (time.process_time() - began) / len(asked) < 0.05
    assert (
        sum(a is not None and a.letter_id == d.id for a, d in zip(answers, asked, strict=True))
        > 190
    )


@pytest.mark.parametrize(
    "odd", ["!" * 50_000, "a" * 50_000 + " @ ", "«a " * 20_000, '"' * 20_001, ".)" * 20_000 + "a"]
)
def test_odd_texts_take_no_longer_than_others(odd: str) -> None:
    began = time.process_time()
    find_campaigns([Document(i, f"{odd} {LETTER} Nein {i}") for i in range(2)])
    assert time.process_time() - began < 5


def test_a_salutation_that_all_begin_with_does_not_lay_all_beside_all() -> None:
    chance = random.Random(0)
    texts = []
    for _ in range(1_000):
        body = " ".join(f"w{chance.randrange(20_000)}" for _ in range(40))
        texts += [compared(f"Sehr geehrte Damen und Herren, {body} {own}") for own in "ab"]
    tracemalloc.start()
    leader = groups(texts)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.bincount(leader).max() == 2
    assert most < 30_000_000


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=4, max_size=40)


def test_among_letters_with_one_salutation_one_more_is_asked_in_milliseconds() -> None:
    chance = random.Random(0)
    letters = []
    for number in range(4_000):
        body = " ".join(f"w{chance.randrange(20_000)}" for _ in range(30))
        text = f"Sehr geehrte Damen und Herren, {body} Mit freundlichen Grüßen Ihr Nachbar"
        letters.append(KnownLetter(number, text, language="de"))
    index = CampaignIndex(letters)
    began = time.process_time()
    for letter in letters[:40]:
        joined = index.join(Document("new", letter.text))
        assert joined is not None
        assert joined.letter_id == letter.id
    assert (time.process_time() - began) / 40 < 0.02


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=2, max_size=8), st.sampled_from(["", "x y z v w "]))
def test_no_text_that_fits_a_letter_is_passed_over(texts: list[list[str]], first: str) -> None:
    texts = [first.split() + text for text in texts]
    templates = [Template(" ".join(words)) for words in texts]
    comparing = _Comparing(texts, shingles(texts), lambda i: starts(templates[i].text))
    every = np.arange(len(texts))
    row, head, _ = comparing.fitting(every, every)
    assert {(int(i), int(k)) for i, k in zip(row, head, strict=True)} == {
        (i, k)
        for i in range(len(texts))
        for k in range(len(texts))
        if templates[k].likeness(templates[i]) is not None
    }


def test_campaigns_are_the_same_in_any_process() -> None:
    code = (
        "from analysis import Document, find_campaigns\n"
        "from tests.analysis.test_campaigns import LETTER, OPPOSITE, OWN\n"
        "texts = [LETTER, OPPOSITE, LETTER + OWN, OPPOSITE + OWN, OWN + LETTER, OWN] * 3\n"
        "print(find_campaigns([Document(i, text) for i, text in enumerate(texts)]))"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second
    assert first.count("variant_of=") == 3
    assert first.count("variant_of=None") == 2
