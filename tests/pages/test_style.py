import pytest

from tests.client import PageClient


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_every_component_stands_on_one_valid_page(client: PageClient, language: str) -> None:
    page = client.get(f"/style?lang={language}")
    assert len(page.all("form")) >= 2


def test_each_error_leads_to_its_control(client: PageClient) -> None:
    page = client.submit("/style", {"name": "x" * 121}, status=422)
    ids = {e.get("id") for e in page.root.iter()}
    targets = [
        link.get("href", "")[1:] for link in page.all("a") if link.get("href", "").startswith("#")
    ]
    assert len(targets) >= 10
    assert set(targets) <= ids


def test_static_files_of_this_build_are_kept_for_ever(client: PageClient) -> None:
    page = client.get("/style")
    address = page.all("script")[0].get("src", "")
    with client.client.get(address) as response:
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
    neighbour = address.replace("page.js", "once.js")
    for path, kept in ((neighbour, True), ("/static/000000000000/consult.css", False)):
        with client.client.get(path) as response:
            assert response.status_code == 200
            assert ("immutable" in response.headers["Cache-Control"]) is kept
