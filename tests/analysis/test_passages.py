"""Sentences and passages: nothing lost, nothing torn, whatever people paste."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import find_passages
from analysis.names import people
from analysis.passages import MOST, SHORT
from analysis.sentences import MONSTROUS, Span, sentences
from analysis.units import runs
from analysis.words import tokenise
from tests.analysis.sentences import SENTENCES

ABOUT = {
    subject: " ".join(text for s, language, text in SENTENCES if (s, language) == (subject, "fr"))
    for subject in ("rent", "bike", "school", "trees", "waste")
}


def shown(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def words(text: str) -> int:
    return len(tokenise(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Un. Deux.", ["Un.", "Deux."]),
        ("Art. 24 doit rester. Merci", ["Art. 24 doit rester.", "Merci"]),
        ("30 km/h, z. B. hier.\nUnd dann?", ["30 km/h, z. B. hier.", "Und dann?"]),
        ("Der Dr. Muster kam am 3. Mai. Gut so!", ["Der Dr. Muster kam am 3. Mai.", "Gut so!"]),
        ("Il dit : « Non. » Et puis ?", ["Il dit : « Non. »", "Et puis ?"]),
        ("et voilà. puis rien. fini", ["et voilà.", "puis rien.", "fini"]),
        ("- plus de bus\n- plus de vélos", ["- plus de bus", "- plus de vélos"]),
        (
            "Eine lange Zeile aus einer E-Mail, die mitten im Satz\nabbricht. Und weiter.",
            ["Eine lange Zeile aus einer E-Mail, die mitten im Satz\nabbricht.", "Und weiter."],
        ),
        ("", []),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, found: list[str]) -> None:
    assert shown(text, sentences(text)) == found


def test_lines_that_a_machine_broke_are_joined() -> None:
    wrapped = (
        "Die Gemeinde hat uns versprochen, dass im neuen Viertel am\n"
        "Bahnhof Bäume gepflanzt werden. Bis heute steht dort kein\n"
        "Baum, und im Sommer ist es auf dem Platz vor dem Eingang so\n"
        "heiß, dass niemand dort warten will. Wir bitten den Rat um\n"
        "Auskunft, wann gepflanzt wird, und wer die Bäume gießt.\n"
    )
    assert [text.split()[0] for text in shown(wrapped, sentences(wrapped))] == ["Die", "Bis", "Wir"]


def test_a_passage_ends_where_the_subject_changes() -> None:
    bikes = "Le vélo demande une piste cyclable sûre, à vélo la piste de la gare est dangereuse. "
    trees = "Les arbres du parc donnent de l'ombre, un arbre coupé ne donne plus d'ombre au parc. "
    text = 5 * bikes + 5 * trees + 4 * bikes
    assert [start for start, _ in find_passages(text)] == [
        0,
        5 * len(bikes),
        5 * len(bikes) + 5 * len(trees),
    ]


def test_a_heading_stays_with_what_follows() -> None:
    text = "\n".join(
        ["Loyers", 2 * (ABOUT["rent"] + " "), "2. Vélos et pistes", 2 * (ABOUT["bike"] + " ")]
    )
    first, *_, last = shown(text, find_passages(text))
    assert first.startswith("Loyers\nLes loyers")
    assert any(p.startswith("2. Vélos et pistes\n") for p in shown(text, find_passages(text)))
    assert last.endswith("gare.")


def test_a_list_stays_with_the_words_that_announce_it() -> None:
    items = "\n".join(f"- {text}" for _, language, text in SENTENCES if language == "de")
    text = f"{ABOUT['waste']}\nWir verlangen:\n{items}"
    for passage in shown(text, find_passages(text)):
        assert not passage.endswith("verlangen:")


@pytest.mark.parametrize("text", ["Plus de bus.", " Un.\n\nDeux. \n", " ".join(["mot"] * SHORT)])
def test_a_short_text_is_one_passage(text: str) -> None:
    assert shown(text, find_passages(text)) == [text.strip()]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"wort{i}" for i in range(2000)),  # no sign at all
        " ".join(f"wort{i}," for i in range(2000)),
        "x" * 50_000,
        "IMMER NUR GROSS UND LAUT. " * 200,
        "\ufffdm\ufffdchte\ufffd, " * 900,
        "a\u0301" * 5_000,
        "Ja.\n" * 3_000,
        "。".join(["漢字"] * 3000),
    ],
)
def test_odd_texts_are_cut_somewhere(text: str) -> None:
    found = find_passages(text)
    assert len(found) > 1
    assert "".join("".join(p.split()) for p in shown(text, found)) == "".join(text.split())
    assert max(words(p) for p in shown(text, found)) <= 2 * MOST


def test_a_hundred_pages_take_less_than_a_second() -> None:
    text = "\n".join(" ".join(ABOUT.values()) for _ in range(250))
    assert words(text) > 50_000
    began = time.process_time()
    found = find_passages(text)
    assert time.process_time() - began < 1
    sizes = sorted(words(p) for p in shown(text, found))
    assert sizes[len(sizes) // 10] >= 30
    assert sizes[-1] <= MOST + 20
    assert found == find_passages(text)


SCRAPS = ("Et puis", "les loyers", "Wunneng", ".", "!", "?", ":", ";", ",", "\n", "\n\n", " ", "- ",
          "1) ", "ÄRGER", "z. B.", "«", "»", "\ufffd", "\u200b", "é", "e\u0301", "🙂", "x" * 30)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS) | st.text(max_size=5), max_size=400).map(" ".join))
def test_nothing_is_lost_and_no_sentence_torn(text: str) -> None:
    pieces, found = sentences(text), find_passages(text)
    for spans in (pieces, found):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(start < end for start, end in spans)
        assert all(p == p.strip() for p in shown(text, spans))
        left = [*zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)]
        assert not any(text[start:end].strip() for start, end in left)
    assert {start for start, _ in found} <= {start for start, _ in pieces}
    assert {end for _, end in found} <= {end for _, end in pieces}
    assert all(len(text[start:end].split()) <= MONSTROUS for start, end in pieces)


@pytest.mark.parametrize("scrap", ["a.", "1.1.1.1.", "a-", '" ', "@", "( ", "\n ", "Herr ", "a:"])
def test_signs_without_end_take_no_time(scrap: str) -> None:
    text = 20_000 * scrap
    began = time.process_time()
    find_passages(text)
    runs(text)
    people([text])
    assert time.process_time() - began < 2
