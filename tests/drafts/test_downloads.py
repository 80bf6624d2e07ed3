"""The text as files: for everybody once it is published, for officials before, and on the command line."""

from pathlib import Path

import pytest
from flask import Flask
from lxml import etree

from consult.drafts import queries
from consult.drafts.formats.writing import FORMATS
from consult.exports.commands import export_command
from consult.kernel.db import db
from tests.client import PageClient
from tests.drafts.outgoing import outline, read_again
from tests.drafts.rejecting import rejected
from tests.drafts.test_desk import body_of
from tests.drafts.test_text_pages import second_version
from tests.drafts.texts import amend, begin, make_text
from tests.people import make_body, make_consultation, make_user, official, sign_in
from tests.statements import statements


def tree(version_number: int, slug: str) -> object:
    from consult.consultations.queries import by_slug

    consultation = by_slug(db.session(), slug)
    version = next(
        v for v in queries.versions(db.session(), consultation.id) if v.number == version_number
    )
    return outline(queries.clauses(db.session(), version.id, "fr"))


@pytest.mark.parametrize("form", FORMATS)
def test_a_published_version_is_a_file_that_may_be_kept(client: PageClient, form: str) -> None:
    slug = make_text().slug
    path = f"/consultations/{slug}/draft/1/download/fr.{form}"
    response = client.client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == FORMATS[form].content_type
    named = f'attachment; filename="{slug}-v1-fr.{form}"'
    assert response.headers["Content-Disposition"] == named
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "public, no-cache"
    again = client.client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    if form != "html":
        assert outline(read_again(response.get_data()).clauses) == tree(1, slug)


def test_what_is_said_on_a_text_makes_no_other_file(client: PageClient) -> None:
    slug = make_text().slug
    path = f"/consultations/{slug}/draft/1/download/fr.docx"
    tag = client.client.get(path).headers["ETag"]
    known = {"If-None-Match": tag}
    # One statement: whether there is something newer.
    assert statements(lambda: client.client.get(path, headers=known)) == 1


def test_an_older_version_stays_as_it_was(client: PageClient) -> None:
    consultation = make_text()
    slug = consultation.slug
    first = client.client.get(f"/consultations/{slug}/draft/1/download/fr.akn").get_data()
    second_version(consultation)
    assert client.client.get(f"/consultations/{slug}/draft/1/download/fr.akn").get_data() == first
    root = etree.fromstring(
        client.client.get(f"/consultations/{slug}/draft/2/download/fr.akn").data
    )
    # Number 3 is what was first called article 4.
    third = root.find(".//{*}article[@eId='art_3']")
    assert third.get("wId") == "art_4"
    assert root.find(".//{*}FRBRversionNumber").get("value") == "2"


def test_changes_are_tracked_from_one_version_to_another(client: PageClient) -> None:
    consultation = make_text()
    slug = consultation.slug
    second_version(consultation)
    response = client.client.get(f"/consultations/{slug}/draft/compare/1/2/download/fr.docx")
    assert response.status_code == 200
    assert f'filename="{slug}-v1-v2-fr.docx"' in response.headers["Content-Disposition"]
    raw = response.get_data()
    assert outline(read_again(raw).clauses) == tree(2, slug)
    assert outline(read_again(rejected(raw)).clauses) == tree(1, slug)
    page = client.get(f"/consultations/{slug}/draft/compare/1/2?lang=en")
    assert f"/consultations/{slug}/draft/compare/1/2/download/fr.docx" in page.links().values()


def test_paper_says_which_version_it_shows(client: PageClient) -> None:
    slug = make_text().slug
    page = client.get(f"/consultations/{slug}/draft?lang=en")
    said = [p for p in page.all("p") if "on-paper" in (p.get("class") or "")]
    assert len(said) == 1
    assert (said[0].text or "").startswith("Version 1 of ")
    assert (said[0].text or "").endswith(f"/consultations/{slug}/draft/1")


def test_the_page_offers_each_format(client: PageClient) -> None:
    slug = make_text().slug
    links = client.get(f"/consultations/{slug}/draft?lang=en").links().values()
    for form in FORMATS:
        assert f"/consultations/{slug}/draft/1/download/fr.{form}" in links


@pytest.mark.parametrize(
    "path",
    [
        "draft/2/download/fr.docx",  # being written
        "draft/1/download/de.docx",  # not in this language
        "draft/1/download/fr.pdf",
        "draft/compare/1/2/download/fr.docx",
        "draft/compare/1/1/download/fr.docx",
        "draft/9/download/fr.md",
    ],
)
def test_what_is_not_public_is_no_file(client: PageClient, path: str) -> None:
    consultation = make_text()
    begin(consultation)
    assert client.client.get(f"/consultations/{consultation.slug}/{path}").status_code == 404


def test_officials_have_the_version_in_work(client: PageClient) -> None:
    consultation = make_text()
    version = begin(consultation)
    amend(version, "art_3", "Une amende de 145 euros est due par infraction.")
    base = f"/desk/consultations/{consultation.slug}/draft"
    path = f"{base}/download/fr.md"
    assert client.client.get(path).status_code == 302  # to the log-in

    sign_in(client.client, make_user())
    assert client.client.get(path).status_code == 404

    official(client.client, body_of(consultation), "moderator")
    response = client.client.get(path)
    assert "145 euros" in response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "no-store"
    assert path in client.get(f"{base}?lang=en").links().values()
    raw = client.client.get(f"{base}/download/changes/fr.docx").get_data()
    assert "145 euros" in str(outline(read_again(raw).clauses))
    assert "49 euros" in str(outline(read_again(rejected(raw)).clauses))


def test_a_first_version_has_no_changes_and_an_empty_table_no_file(client: PageClient) -> None:
    consultation = make_text(publish=False)
    official(client.client, body_of(consultation), "editor")
    base = f"/desk/consultations/{consultation.slug}/draft/download"
    assert client.client.get(f"{base}/fr.html").status_code == 200
    assert client.client.get(f"{base}/changes/fr.docx").status_code == 404
    empty = make_consultation(make_body())
    official(client.client, body_of(empty), "editor")
    assert (
        client.client.get(f"/desk/consultations/{empty.slug}/draft/download/fr.md").status_code
        == 404
    )


def test_files_from_the_command_line(client: PageClient, app: Flask, tmp_path: Path) -> None:
    consultation = make_text()
    slug = consultation.slug
    second_version(consultation)
    run = app.test_cli_runner().invoke

    for form in FORMATS:
        out = tmp_path / f"text.{form}"
        made = run(export_command, [slug, "--format", form, "--version", "1", "--out", str(out)])
        assert made.exit_code == 0, made.output
        served = client.client.get(f"/consultations/{slug}/draft/1/download/fr.{form}")
        assert out.read_bytes() == served.get_data()
    out = tmp_path / "changes.docx"
    made = run(export_command, [slug, "--format", "docx", "--since", "1", "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert outline(read_again(out.read_bytes()).clauses) == tree(2, slug)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--format", "akn", "--version", "9"], "There is no public version 9."),
        (["--format", "akn", "--language", "de"], "does not exist in “de”"),
        (["--format", "docx", "--since", "1"], "--since takes an earlier version"),
        (["--format", "md", "--since", "1"], "--since takes an earlier version"),
    ],
)
def test_the_command_says_what_there_is_not(
    app: Flask, tmp_path: Path, asked: list[str], said: str
) -> None:
    out = tmp_path / "text"
    arguments = [make_text().slug, *asked, "--out", str(out)]
    made = app.test_cli_runner().invoke(export_command, arguments)
    assert made.exit_code != 0
    assert said in made.output
    assert not out.exists()
