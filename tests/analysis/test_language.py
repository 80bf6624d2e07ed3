"""Language: four of them, cheaply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import LANGUAGES, SURE, detect
from tests.analysis.sentences import SENTENCES


@pytest.mark.parametrize(("language", "text"), [(lang, text) for _, lang, text in SENTENCES])
def test_every_sentence_is_recognised(language: str, text: str) -> None:
    found, confidence = detect(text)
    assert found == language
    assert confidence > 0.9


def test_as_good_as_the_model_it_was_distilled_from() -> None:
    """On the first four words, where it is hard: no more than two more errors in sixty."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(LANGUAGES))
    cut = [(lang, " ".join(text.split()[:4])) for _, lang, text in SENTENCES]
    ours = sum(detect(text)[0] not in {lang, None} for lang, text in cut)
    theirs = sum(model.classify(text)[0] != lang for lang, text in cut)
    assert ours <= theirs + 2


def test_a_hint_decides_only_what_the_words_leave_open() -> None:
    assert detect("ok")[0] is None
    assert detect("ok", hint="lb")[0] == "lb"
    assert detect("Les loyers sont trop chers en ville.", hint="de")[0] == "fr"
    assert detect("ok", hint="tlh")[0] is None


@pytest.mark.parametrize("text", ["", "   ", "123 !!", "👍👍"])
def test_without_letters_there_is_no_language(text: str) -> None:
    assert detect(text, hint="fr") == (None, 0.0)


def test_capitals_are_no_language_of_their_own() -> None:
    assert detect("LES LOYERS SONT TROP CHERS EN VILLE")[0] == "fr"


@given(st.text(), st.sampled_from([None, *LANGUAGES]))
def test_any_text_gets_an_answer(text: str, hint: str | None) -> None:
    language, confidence = detect(text, hint)
    assert language in {None, *LANGUAGES}
    assert 0 <= confidence <= 1
    assert (language is None) == (confidence < SURE)
