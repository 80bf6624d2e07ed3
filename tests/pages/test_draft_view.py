"""What a reader asks to see of what people said on a text: marked words, a theme, the unanswered."""

from collections.abc import Sequence

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.models import Placement, Version
from consult.kernel import clock, release
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.markup import plain_text, render_clause
from consult.kernel.transaction import act
from consult.moderation.removal import remove
from consult.pages.draft.marking import counts, densities, marked
from consult.submissions.anchoring import select_span
from consult.submissions.models import Point
from consult.submissions.passage_queries import Passage, count_on
from consult.themes.models import Assignment, Theme
from tests.client import Page, PageClient, words
from tests.drafts.texts import begin, make_text
from tests.drafts.texts import release as publish
from tests.people import make_user
from tests.statements import statements
from tests.submissions.texts import Sent, send

TEXT = """# Loi sur les arbres

### Art. 1er. – Objet

La commune plante des arbres. Elle les **arrose [chaque été](/rules)** et en prend soin.

### Art. 2. – Liste

- les chênes;
- les tilleuls.

### Art. 3. – Entrée en vigueur

La loi entre en vigueur demain.
"""


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_text(TEXT)


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def version_of(consultation: Consultation) -> Version:
    found = drafts.current_version(db.session(), consultation.id)
    assert found is not None
    return found


def say(consultation: Consultation, key: str, exact: str = "", text: str = "D’accord.") -> Sent:
    """A comment on a clause, or on exact words of it."""
    session, version = db.session(), version_of(consultation)
    clause = drafts.clause_by_key(session, consultation.id, key)
    row = drafts.clause_text(session, version.id, clause.id, "fr")
    assert row is not None
    at = row.text.index(exact)
    anchor = select_span(row.text, "fr", at, at + len(exact)) if exact else None
    return send(consultation, text, clause=clause, version_id=version.id, anchor=anchor)


def address(consultation: Consultation, more: str = "") -> str:
    return f"/consultations/{consultation.slug}/draft{more}"


def marks(page: Page) -> list[tuple[str, str]]:
    return [
        (words(e), (e.get("class") or "").split("--")[-1])
        for e in page.all("mark")
        if e.get("class")
    ]


def numbers(page: Page) -> dict[str, str]:
    return {words(e): e.get("href") or "" for e in page.all("a") if e.get("class") == "said-number"}


def test_words_are_marked_on_demand_and_lead_to_what_was_said(
    client: PageClient, consultation: Consultation
) -> None:
    say(consultation, "art_1", "arrose chaque été", "Même en hiver.")
    say(consultation, "art_1", "chaque été", "Pas chaque été.")
    say(consultation, "art_2", "chênes;\nles tilleuls", "Et les hêtres ?")
    say(consultation, "art_3", text="Trop tôt.")
    assert "said--" not in client.get(address(consultation)).markup
    page = client.get(address(consultation, "?marks=1"))
    law = page.all("article")[0]
    texts = [words(e) for e in law.iter() if e.tag.endswith("mark")]
    assert texts == [
        "few comments",
        "many comments",
        "arrose",
        "chaque été",
        "chênes;",
        "les tilleuls",
    ]
    assert [step for _, step in marks(page)][2:] == ["1", "2", "1", "1"]
    assert "Hide the marked words" in page.links()
    found = numbers(page)
    assert list(found) == [
        "2[2 comments on these words]",
        "1[1 comment on these words]",
    ]
    talk = client.get(next(iter(found.values())))
    assert talk.h1 == "What others say on words of Art. 1er – Objet"
    assert "Même en hiver." in talk.text
    assert "Pas chaque été." in talk.text
    assert "hêtres" not in talk.text
    assert "Comment on these words" in talk.links()


def test_a_number_never_stands_inside_a_link(
    client: PageClient, consultation: Consultation
) -> None:
    say(consultation, "art_1", "arrose chaque")
    say(consultation, "art_1", "été")
    page = client.get(address(consultation, "?marks=1"))  # nested links would be invalid HTML
    assert 'href="/rules"' in page.markup
    assert len(numbers(page)) == 1


