"""Vectors of sentences: stored, reused, and done without."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from analysis import Document, Learned, TopicReport, embed, encoder, find_topics
from analysis.reading import read
from tests.analysis.sentences import SENTENCES

SUBJECTS = [subject for subject, _, _ in SENTENCES]
DOCUMENTS = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]


@pytest.fixture(scope="module")
def first() -> TopicReport:
    return find_topics(DOCUMENTS, 5)


@pytest.fixture
def no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "available", lambda: False)


def test_a_vector_does_not_depend_on_its_company_but_for_the_last_bit() -> None:
    together = embed(DOCUMENTS[:20])
    assert together.shape == (20, encoder.DIMENSIONS)
    assert together.dtype == np.float16
    assert np.allclose(np.linalg.norm(together.astype(float), axis=1), 1, atol=1e-2)
    alone = np.vstack([embed([document]) for document in DOCUMENTS[:20]])
    assert np.allclose(together, alone, rtol=2**-9, atol=2**-14)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (
            "Les loyers sont trop chers pour les jeunes.",
            "D'Loyere si vill ze deier fir déi jonk Leit.",
            "D'Vëlospist laanscht d'Strooss ass geféierlech.",
        ),
        (
            "Die Busse fahren abends zu selten.",
            "Owes fuere vill ze wéineg Busser.",
            "Am Bësch gi vill Beem ofgehaen.",
        ),
    ],
)
def test_meaning_is_nearer_than_language(one: str, same: str, other: str) -> None:
    language = "fr" if one.startswith("Les") else "de"
    vectors = embed(
        [Document(1, one, language), Document(2, same, "lb"), Document(3, other, "lb")]
    ).astype(float)
    assert vectors[0] @ vectors[1] > vectors[2] @ vectors[1] + 0.1


def test_no_words_no_vector() -> None:
    assert not embed([Document(1, ""), Document(2, " … !"), Document(3, "🙂")]).any()


def test_a_long_text_is_read_to_its_end() -> None:
    rent = "The rent of our flat is far too high and rises every year. "
    bike = "We need a safe lane for bicycles along the main road. "
    alone, long = embed([Document(1, bike, "en"), Document(2, 30 * rent + 90 * bike, "en")])
    start = embed([Document(1, 30 * rent, "en")])[0]
    assert float(long.astype(float) @ alone.astype(float)) > float(
        start.astype(float) @ alone.astype(float)
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "fr", "de", "lb", "en", "und", "pt"]))
def test_any_text_is_taken(text: str, language: str | None) -> None:
    row = embed([Document("x", text, language)])[0].astype(float)
    assert np.isfinite(row).all()
    assert not row.any() or abs(np.linalg.norm(row) - 1) < 1e-2


def test_half_a_surrogate_pair_is_taken() -> None:
    assert embed([Document("x", "Ech sinn dofir \ud83d ganz kloer", "lb")]).any()


def test_what_was_stored_gives_the_same_topics(first: TopicReport) -> None:
    learned = first.learned
    assert learned is not None
    again = find_topics(
        DOCUMENTS,
        5,
        vectors=embed(DOCUMENTS),
        joint=first.joint,
        learned=Learned.from_bytes(learned.to_bytes()),
    )
    assert (again.labels == first.labels).all()
    assert (again.joint == first.joint).all()
    assert again.learned is not None
    assert again.learned.n_texts == learned.n_texts


def test_what_is_damaged_is_refused(first: TopicReport) -> None:
    assert first.learned is not None
    stored = first.learned.to_bytes()
    torn = [stored[:place] for place in (0, 1, 100, len(stored) // 2, len(stored) - 1)]
    for place in range(0, len(stored), len(stored) // 60):
        torn.append(
            stored[:place]
            + bytes(256 - byte & 255 for byte in stored[place : place + 40])
            + stored[place + 40 :]
        )
    for damaged in torn:
        with pytest.raises(ValueError, match=r"."):
            Learned.from_bytes(damaged)


def test_new_texts_are_placed_by_what_was_learned_before(first: TopicReport) -> None:
    text = "Mon propriétaire augmente encore le loyer de mon appartement."
    joint = np.vstack([first.joint, np.zeros((1, first.joint.shape[1]), np.float16)])
    grown = find_topics([*DOCUMENTS, Document("new", text)], 5, joint=joint, learned=first.learned)
    assert (grown.joint[:-1] == first.joint).all()
    assert grown.joint[-1].any()
    assert grown.card["learned_from"] == first.card["learned_from"]
    assert grown.labels[-1] == grown.labels[SUBJECTS.index("rent")]


def test_what_was_written_down_places_texts_as_before_and_holds_nobodys_words(
    first: TopicReport,
) -> None:
    learned = first.learned
    assert learned is not None
    stored = learned.to_bytes()
    readings = [read(Document("new", "Mon loyer est trop cher pour mon appartement.", "fr"))]
    sentences = embed([Document("new", "Mon loyer est trop cher pour mon appartement.", "fr")])
    restored = Learned.from_bytes(stored).vectors(readings, sentences)
    # words that are encoded in other company may differ in the last bit that is kept
    assert np.allclose(restored, learned.vectors(readings, sentences), atol=2**-10)
    assert not np.allclose(
        restored, learned.vectors([replace(readings[0], words=[])], sentences), atol=2**-10
    )
    with np.load(io.BytesIO(stored)) as arrays:
        words = {name: array for name, array in arrays.items() if array.dtype.kind not in "buif"}
    assert {str(array) for array in words.values()} <= {"joint", "", "fr", "de", "lb", "en"}


def test_a_corpus_grown_by_a_fifth_is_learned_anew() -> None:
    half = find_topics(DOCUMENTS[::2], 5)
    joint = np.zeros((len(DOCUMENTS), half.joint.shape[1]), np.float16)
    joint[::2] = half.joint
    grown = find_topics(DOCUMENTS, 5, joint=joint, learned=half.learned)
    fresh = find_topics(DOCUMENTS, 5)
    assert grown.card["learned_from"] == fresh.card["learned_from"]
    assert (grown.labels == fresh.labels).all()


@pytest.mark.parametrize("wrong", ["vectors", "joint", "columns", "infinite"])
def test_rows_that_do_not_fit_are_refused(wrong: str, first: TopicReport) -> None:
    given_rows = {
        "vectors": {"vectors": np.zeros((1, encoder.DIMENSIONS), np.float16)},
        "joint": {"joint": first.joint[1:], "learned": first.learned},
        "columns": {"vectors": np.zeros((len(DOCUMENTS), 3), np.float16)},
        "infinite": {"vectors": np.full((len(DOCUMENTS), encoder.DIMENSIONS), np.inf, np.float16)},
    }[wrong]
    with pytest.raises(ValueError, match=r"one row for each document|columns|finite"):
        find_topics(DOCUMENTS, 5, **given_rows)  # type: ignore[arg-type]


@pytest.mark.usefixtures("no_encoder")
def test_without_the_encoder_words_and_letters_do() -> None:
    report = find_topics(DOCUMENTS, 5)
    assert adjusted_rand_score(SUBJECTS, report.labels) > 0.9
    assert report.card["encoder"] is None
    assert "not installed" in report.card["note"]
    assert (report.assign(DOCUMENTS) == report.labels).all()
    learned = report.learned
    assert learned is not None
    restored = Learned.from_bytes(learned.to_bytes())
    again = find_topics(DOCUMENTS, 5, joint=report.joint, learned=restored)
    assert (again.labels == report.labels).all()


def test_what_was_learned_with_the_encoder_is_not_used_without_it(
    first: TopicReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "available", lambda: False)
    report = find_topics(DOCUMENTS, 5, joint=first.joint, learned=first.learned)
    assert report.card["encoder"] is None
    assert report.learned is not None
    assert not report.learned.needs_sentences


def test_the_card_names_the_encoder(first: TopicReport) -> None:
    assert first.card["encoder"] == encoder.NAME
    assert encoder.PACKAGE in first.card["versions"]
    assert "note" not in first.card
    json.dumps(first.card)
