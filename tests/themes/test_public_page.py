"""What the public page of themes says about itself: who changed what, and what it does not show."""

from consult.kernel.transaction import act
from consult.themes import signoff
from tests.client import PageClient
from tests.themes.conftest import Analysed

ENGLISH = {"Accept-Language": "en"}


def accepted(place: Analysed, *titles: str) -> None:
    with act() as session:
        for title in titles:
            signoff.accept(session, place.consultation, place.themes[title], **place.who)


def test_the_public_page_counts_what_people_changed(client: PageClient, place: Analysed) -> None:
    accepted(place, "Bus")
    page = client.get("/consultations/law/themes", headers=ENGLISH)
    assert "Nobody has moved single points so far." in page.text
    assert "They merged" not in page.text
    with act() as session:
        law, who = place.consultation, place.who
        water = signoff.create(session, law, title={"en": "Water"}, description={}, **who)
        signoff.merge(session, law, place.themes["Vélo"], place.themes["Bus"], **who)
        signoff.set_aside(session, law, place.themes["Arbres"], **who)
        signoff.move_points(session, law, place.points[4:6], water.id, **who)
    page = client.get("/consultations/law/themes", headers=ENGLISH)
    assert (
        "They made 1 of the themes themselves. They merged 1 theme into another. They set 1 proposed "
        "theme aside. For 2 points a person decided where they belong."
    ) in page.text


def test_the_public_page_says_how_many_points_are_in_no_theme_it_shows(
    client: PageClient, place: Analysed
) -> None:
    accepted(place, "Bus")
    shown, law = "in none of these themes", "/consultations/law/themes"
    assert f"6 more points are {shown}" in client.get(law, headers=ENGLISH).text
    with act() as session:
        signoff.set_aside(session, place.consultation, place.themes["Arbres"], **place.who)
    assert f"6 more points are {shown}" in client.get(law, headers=ENGLISH).text
    accepted(place, "Vélo", "Arbres", "Lettre")
    assert shown not in client.get(law, headers=ENGLISH).text