def test_what_cannot_be_read_is_not_counted(client: PageClient, consultation: Consultation) -> None:
    sent = say(consultation, "art_1", "La commune")
    assert len(numbers(client.get(address(consultation, "?marks=1")))) == 1
    talk = numbers(client.get(address(consultation, "?marks=1"))).popitem()[1]
    with act() as session:
        remove(
            session,
            session.get_one(Consultation, consultation.id),
            sent.comment.id,
            reason="insult",
            note={"en": "It insults."},
            actor=COMMAND,
            now=clock.now(),
        )
    assert not numbers(client.get(address(consultation, "?marks=1")))
    page = client.get(talk)
    assert "D’accord" not in page.text
    assert "Nobody has commented on these words yet." in page.text


def test_words_stand_where_they_were_placed(client: PageClient, consultation: Consultation) -> None:
    sent = say(consultation, "art_1", "La commune plante")
    lost = say(consultation, "art_1", "en prend soin")
    version = begin(consultation)
    with act() as session:
        for comment, span in ((sent.comment, (3, 10)), (lost.comment, (None, None))):
            session.add(
                Placement(
                    anchor_id=comment.anchor_id,
                    version_id=version.id,
                    language="fr",
                    clause_id=comment.clause_id,
                    state="edited" if span[0] is not None else "deleted",
                    start=span[0],
                    end=span[1],
                )
            )
    publish(version)
    page = client.get(address(consultation, "?marks=1"))
    assert [text for text, _ in marks(page)][2:] == ["commune"]
    old = client.get(address(consultation, "/1?marks=1"))
    assert [text for text, _ in marks(old)][2:] == ["La commune plante", "en prend soin"]


def labelled(consultation: Consultation, sent: Sequence[Sent], state: str = "accepted") -> int:
    """A theme under which an official put the points of some comments."""
    now, person = clock.now(), make_user()
    with act() as session:
        theme = Theme(
            consultation_id=consultation.id,
            title={"fr": "Arrosage", "en": "Watering"},
            state=state,
            created_at=now,
            decided_by=person.id,
            decided_at=now,
        )
        session.add(theme)
        session.flush()
        for one in sent:
            session.add(
                Assignment(
                    point_id=one.points[0].id, theme_id=theme.id, person_id=person.id, at=now
                )
            )
        row = session.get_one(Consultation, consultation.id)
        row.decisions += 1
        row.version += 1
        return theme.id


def test_only_the_comments_of_a_theme(client: PageClient, consultation: Consultation) -> None:
    first = say(consultation, "art_1", "arrose")
    say(consultation, "art_1", "La commune")
    say(consultation, "art_3", text="Trop tôt.")
    theme = labelled(consultation, [first])
    page = client.get(address(consultation, f"?theme={theme}&marks=1"))
    assert "You see what is said on “Watering”." in page.text
    assert "1 of 2 comments" in page.text
    assert "0 of 1 comment" in page.text
    assert [text for text, _ in marks(page)][2:] == ["arrose"]
    talk = client.get(page.links()["1 of 2 comments on Art. 1er"])
    assert len(talk.all("article")) == 1
    only = client.get(address(consultation, f"?theme={theme}&only=1"))
    assert "Art. 3" not in only.text
    assert "2 chapters and clauses are left out." in only.text


def test_a_theme_that_is_not_public_narrows_nothing(
    client: PageClient, consultation: Consultation
) -> None:
    first = say(consultation, "art_1", "arrose", "Moins.")
    say(consultation, "art_1", "La commune", "Plus.")
    hidden = labelled(consultation, [first], state="proposed")
    for theme in (hidden, 10**17):
        page = client.get(address(consultation, f"?theme={theme}"))
        assert "2 comments" in page.text
        assert "Watering" not in page.text
        talk = client.get(address(consultation, f"/clauses/art_1/comments?theme={theme}"))
        assert "Plus." in talk.text


def answer(consultation: Consultation, sent: Sent) -> None:
    """As a publication leaves a point behind."""
    now = clock.now()
    with act() as session:
        done = release.begin(
            session, kind="publication", reference=f"c:{consultation.id}", decisions=0, now=now
        )
        session.get_one(Point, sent.points[0].id).settled_by = done.id
        release.finish(done, now)
        session.get_one(Consultation, consultation.id).version += 1


