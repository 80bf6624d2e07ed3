"""Where sentences end, in the ways in which four languages write law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.sentences import sentences, units


def split(text: str) -> list[str]:
    return [span.words for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Abbreviations before a number and between words.
        (
            "La commune veille, au sens de l’art. 3, al. 2, à l’entretien. Elle publie un plan.",
            [
                "La commune veille, au sens de l’art. 3, al. 2, à l’entretien.",
                "Elle publie un plan.",
            ],
        ),
        (
            "Die Gemeinde informiert, z. B. durch Aushang. Sie meldet gem. Art. 3 Abs. 2 die Zahl.",
            [
                "Die Gemeinde informiert, z. B. durch Aushang.",
                "Sie meldet gem. Art. 3 Abs. 2 die Zahl.",
            ],
        ),
        (
            "D’Gemeng hëlleft, z.B. Lëtzebuerg. Dat ass den 2. Abschnitt vum Gesetz.",
            ["D’Gemeng hëlleft, z.B. Lëtzebuerg.", "Dat ass den 2. Abschnitt vum Gesetz."],
        ),
        (
            "The Minister, e.g. Mr. Smith, decides. See No. 5 and Part 2! Is it certain?",
            ["The Minister, e.g. Mr. Smith, decides.", "See No. 5 and Part 2!", "Is it certain?"],
        ),
        # An ordinal is none where a sentence ends with a number.
        (
            "Das Gesetz tritt am 1. Januar 2027 in Kraft. Es gilt bis 2030. Danach gilt Satz 12. Ja.",
            [
                "Das Gesetz tritt am 1. Januar 2027 in Kraft.",
                "Es gilt bis 2030.",
                "Danach gilt Satz 12.",
                "Ja.",
            ],
        ),
        (
            "Voir l’article 1er. Les communes veillent.",
            ["Voir l’article 1er.", "Les communes veillent."],
        ),
        (
            "Le n° 3 vise le 1° et le 2°. Il est abrogé.",
            ["Le n° 3 vise le 1° et le 2°.", "Il est abrogé."],
        ),
        # Items are lines; what stands between semicolons on one line is one sentence.
        (
            "(1) Sont exemptés :\n1° les communes ; les syndicats ;\n2° l’État.\n\n(2) Fin du texte.",
            [
                "(1) Sont exemptés :",
                "1° les communes ; les syndicats ;",
                "2° l’État.",
                "(2) Fin du texte.",
            ],
        ),
        # Closing marks belong to the sentence that they close.
        (
            "Il écrit : « Nous sommes venus. » Puis il part. „Das ist so.“ Sie bleibt dort.",
            [
                "Il écrit : « Nous sommes venus. »",
                "Puis il part.",
                "„Das ist so.“",
                "Sie bleibt dort.",
            ],
        ),
        ("Ein Satz. »Ein anderer Satz folgt.«", ["Ein Satz. »Ein anderer Satz folgt.«"]),
        ("…\n—\n", []),
        ("", []),
    ],
)
def test_sentences_as_a_reader_would_point_at_them(text: str, expected: list[str]) -> None:
    assert split(text) == expected


LETTERS = st.text(alphabet="aBé1 .;:\n«»“z°’😀\u00a0", max_size=80)


@given(LETTERS)
def test_nothing_is_lost_and_nothing_overlaps(text: str) -> None:
    assert "".join(unit.words for unit in units(text)) == text
    end = 0
    for span in sentences(text):
        assert span.words == text[span.start : span.end] == span.words.strip()
        assert span.start >= end
        between = text[end : span.start]
        assert not any(character.isalnum() for character in between)
        end = span.end
    assert not any(character.isalnum() for character in text[end:])
