"""Two officials write the same clause: the second sees both texts, and both together."""

from consult.drafts import queries
from consult.drafts.models import Version
from consult.kernel.db import db
from tests.client import PageClient
from tests.drafts.test_desk import desk, with_text
from tests.drafts.texts import amend, clause

WAS = "(1) Les communes peuvent instaurer une zone à 30 km/h.\n\n(2) La zone est signalée à chaque entrée."
OTHER = WAS.replace("à chaque entrée", "à toutes les entrées")
MINE = WAS.replace("30 km/h", "20 km/h")


def opened(client: PageClient) -> tuple[str, dict[str, str], Version]:
    """The page of a clause, as a form that somebody opened, and the version."""
    consultation = with_text(client)
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    path = desk(consultation, "/clauses/art_2")
    return path, client.get(path).form("/art_2"), version


def test_changes_at_different_places_are_offered_together(client: PageClient) -> None:
    path, form, version = opened(client)
    amend(version, "art_2", OTHER)
    stale = client.post(path, {**form, "source": MINE, "step": "save"}, 409)
    assert "Nothing of yours is lost" in stale.text
    assert "inserted: toutes les entrées" in stale.text
    assert "inserted: 20" in stale.text
    assert "Both together" in stale.text
    assert stale.form("/art_2")["source"].strip().replace("\r\n", "\n") == MINE
    merged = client.post(path, {**stale.form("/art_2"), "step": "mine"}, 200)
    typed = merged.form("/art_2")
    client.post(path, {**typed, "step": "save"})
    assert clause(version, "art_2").source == OTHER.replace("30 km/h", "20 km/h")


def test_where_both_changed_the_same_words_one_chooses(client: PageClient) -> None:
    path, form, version = opened(client)
    amend(version, "art_2", WAS.replace("30 km/h", "25 km/h"))
    stale = client.post(path, {**form, "source": MINE, "step": "save"}, 409)
    assert "At 1 place both of you changed the same words" in stale.text
    theirs = client.post(path, {**stale.form("/art_2"), "step": "theirs"}, 200)
    assert "25 km/h" in theirs.form("/art_2")["source"]
    client.post(path, {**stale.form("/art_2"), "step": "save"})
    assert "20 km/h" in clause(version, "art_2").source


def test_a_third_save_in_between_is_shown_again(client: PageClient) -> None:
    path, form, version = opened(client)
    amend(version, "art_2", OTHER)
    stale = client.post(path, {**form, "source": MINE, "step": "save"}, 409)
    amend(version, "art_2", OTHER + "\n\n(3) Le maire veille.")
    again = client.post(path, {**stale.form("/art_2"), "step": "save"}, 409)
    assert "Le maire veille." in again.text
    merged = client.post(path, {**again.form("/art_2"), "step": "mine"}, 200)
    client.post(path, {**merged.form("/art_2"), "step": "save"})
    text = clause(version, "art_2").text
    assert "20 km/h" in text
    assert "toutes les entrées" in text
    assert "Le maire veille." in text


def test_an_old_form_without_its_beginning_still_loses_nothing(client: PageClient) -> None:
    path, form, version = opened(client)
    amend(version, "art_2", OTHER)
    old = {name: value for name, value in form.items() if not name.startswith("begun_")}
    stale = client.post(path, {**old, "source": MINE, "step": "save"}, 409)
    assert stale.form("/art_2")["source"].strip().replace("\r\n", "\n") == MINE
    assert "toutes les entrées" in stale.text


def test_the_name_under_which_a_browser_keeps_words_comes_back_when_they_are_saved(
    client: PageClient,
) -> None:
    path, form, _version = opened(client)
    answer = client.client.post(
        path, data={**form, "source": MINE, "step": "save", "kept": "u1/v2/art_2/fr"}
    )
    assert "kept=u1/v2/art_2/fr" in answer.location
    assert answer.location.endswith("#art_2")
    refused = client.client.post(path, data={**form, "step": "save", "kept": "u1/v2/art_2/fr"})
    assert refused.status_code == 409
