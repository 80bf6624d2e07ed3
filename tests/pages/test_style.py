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
