"""Two members of an organisation on their telephones: they draft, meet, and the lead sends."""

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.drafts.models import Anchor
from consult.kernel.db import db
from consult.submissions.models import Comment, CommentRevision, Submission
from tests.journeys.browser import Visitor, check_page
from tests.journeys.drafting import NAME, founded
from tests.people import make_user
from tests.told import told as told_once

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

BEFORE = "Die Frist ist zu kurz.\n\nDie Abgabe ist richtig."
HERS = "Die Frist ist viel zu kurz.\n\nDie Abgabe ist richtig."
HIS = "Die Frist ist zu kurz.\n\nDie Abgabe ist richtig und nötig."
ON_A_SENTENCE = "Auch für Erbengemeinschaften?"
# Words of the first article of the housing text.
FIRST, SECOND = ("Gemeinde", "ganzen Gemeinde"), ("Abgabe vor", "Abgabe immer vor")
BOTH = "Die Frist ist viel zu kurz.\n\nDie Abgabe ist richtig und nötig."


def _write(page: Page, words: str) -> None:
    page.locator("textarea[name=source]").fill(words)
    page.get_by_role("button", name="Speichern", exact=True).click()


def _propose(page: Page, old: str, new: str) -> None:
    """Change words in the copy of the clause, as people do: they leave the rest as it is."""
    box = page.locator("textarea[name=proposed]")
    words = box.input_value()
    assert old in words
    box.fill(words.replace(old, new))


def _telephone(visitor: Visitor, person: User, *, javascript: bool) -> BrowserContext:
    return visitor.context(
        language="de", width=320, touch=True, person=person, javascript=javascript
    )


def _both_propose(visitor: Visitor, hers: Page, his: Page) -> None:
    """Each changes other words of the clause; she saves first, he puts both together."""
    confirming, hers = hers, visitor.tab(hers.context)
    visitor.go(hers, f"{confirming.url.removesuffix('/send')}/texts/art_1")
    his.locator("main a[href$='/texts/art_1']").click()
    for page, old, new in ((hers, *FIRST), (his, *SECOND)):
        page.get_by_role("button", name="Anderen Wortlaut für Art. 1").click()
        _propose(page, old, new)
    hers.get_by_role("button", name="Meine Änderungen zeigen").click()
    expect(hers.locator("#changes ins")).to_have_text(re.compile("ganzen"))
    expect(his.locator("#changes ins")).to_have_text(re.compile("immer"))
    check_page(his)
    for page in (hers, his):
        page.get_by_role("button", name="Speichern", exact=True).click()
    expect(hers.locator("main .proposal ins")).to_have_text(re.compile("ganzen"))
    expect(his.locator("main")).to_contain_text("Lea Lead")
    check_page(his)
    his.get_by_role("button", name="Ins Formular übernehmen").click()
    expect(his.locator("#changes ins")).to_have_count(2)
    his.get_by_role("button", name="Speichern", exact=True).click()
    expect(his.locator("main .proposal ins")).to_have_count(2)


def _one_more_on_a_sentence(page: Page) -> None:
    """A second text on the clause, about one of its sentences, chosen like an answer."""
    page.locator("select[name=on]").select_option("art_1")
    page.get_by_role("button", name="Schreiben", exact=True).click()
    page.get_by_label("(2) Beratung und Unterstützung gehen der Abgabe vor.").check()
    check_page(page)
    _write(page, ON_A_SENTENCE)
    expect(page.locator("main blockquote")).to_contain_text("gehen der Abgabe vor.")


def _are_sent(consultation_id: int, proposed: Sequence[str]) -> None:
    """The comments of an organisation in a consultation say this, and propose those words."""
    db.session.rollback()
    first, second = db.session.execute(
        select(CommentRevision.source, CommentRevision.proposed_source, Anchor.exact)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Anchor, Anchor.id == Comment.anchor_id)
        .where(Comment.consultation_id == consultation_id, Submission.organisation_id.is_not(None))
        .order_by(Comment.id.desc())
        .limit(2)
    )
    assert (first[0], first[1], second[0]) == (ON_A_SENTENCE, None, BOTH)
    assert "gehen der Abgabe vor." in str(first[2])
    assert all(each in str(second[1]) for each in proposed)


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_two_members_draft_meet_and_the_lead_sends(app: Flask, visitor: Visitor) -> None:
    told_once(app)
    lead, member = make_user(name="Lea Lead"), make_user(name="Max Member")
    organisation = founded(lead, member)
    newest = db.session.scalars(select(Consultation).order_by(Consultation.id.desc())).first()
    assert newest is not None
    consultation_id = newest.id
    db.session.rollback()
    without = _telephone(visitor, lead, javascript=False)
    with_script = _telephone(visitor, member, javascript=True)

    hers = visitor.open("/account/organisations", context=without)
    hers.get_by_role("link", name=NAME).click()
    hers.get_by_role("link", name="Gemeinsam entwerfen").click()
    hers.get_by_role("button", name="Gemeinsam entwerfen").first.click()
    hers.locator("select[name=on]").select_option("art_1")
    hers.get_by_role("button", name="Schreiben", exact=True).click()
    _write(hers, BEFORE)
    expect(hers.locator("main")).to_contain_text("Lea Lead")

    # Both open the text; she saves first.
    his = visitor.open(f"/account/organisations/{organisation}/drafts", context=with_script)
    his.locator("main .own a").first.click()
    for page in (hers, his):
        page.locator("main a[href$='/texts/art_1']").click()
    _write(hers, HERS)
    expect(hers.get_by_role("link", name="Ansehen und absenden")).to_be_visible()
    # The page that the lead will confirm, before he has saved.
    hers.get_by_role("link", name="Ansehen und absenden").click()
    _write(his, HIS)
    expect(his.locator("main")).to_contain_text("Lea Lead")
    assert his.locator("textarea[name=source]").input_value() == HIS
    check_page(his)
    his.get_by_role("button", name="Ins Formular übernehmen").click()
    assert his.locator("textarea[name=source]").input_value() == BOTH
    his.get_by_role("button", name="Speichern", exact=True).click()
    assert his.get_by_role("link", name="Ansehen und absenden").count() == 0
    _both_propose(visitor, hers, his)
    _one_more_on_a_sentence(his)

    # What she had before her is not what stands there now: she is shown it, then sends, twice.
    hers.get_by_role("button", name="Absenden", exact=True).click()
    expect(hers.locator("main")).to_contain_text("richtig und nötig")
    expect(hers.locator(".govuk-error-summary")).to_be_visible()
    hers.get_by_role("button", name="Absenden", exact=True).dblclick()
    expect(hers.locator(".receipt-code")).to_have_text(
        re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
    )
    _are_sent(consultation_id, (FIRST[1], SECOND[1]))

    # He finds what was sent, without the code; everybody sees for whom it speaks.
    his.reload()
    assert his.locator(".receipt-code").count() == 0
    his.locator("main a[href*='/comments/']").first.click()
    expect(his.locator("main")).to_contain_text("Bezahlt von den Mitgliedern.")
    # The browser reports the 409 of both pages as an error; nothing else may be wrong.
    assert [c for c in visitor.complaints if "409" not in c] == []
    visitor.complaints.clear()