def test_only_what_is_not_answered_yet(client: PageClient, consultation: Consultation) -> None:
    first = say(consultation, "art_1", "arrose", "Répondu.")
    say(consultation, "art_1", "La commune", "Sans réponse.")
    answer(consultation, first)
    page = client.get(address(consultation, "?unanswered=1"))
    assert "1 of 2 comments" in page.text
    talk = client.get(page.links()["1 of 2 comments on Art. 1er"])
    assert "Sans réponse." in talk.text
    assert "Répondu." not in talk.text


def test_statements_do_not_grow_with_what_is_said(
    app: Flask, client: PageClient, consultation: Consultation
) -> None:
    path = address(consultation, "?marks=1&unanswered=1")
    say(consultation, "art_1", "arrose")
    before = statements(lambda: client.get(path))
    for exact in ("La commune", "plante", "des arbres", "chaque été"):
        say(consultation, "art_1", exact)
    app.extensions["consult_page_cache"].clear()
    assert statements(lambda: client.get(path)) == before


@pytest.mark.parametrize(
    "asked",
    ["from=5&to=5", "from=9&to=4", "from=0&to=99999", "from=0&to=4&version=7", "from=&to=3&in=de"],
)
def test_words_that_are_none_are_not_found(
    client: PageClient, consultation: Consultation, asked: str
) -> None:
    status = 200 if asked.endswith("in=de") else 404  # the text exists in French only
    client.get(address(consultation, f"/clauses/art_1/comments?{asked}"), status)


@pytest.mark.parametrize("asked", ["from=0&to=10", "to=10"])
def test_what_is_said_on_words_is_read_anew_when_somebody_speaks_elsewhere(
    client: PageClient, consultation: Consultation, asked: str
) -> None:
    """A version may have taken these words over from there."""
    say(consultation, "art_1")
    path = address(consultation, f"/clauses/art_1/comments?{asked}")
    before = client.client.get(path).get_etag()
    say(consultation, "art_2")
    assert client.client.get(path).get_etag() != before


def test_every_comment_on_a_clause_shows_whatever_the_language(
    client: PageClient, consultation: Consultation
) -> None:
    """Words quoted in one language stand under the clause for the readers of all."""
    say(consultation, "art_1", "arrose", "Auch im Winter.")
    for code in ("fr", "de", "lb", "en"):
        page = client.get(address(consultation, f"/clauses/art_1/comments?lang={code}"))
        quoted = next(e for e in page.all("blockquote"))
        assert (words(quoted), quoted.get("lang")) == ("arrose", "fr")


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(1, 9)), max_size=8
).map(lambda rows: [Passage(1, start, start + length, n) for start, length, n in rows])
SOURCE = "Eins **zwei [drei](/vier)** fünf. Sechs *sieben*?\n\n- acht\n- neun & zehn"


@given(SPANS)
def test_marking_changes_nothing_but_marks(passages: list[Passage]) -> None:
    made = render_clause(SOURCE)
    kept = [p for p in passages if p.end <= len(made.text)]
    shown = marked(made.html, made.text, kept, lambda _: 1, lambda a, b: f"/{a}-{b}")
    bare = str(shown)
    while '<a class="said-number"' in bare:
        head, _, tail = bare.partition('<a class="said-number"')
        bare = head + tail.partition("</a>")[2]
    assert plain_text(bare) == made.text
    assert bare.replace("</mark>", "").replace('<mark class="said said--1">', "") == made.html
    for depth_start, depth_end, depth in densities(kept):
        over = [p for p in kept if p.start <= depth_start and depth_end <= p.end]
        assert depth == sum(p.comments for p in over)
    for one in counts(made.text, kept):
        assert one.comments == count_on(kept, one.start, one.end)


def test_the_words_of_a_clause_have_an_address(
    client: PageClient, consultation: Consultation
) -> None:
    base = address(consultation, "/1/clauses")
    page = client.get(f"{base}/art_2/fr")
    assert page.response.mimetype == "text/plain"
    assert page.markup == "les chênes;\nles tilleuls."
    for path in (
        f"{base}/art_2/de",
        f"{base}/art_9/fr",
        address(consultation, "/2/clauses/art_2/fr"),
    ):
        client.get(path, 404)
