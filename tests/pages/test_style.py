import re
from pathlib import Path

import pytest

from tests.client import PageClient

TEMPLATES = Path(__file__).parents[2] / "templates"
# What the page does not show: the frame that stands around every page, /style too; the two rows and the
# head of a consultation and the map of a campaign, which are links into one; what a script unhides; and
# the bare options and names of which other parts are made.
NOT_THERE = {
    "mark", "site_links", "skip_link",
    "consultation_head", "desk_links",
    "kept",
    "additions", "campaign", "clause_options",
}  # fmt: skip


def test_every_part_that_shows_something_stands_on_the_page() -> None:
    def used(path: Path) -> set[str]:
        named = re.findall(r'"(?:components/(\w+)|pages/style/(_\w+))\.html"', path.read_text())
        return {name or f"../pages/style/{part}" for name, part in named}

    seen: set[str] = set()
    waiting = {"../pages/style/index"}
    while waiting:
        seen |= waiting
        waiting = {n for name in waiting for n in used(TEMPLATES / "components" / f"{name}.html")}
        waiting -= seen
    every = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    assert every - seen == NOT_THERE


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_every_component_stands_on_one_valid_page(client: PageClient, language: str) -> None:
    page = client.get(f"/style?lang={language}")
    assert len(page.all("form")) >= 2
    # Words of another language are marked, and the marks themselves are not read out.
    assert "<span" not in page.text


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


def test_an_error_page_is_shown_even_when_the_database_is_gone(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frame around the error must not ask who is signed in."""

    def gone(*_: object) -> None:
        raise RuntimeError("the database does not answer")

    with client.client.session_transaction() as cookie:
        cookie["_user_id"] = "a token"
    monkeypatch.setattr("consult.accounts.queries.signed_in", gone)
    page = client.get("/nowhere", status=404)
    assert "/contact" in page.links().values()


def test_the_language_of_a_refused_form_changes_in_place(client: PageClient) -> None:
    page = client.submit("/style", {}, status=422)
    assert page.links()["English"] == "/style?lang=en"


def test_the_map_of_themes_is_said_in_a_table_too(client: PageClient) -> None:
    page = client.get("/style?lang=en")
    drawing = next(e for e in page.root.iter() if e.get("class") == "topic-map__drawing")
    assert drawing.get("role") == "img"
    assert "table below" in drawing.get("aria-label", "")
    titles = [
        e.text.split(". ", 1)[1] for e in drawing.iter() if e.tag.endswith("title") and e.text
    ]
    table = next(t for t in page.all("table") if "Map of the themes" in "".join(t.itertext()))
    assert len(titles) == 3
    for title in titles:
        assert title in "".join(table.itertext())
    assert 'style="' not in page.markup
    assert len(page.markup) < 200_000
