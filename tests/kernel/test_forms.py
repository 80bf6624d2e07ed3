"""What forms say of a field, in the language of the page."""

import io

import pytest

from tests.client import PageClient


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Ce texte compte 100 caractères. La limite est de 80."),
        ("de", "Das sind 100 Zeichen. Möglich sind höchstens 80."),
        ("lb", "Dat sinn 100 Zeechen. Méiglech sinn héchstens 80."),
        ("en", "This has 100 characters. There is room for 80."),
    ],
)
def test_a_field_that_is_too_long_is_explained_in_the_language_of_the_page(
    client: PageClient, language: str, said: str
) -> None:
    page = client.submit(f"/receipt?lang={language}", {"code": "A" * 100}, status=422)
    assert said in page.text


def test_no_sentence_of_the_forms_library_is_shown_in_english(client: PageClient) -> None:
    page = client.submit("/style?lang=fr", {"language": "xx", "topics": "zz"}, status=422)
    assert "Veuillez choisir l’une des possibilités proposées." in page.text
    assert "valid" not in page.text.replace("validit", "")


def test_a_file_or_json_in_the_place_of_words_is_no_words(client: PageClient) -> None:
    form = client.get("/style?lang=en").form()
    without = client.post("/style", {**form, "words": ""}, 422)
    file = {**form, "words": (io.BytesIO(b"words"), "words.txt")}
    assert client.post("/style", file, 422).text == without.text
    headers = {"X-CSRFToken": form["csrf_token"]}
    sent = client.client.post("/style", json={"words": {"a": 1}}, headers=headers)
    assert sent.status_code == 422
