"""Titles of topics: headings from people's own phrases, never a scrap, never a person."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Document, find_topics
from analysis.keywords import marks
from analysis.names import people
from analysis.reading import read
from analysis.stopwords import STOP_WORDS
from analysis.titles import titles
from analysis.units import UNIT, runs
from tests.analysis.sentences import SENTENCES

TRANSPORT = {
    "fr": [
        "Les transports publics gratuits sont une bonne chose pour tout le monde.",
        "Je veux des transports publics plus fréquents le soir.",
        "Sans transports publics, je ne peux pas aller travailler.",
        "Il faut investir dans les transports publics, pas dans les routes.",
    ],
    "de": [
        "Wir müssen den öffentlichen Verkehr endlich ausbauen.",
        "Im öffentlichen Verkehr fehlen am Abend die Sitzplätze.",
        "Wer auf den öffentlichen Verkehr umsteigt, soll belohnt werden.",
        "Ein Dorf ohne Anschluss an den öffentlichen Verkehr stirbt aus.",
    ],
    "lb": [
        "Den ëffentlechen Transport muss besser ginn.",
        "Ech fuere gär mam ëffentlechen Transport op d'Aarbecht.",
        "Fir den ëffentlechen Transport soll méi Geld do sinn.",
        "Owes gëtt et keen ëffentlechen Transport am Duerf.",
    ],
    "en": [
        "We need public transport that runs at night.",
        "Without public transport I cannot get to my work.",
        "Public transport should be free for the young.",
        "Put the money into public transport and not into roads.",
    ],
}
RENT = {
    "fr": ["Le loyer modéré est rare.", "Nous cherchons un loyer modéré.", "Un loyer modéré aide."],
    "de": ["Die Miete ist zu hoch.", "Bezahlbare Wohnungen fehlen.", "Bezahlbare Wohnungen bauen!"],
    "lb": ["Et feelt u bezuelbare Wunnengen.", "Bezuelbar Wunnengen, wann ech gelift."],
    "en": ["Affordable housing is rare.", "Build affordable housing now.", "Rents rise and rise."],
}


def titled(*topics: list[str], language: str | None = None) -> list[dict[str, str]]:
    """The titles of topics given by their texts."""
    texts = [text for topic in topics for text in topic]
    labels = np.repeat(np.arange(len(topics)), [len(topic) for topic in topics])
    readings = [read(Document(i, text, language)) for i, text in enumerate(texts)]
    away = np.ones((len(texts), len(topics)), np.float32)
    found = titles(texts, readings, labels, away, marks(readings, labels, len(topics)))
    return [{code: title.text for code, title in topic.items()} for topic in found]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Transports publics"),
        ("de", "Öffentlicher Verkehr"),  # nobody wrote it in the nominative
        ("lb", "Ëffentlechen Transport"),
        ("en", "Public transport"),
    ],
)
def test_a_title_is_a_phrase_that_several_people_use(language: str, title: str) -> None:
    transport, rent = titled(TRANSPORT[language], RENT[language], language=language)
    assert transport[language] == title
    assert rent[language] != title


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["Mehr Geld für das bedingungslose Grundeinkommen", "Ein bedingungsloses Grundeinkommen"],
         "Bedingungsloses Grundeinkommen"),
        (["Steuern auf die großen Vermögen", "Mit großen Vermögen ist es so", "Große Vermögen"],
         "Große Vermögen"),
        (["Photovoltaik auf allen Dächern", "Strom von den flachen Dächern", "An flachen Dächern"],
         "Flache Dächer"),
        (["Mit öffentlichen Verkehrsmitteln fahren", "Sitze in öffentlichen Verkehrsmitteln"],
         "Öffentliche Verkehrsmittel"),
        (["Straßen im ländlichen Raum", "Wir im ländlichen Raum", "Kleinerer Raum im Haus"],
         "Ländlicher Raum"),
        (["Jede breite Straße hilft", "Auf breiten Straßen", "An breiten Straßen"], "Breite Straßen"),
        (["Der Ausbau der erneuerbaren Energien", "Ein Ausbau erneuerbarer Energien ist teuer"],
         "Ausbau der erneuerbaren Energien"),
        (["Die CO2-Steuer ist falsch", "Eine CO2-Steuer hilft", "Keine CO2-Steuer"], "CO2-Steuer"),
        (["Die Rad- und Fußwege enden", "Es gibt keine Rad- und Fußwege"], "Rad- und Fußwege"),
        (["Viele Bürger:innen fragen", "Die Bürger:innen zahlen"], "Bürger:innen"),
    ],
)  # fmt: skip
def test_german_stands_in_the_nominative(texts: list[str], title: str) -> None:
    assert titled(texts, RENT["de"], language="de")[0]["de"] == title


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["Le calcul de l'impôt est opaque", "Simplifier le calcul de l'impôt"], "Calcul de l’impôt"),
        (["Une MISE EN place lente ? Le loyer trop cher !", "Un loyer trop cher"], "Loyer trop cher"),
        (["La prise en charge des soins", "Améliorer la prise en charge des soins"],
         "Prise en charge des soins"),
        (["Le prix du logement à Luxembourg", "Les prix du logement à Luxembourg montent"],
         "Prix du logement à Luxembourg"),
    ],
)  # fmt: skip
def test_french_small_words_stand_within(texts: list[str], title: str) -> None:
    assert titled(texts, TRANSPORT["fr"], language="fr")[0]["fr"] == title


def test_a_verb_makes_no_title() -> None:
    texts = [
        "Urbanization leads to noise.",
        "Urbanization leads people to the city.",
        "It leads the young to leave when urbanization leads the way.",
    ]
    assert "leads" not in titled(texts, TRANSPORT["en"], language="en")[0]["en"].lower()


def test_nobody_is_named() -> None:
    texts = [
        "Frau Bettina Schmitz soll die Schule bauen, sagt Herr Dr. von Waldbrunn.",
        "Die Schule von Bettina Schmitz, das fragte Herr von Waldbrunn.",
        "Schmitz und Waldbrunn bauen eine Schule; bettina.schmitz@example.org, 621 123 456.",
        "Schreiben Sie an bettina.schmitz@example.org wegen der Schule, Tel. 621 123 456.",
    ]
    assert {"bettina", "schmitz", "waldbrunn"} <= people(texts)
    assert "bauer" not in people(["Herr Bauer mäht.", *["Die Bauer und der Bauer."] * 5])
    title = titled(texts, TRANSPORT["de"], language="de")[0]["de"]
    assert title == "Schule"
    written = titled(["Emmanuel Macron decides.", "Macron decides taxes."], TRANSPORT["en"])
    assert "acron" not in str(written)


def test_without_a_common_phrase_the_nouns_stand_in_a_row() -> None:
    nouns = titled([t for s, spoken, t in SENTENCES if (s, spoken) == ("rent", "fr")], RENT["lb"])
    assert nouns[0]["fr"] == "Loyers, appartement, logements"


def test_a_phrase_that_reaches_few_takes_a_second_to_it() -> None:
    more = [f"Gratis Parkplätze am Bahnhof, Nummer {word}." for word in ("vier", "acht", "zwei")]
    others = [
        "Der Bus fehlt.",
        "Ohne Bus geht nichts.",
        "Ein Bus hilft.",
        "Bus und Bahn.",
        "Busse!",
    ]
    wide, _ = titled([*TRANSPORT["de"], *more, *others], RENT["de"], language="de")
    assert wide["de"] == "Öffentlicher Verkehr und Bus"
    assert titled(TRANSPORT["de"], RENT["de"])[0]["de"] == "Öffentlicher Verkehr"


def test_two_topics_do_not_share_a_title() -> None:
    first, second = titled(TRANSPORT["en"], [*TRANSPORT["en"][:3], "Buses and trams."])
    assert first["en"] != second["en"]


def test_a_language_spoken_only_far_from_the_centre_gives_no_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analysis.titles.MOST_TEXTS", 2)
    assert "fr" not in titled(TRANSPORT["fr"], [*TRANSPORT["lb"], *RENT["fr"]])[1]


def test_a_campaign_does_not_choose_the_title() -> None:
    letter = "Die große Brücke über den Fluss muss saniert werden, die große Brücke wackelt."
    flood = [Document(f"letter {i}", letter) for i in range(50)]
    own = [Document(i, text, "de") for i, text in enumerate(TRANSPORT["de"])]
    (topic,) = find_topics([*own, *flood], 1).topics
    assert topic.title["de"] == "Öffentlicher Verkehr"


def test_a_language_of_which_no_text_is_read_has_no_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.titles.MOST_TEXTS", 8)  # four of each topic
    german, english = titled([*TRANSPORT["de"], *TRANSPORT["en"]], TRANSPORT["en"])
    assert set(german) == {"de"}
    assert set(english) == {"en"}


def test_runs_end_where_a_phrase_ends() -> None:
    text = "Mehr Rad- und Fußwege, bitte! Siehe www.example.org/a-b (von a@b.lu)\nL'eau du robinet"
    written = [[unit.written for unit in run] for run in runs(text)]
    assert written == [
        ["Mehr", "Rad", "und", "Fußwege"], ["bitte"], ["Siehe"], ["von"], ["L", "eau", "du", "robinet"],
    ]  # fmt: skip
    assert runs("WARUM SCHREIT IHR ALLE SO?") == []
    assert all(text[u.start : u.end] == u.written for run in runs(text) for u in run)


SCRAPS = (
    "der die neue Straße Straßen Bus im gut le loyer cher d'eau à Luxembourg the housing should of "
    "12345 12 a@b.lu Frau , . - VËLO Vëlo déi https://x.lu/y 🙂 l’ É̂té"
)
WORDS = st.sampled_from([*SCRAPS.split(), "Herr Müller"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(WORDS | st.text(max_size=6), max_size=9).map(" ".join), min_size=2, max_size=12
    ),
    st.sampled_from(["fr", "de", "lb", "en", "und"]),
)
def test_a_title_is_clean_whatever_people_write(texts: list[str], language: str) -> None:
    half = len(texts) // 2
    for topic in titled(texts[:half], texts[half:], language=language):
        for code, title in topic.items():
            words = UNIT.findall(title)
            assert title == " ".join(title.split())
            assert title[0] == title[0].upper()
            assert "@" not in title
            assert "12345" not in title
            assert "Müller" not in title
            assert words[0].lower() not in STOP_WORDS[code] | {"herr"}
            assert words[-1].lower() not in STOP_WORDS[code] | {"herr"}
