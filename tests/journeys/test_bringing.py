"""An editor brings a Word file in, puts it right, and later the revised file; comments stay."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.consultations.models import Consultation
from consult.drafts import publishing, queries
from consult.drafts.models import Clause, Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Comment
from tests.drafts.word import docx, paragraph, run
from tests.journeys.browser import Visitor, check_page
from tests.people import make_body, make_consultation, make_user
from tests.submissions.texts import send

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def article(number: str, *paragraphs: str) -> list[str]:
    first, *others = paragraphs
    head = paragraph(run(f"{number}.", "<w:b/>"), run(f" {first}"))
    return [head, *(paragraph(one) for one in others)]


BENCHES = "Chaque rue a un banc à l’ombre d’un arbre, que la commune entretient à ses frais."
FINES = "Une amende de 49 euros est due par infraction constatée sur la voie publique."
FORCE = "La présente loi entre en vigueur le premier jour du mois qui suit sa publication."
LAW = docx(
    paragraph("Loi sur les bancs", style="Titre"),
    *article("Art. 1er", BENCHES, "Art. 2. Le banc est vert."),
    *article("Art. 3", FINES),
    *article("Art. 4", "Cité à tort comme un article."),
    *article("Art. 5", FORCE),
)
REVISED = docx(
    paragraph("Loi sur les bancs", style="Titre"),
    *article("Art. 1er", BENCHES.replace("un banc", "deux bancs")),
    *article("Art. 2", "Chaque place a une fontaine d’eau potable, ouverte jour et nuit à tous."),
    *article("Art. 4", FORCE),
)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_word_file_and_then_its_revision(visitor: Visitor, javascript: bool) -> None:
    body = make_body()
    consultation_id = make_consultation(body, slug="bancs").id
    editor = make_user(body=body, roles=("editor",))
    db.session.expunge(editor)
    db.session.rollback()
    desk = visitor.context(language="en", person=editor, javascript=javascript)
    page = visitor.open("/desk/consultations/bancs/draft/import", context=desk)
    upload(page, LAW)
    put_right(page, javascript=javascript)
    page.get_by_role("button", name="Save this text").click()
    expect(page.locator("main")).to_contain_text("The first version is brought in")
    comments = publish_and_comment(consultation_id)
    page.goto("/desk/consultations/bancs/draft/import")
    upload(page, REVISED)
    answer(page, javascript=javascript)
    page.get_by_role("button", name="Save this text").click()
    expect(page.locator("main")).to_contain_text("You are writing version 2")
    assert what_stands_at(comments) == {
        "art_1": "Chaque rue a deux",
        "art_2": "Chaque place a une",
        "art_3": "–",
        "art_4": "La présente loi entre",
    }


def upload(page: Page, raw: bytes) -> None:
    page.get_by_label("File").set_input_files(
        {"name": "loi.docx", "mimeType": "application/octet-stream", "buffer": raw}
    )
    page.get_by_label("Language of the text").select_option("fr")
    page.get_by_role("button", name="Show what was read").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What was read")


def expect_names(page: Page, *names: str) -> None:
    """The clauses of the tree; waits for the page, which a count taken at once does not."""
    expect(page.locator(".reading-tree .clause-heading")).to_have_text(
        list(names), use_inner_text=True
    )


def put_right(page: Page, *, javascript: bool) -> None:
    """Join what is no article, split where one was missed, give it a heading, and move it."""
    expect_names(page, "Art. 1er", "Art. 2", "Art. 3", "Art. 4", "Art. 5")
    if javascript:
        check_page(page)
    # By the keyboard alone: the button has the focus and is pressed.
    button = page.get_by_role("button", name="Join Art. 4 with the one above")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#c2")).to_be_focused()
    expect(page.locator(".read__done")).to_contain_text("Joined")
    expect_names(page, "Art. 1er", "Art. 2", "Art. 3", "Art. 5")
    page.get_by_role("button", name="Join Art. 2 with the one above").click()
    page.get_by_role("link", name="Open the clause Art. 1er").click()
    if javascript:
        check_page(page)
    page.get_by_label("Art. 2 Le banc est vert").check()
    page.get_by_label("Its heading").fill("Couleur")
    page.get_by_label("Its number").fill("Art. 2")
    page.get_by_role("button", name="Begin a new clause there").click()
    expect(page.locator("#c1")).to_be_focused()
    expect_names(page, "Art. 1er", "Art. 2 Couleur", "Art. 3", "Art. 5")
    page.get_by_role("link", name="Open the clause Art. 5").click()
    page.get_by_label("Number", exact=True).fill("Art. 4")
    page.get_by_label("Heading", exact=True).fill("Vigueur")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator("#c3")).to_be_focused()
    page.get_by_role("button", name="Move Art. 4 up").click()
    page.get_by_role("button", name="Undo").click()
    expect_names(page, "Art. 1er", "Art. 2 Couleur", "Art. 3", "Art. 4 Vigueur")
    # What lies there survives a closed browser.
    page.goto("/desk/consultations/bancs/draft")
    page.get_by_role("link", name="Go on with it").click()
    expect_names(page, "Art. 1er", "Art. 2 Couleur", "Art. 3", "Art. 4 Vigueur")


def publish_and_comment(consultation_id: int) -> dict[str, int]:
    """A comment at each article of the published text, by the article's key."""
    consultation = db.session.get_one(Consultation, consultation_id)
    version = queries.next_version(db.session(), consultation_id)
    assert version is not None
    with act() as session:
        publishing.publish_first(session, version, actor=COMMAND, now=clock.now())
    clauses = db.session.scalars(select(Clause).order_by(Clause.id)).all()
    return {one.key: send(consultation, f"Zu {one.key}.", clause=one).comment.id for one in clauses}


def answer(page: Page, *, javascript: bool) -> None:
    """The second article is another one now: it is asked which one it continues."""
    expect(page.locator("main")).to_contain_text("One clause is doubtful")
    if javascript:
        check_page(page)
    expect(page.get_by_role("button", name="Save this text")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Art. 3")
    page.get_by_label("It continues Art. 2 – Couleur").check()
    page.get_by_role("button", name="Keep these answers").click()
    expect(page.locator("#c1")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Art. 3 · 1 comment")


def what_stands_at(comments: dict[str, int]) -> dict[str, str]:
    """The first words of the next version at the clause of each comment, by its former key."""
    db.session.rollback()
    version = db.session.scalars(select(Version).where(Version.published_at.is_(None))).one()
    rows = {row.clause_id: row for row in queries.clauses(db.session(), version.id, "fr")}
    at = {
        key: rows.get(db.session.get_one(Comment, comment).clause_id or 0)
        for key, comment in comments.items()
    }
    db.session.rollback()
    return {key: " ".join(row.text.split()[:4]) if row else "–" for key, row in at.items()}
