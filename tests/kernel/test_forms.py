"""What forms say of a field, in the language of the page."""

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
