import pytest

from tests.client import PageClient


def test_the_first_page_answers(client: PageClient) -> None:
    assert client.get("/").status == 200


def test_an_unknown_address_is_explained_in_the_readers_language(client: PageClient) -> None:
    page = client.get("/nowhere", status=404, headers={"Accept-Language": "en"})
    assert page.h1 == "Page not found"


@pytest.mark.parametrize("number", ["1" * 18, "9" * 19, "9" * 40])
def test_a_number_that_no_column_holds_is_no_address(client: PageClient, number: str) -> None:
    client.get(f"/comments/{number}", status=404)
