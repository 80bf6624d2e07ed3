import pytest

from consult.kernel.i18n import LANGUAGES
from consult.moderation.models import RULES
from tests.client import PageClient

PAGES = ("rules", "privacy", "accessibility", "contact")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_each_text_is_written_in_each_language(
    client: PageClient, name: str, language: str
) -> None:
    page = client.get(f"/{name}?lang={language}")
    assert page.all("html")[0].get("lang") == language
    assert f"/{name}" in page.markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_page_explains_every_rule_of_moderation(
    client: PageClient, language: str
) -> None:
    page = client.get(f"/rules?lang={language}")
    ids = {e.get("id") for e in page.root.iter()}
    assert {f"rule-{rule}" for rule in RULES} <= ids
    assert {"late", "counting"} <= ids


def test_machines_find_what_they_ask_for(client: PageClient) -> None:
    assert "Disallow: /desk/" in client.client.get("/robots.txt").text
    assert "Contact: mailto:" in client.client.get("/.well-known/security.txt").text
    with client.client.get("/favicon.ico") as icon:
        assert icon.mimetype == "image/png"


def test_every_page_leads_to_the_rules_the_notice_and_the_other_languages(
    client: PageClient,
) -> None:
    links = client.get("/?lang=en").links()
    assert {"/rules", "/privacy", "/accessibility", "/contact"} <= set(links.values())
    assert links["Deutsch"] == "/?lang=de"
