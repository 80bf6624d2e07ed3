"""Two officials at the same moment: one acts, the other is told, nothing is half done."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import importing, publishing, queries, revision
from consult.drafts.errors import (
    NextVersionExistsError,
    PublishedError,
    StaleClauseError,
)
from consult.drafts.models import ClauseText, Draft, Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from tests.concurrently import at_once
from tests.drafts.texts import TEXT, begin, clause, make_text
from tests.people import make_body, make_consultation

NOW = clock.now()


def test_two_save_the_same_clause(app: Flask) -> None:
    version = begin(make_text())
    row, version_id = clause(version, "art_1"), version.id

    def save(source: str) -> Callable[[Session], object]:
        words = revision.wording(number=row.number, heading=row.heading, source=source)
        return lambda session: revision.amend(
            session,
            session.get_one(Version, version_id),
            row.clause_id,
            "fr",
            words=words,
            saved=row.saved,
            actor=COMMAND,
            now=NOW,
        )

    ended = at_once(app, save("Le premier."), save("Le second."), save("Le troisième."))
    assert sorted(str(e) for e in ended) == sorted(
        [str(None), str(StaleClauseError), str(StaleClauseError)]
    )
    winner = ["Le premier.", "Le second.", "Le troisième."][ended.index(None)]
    version = db.session().get_one(Version, version_id)
    assert clause(version, "art_1").text == winner
    assert len(queries.edits_of_version(db.session(), version_id)) == 1


def test_two_insert_behind_the_same_clause(app: Flask) -> None:
    version = begin(make_text())
    behind, version_id = clause(version, "art_1").clause_id, version.id

    def put(number: str, heading: str = "") -> Callable[[Session], object]:
        words = revision.wording(number=number, heading=heading, source="Neuf.")
        return lambda session: revision.insert(
            session,
            session.get_one(Version, version_id),
            "fr",
            words=words,
            after=behind,
            actor=COMMAND,
            now=NOW,
        )

    assert at_once(app, put("Art. 1bis"), put("Art. 1bis", "Autre"), put("Art. 1ter")) == [None] * 3
    rows = queries.clauses(db.session(), version_id, "fr")
    assert len({row.key for row in rows}) == len({row.position for row in rows}) == 9


def test_two_begin_or_bring_in_at_once(app: Flask) -> None:
    consultation = make_consultation(make_body())
    parsed, consultation_id = importing.read_markdown(TEXT, "fr"), consultation.id

    def bring(session: Session) -> object:
        found = session.get_one(Consultation, consultation_id)
        return importing.import_first(session, found, parsed, actor=COMMAND, now=NOW)

    assert at_once(app, bring, bring) == [None, None]
    session = db.session()
    assert session.scalar(select(func.count()).select_from(Draft)) == 1
    assert session.scalar(select(func.count()).select_from(ClauseText)) == 6
    version = queries.next_version(session, consultation_id)
    assert version is not None
    with act() as writing:
        publishing.publish_first(writing, version, actor=COMMAND, now=NOW)

    def start(session: Session) -> object:
        found = session.get_one(Consultation, consultation_id)
        return revision.begin_next(session, found, actor=COMMAND, now=NOW)

    ended = at_once(app, start, start)
    assert set(ended) == {None, NextVersionExistsError}


@pytest.mark.parametrize("attempt", range(3))
def test_a_text_is_published_as_it_was_saved_or_not_changed_at_all(
    app: Flask, attempt: int
) -> None:
    consultation = make_text(publish=False)
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    row, version_id = clause(version, "art_1"), version.id
    words = revision.wording(number=row.number, heading=row.heading, source="Changé.")

    def publish(session: Session) -> object:
        found = session.get_one(Version, version_id)
        publishing.publish_first(session, found, actor=COMMAND, now=NOW)
        return None

    def amend(session: Session) -> object:
        return revision.amend(
            session,
            session.get_one(Version, version_id),
            row.clause_id,
            "fr",
            words=words,
            saved=0,
            actor=COMMAND,
            now=NOW,
        )

    ended = at_once(app, publish, amend)
    assert ended[0] is None
    assert ended[1] in {None, PublishedError}
    now = clause(db.session().get_one(Version, version_id), "art_1")
    assert (now.text == "Changé.") == (ended[1] is None)
