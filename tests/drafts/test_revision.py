"""Writing the next version: identity, edits, and nothing lost between two officials."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.drafts import importing, publishing, queries, revision
from consult.drafts.errors import (
    BeingPublishedError,
    ClauseGoneError,
    ClauseMoveError,
    EmptyGroundError,
    FirstVersionError,
    NextVersionExistsError,
    NotPublishedYetError,
    PublishedError,
    StaleClauseError,
)
from consult.drafts.models import ClauseText, Edit, Version
from consult.drafts.writing import PUBLICATION
from consult.jobs.models import Job
from consult.kernel import clock, release
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from tests.drafts import texts
from tests.drafts.texts import amend, begin, clause, make_text

NOW = clock.now()


def edits(session: Session, version: Version) -> list[tuple[str, str, str, str]]:
    return [
        (row.key, row.edit.kind, row.edit.before_words, row.edit.after_words)
        for row in queries.edits_of_version(session, version.id)
    ]


def order(session: Session, version: Version) -> list[str]:
    return [row.key for row in queries.clauses(session, version.id, "fr")]


def test_import_publish_and_begin(session: Session) -> None:
    consultation = make_text()
    first = queries.current_version(session, consultation.id)
    assert first is not None
    assert order(session, first) == ["chp_1", "art_1", "art_2", "chp_2", "art_3", "art_4"]
    rows = {row.key: row for row in queries.clauses(session, first.id, "fr")}
    assert rows["art_3"].parent_id == rows["chp_2"].clause_id
    assert first.title == {"fr": "Loi sur les trottoirs"}
    second = begin(consultation)
    assert (second.number, queries.edits_of_version(session, second.id)) == (2, [])
    assert order(session, second) == order(session, first)
    assert session.scalar(select(Job.kind)) == publishing.INDEX_JOB
    acts = session.scalars(select(Activity.act).order_by(Activity.id)).all()
    assert acts[-3:] == ["draft:imported", "version:published", "version:begun"]


def test_a_first_version_is_read_again_until_it_is_public(session: Session) -> None:
    consultation = make_text(publish=False)
    other = importing.read_markdown("### Art. 1\nother", "fr")
    with act() as writing:
        version = importing.import_first(writing, consultation, other, actor=COMMAND, now=NOW)
    assert order(session, version) == ["art_1"]
    with pytest.raises(NotPublishedYetError):
        begin(consultation)
    with act() as writing:
        publishing.publish_first(writing, version, actor=COMMAND, now=NOW)
    with pytest.raises(FirstVersionError), act() as writing:
        importing.import_first(writing, consultation, other, actor=COMMAND, now=NOW)
    with pytest.raises(PublishedError), act() as writing:
        publishing.publish_first(writing, version, actor=COMMAND, now=NOW)
    begin(consultation)
    with pytest.raises(NextVersionExistsError):
        begin(consultation)


def test_a_published_text_never_changes_on_either_engine(session: Session) -> None:
    consultation = make_text()
    version = queries.current_version(session, consultation.id)
    assert version is not None
    row = clause(version, "art_1")
    with pytest.raises(PublishedError):
        amend(version, "art_1", "changed")
    for statement in (
        update(ClauseText).where(ClauseText.id == row.text_id).values(text="x"),
        delete(ClauseText).where(ClauseText.id == row.text_id),
    ):
        with pytest.raises(DBAPIError, match="never changes"), act() as writing:
            writing.execute(statement)
    with act() as writing:
        publishing.add_erratum(
            writing, row.text_id, {"fr": "Lire « piétons ».", "de": " "}, actor=COMMAND, now=NOW
        )
    notes = queries.errata(session, version.id)[row.text_id]
    assert notes[0].note == {"fr": "Lire « piétons »."}


def test_edits_keep_their_identity_while_the_words_are_being_found(session: Session) -> None:
    version = begin(make_text())
    amend(
        version,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 20 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée et à chaque sortie.",
    )
    first = queries.edits_of_version(session, version.id)
    assert [(r.edit.before_words, r.edit.after_words) for r in first] == [
        ("30", "20"),
        ("", " et à chaque sortie"),
    ]
    speed, exits = (row.edit.id for row in first)
    # The figure is refined; the other edit is taken back.
    amend(
        version,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 25 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée.",
    )
    assert [row.edit.id for row in queries.edits_of_version(session, version.id)] == [speed]
    assert session.get_one(Edit, exits).gone_at is not None
    # It comes back: the same edit again.
    amend(
        version,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 25 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée et à chaque sortie.",
    )
    again = queries.edits_of_version(session, version.id)
    assert [row.edit.id for row in again] == [speed, exits]
    assert [row.clause.text[row.edit.after_start : row.edit.after_end] for row in again] == [
        "25",
        " et à chaque sortie",
    ]
    # All is as it was: nothing is left to answer for.
    with act() as writing:
        revision.restore(
            writing, version, clause(version, "art_2").clause_id, actor=COMMAND, now=NOW
        )
    assert edits(session, version) == []


def test_a_new_heading_is_an_edit_and_a_new_number_is_none(session: Session) -> None:
    version = begin(make_text())
    row = clause(version, "art_3")
    amend(version, "art_3", row.source, number="Art. 3bis", heading="Amendes et taxes")
    assert edits(session, version) == [("art_3", "changed", "", " et taxes")]


def test_insert_delete_move_and_restore(session: Session) -> None:
    consultation = make_text()
    version = begin(consultation)
    second = clause(version, "art_2")
    words = revision.wording(number="Art. 2bis", heading="Bancs", source="Il y a des bancs.")
    with act() as writing:
        new = revision.insert(
            writing, version, "fr", words=words, after=second.clause_id, actor=COMMAND, now=NOW
        )
    assert new.parent_id == clause(version, "chp_1").clause_id
    with act() as writing:
        revision.delete(
            writing, version, clause(version, "art_1").clause_id, saved=0, actor=COMMAND, now=NOW
        )
        revision.move(
            writing,
            version,
            clause(version, "art_4").clause_id,
            after=clause(version, "chp_1").clause_id,
            actor=COMMAND,
            now=NOW,
        )
    assert order(session, version) == ["chp_1", "art_4", "art_2", "art_2bis", "chp_2", "art_3"]
    assert clause(version, "art_4").parent_id == clause(version, "chp_1").clause_id
    assert [(key, kind) for key, kind, _, _ in edits(session, version)] == [
        ("art_1", "deleted"),
        ("art_4", "moved"),
        ("art_2bis", "inserted"),
    ]
    base = queries.base_of(session, version)
    assert base is not None
    with act() as writing:
        revision.restore(writing, version, clause(base, "art_1").clause_id, actor=COMMAND, now=NOW)
        revision.delete(writing, version, new.clause_id, saved=0, actor=COMMAND, now=NOW)
        revision.move(
            writing,
            version,
            clause(version, "art_4").clause_id,
            after=clause(version, "art_3").clause_id,
            actor=COMMAND,
            now=NOW,
        )
    assert order(session, version) == order(session, base)
    assert edits(session, version) == []
    assert clause(version, "art_1").parent_id == clause(base, "art_1").parent_id


def test_a_chapter_moves_with_its_clauses_and_not_into_itself(session: Session) -> None:
    version = begin(make_text())
    chapter = clause(version, "chp_2").clause_id
    with act() as writing:
        revision.move(writing, version, chapter, after=None, actor=COMMAND, now=NOW)
    assert order(session, version) == ["chp_2", "art_3", "art_4", "chp_1", "art_1", "art_2"]
    with pytest.raises(ClauseMoveError), act() as writing:
        revision.move(
            writing,
            version,
            chapter,
            after=clause(version, "art_3").clause_id,
            actor=COMMAND,
            now=NOW,
        )
    with act() as writing:
        revision.delete(writing, version, chapter, saved=0, actor=COMMAND, now=NOW)
    assert clause(version, "art_3").parent_id is None


def test_room_is_made_where_there_is_none_left(session: Session) -> None:
    version = begin(make_text())
    after = clause(version, "art_1").clause_id
    for n in range(14):  # halving a gap of 1,024 leaves nothing after ten
        words = revision.wording(number="", heading=f"New {n}", source="x")
        with act() as writing:
            revision.insert(
                writing, version, "fr", words=words, after=after, actor=COMMAND, now=NOW
            )
    rows = queries.clauses(session, version.id, "fr")
    assert [row.heading for row in rows[2:16]] == [f"New {n}" for n in reversed(range(14))]
    assert len({row.key for row in rows}) == len(rows)


def test_a_stale_form_overwrites_nothing(session: Session) -> None:
    version = begin(make_text())
    row = clause(version, "art_1")
    amend(version, "art_1", "First official’s words.")
    words = revision.wording(number=row.number, heading=row.heading, source="Second’s words.")
    with pytest.raises(StaleClauseError), act() as writing:
        revision.amend(
            writing,
            version,
            row.clause_id,
            "fr",
            words=words,
            saved=row.saved,
            actor=COMMAND,
            now=NOW,
        )
    assert clause(version, "art_1").text == "First official’s words."
    with pytest.raises(StaleClauseError), act() as writing:
        revision.delete(writing, version, row.clause_id, saved=0, actor=COMMAND, now=NOW)
    with act() as writing:
        revision.delete(writing, version, row.clause_id, saved=1, actor=COMMAND, now=NOW)
    with pytest.raises(ClauseGoneError), act() as writing:
        revision.amend(
            writing, version, row.clause_id, "fr", words=words, saved=1, actor=COMMAND, now=NOW
        )


def test_officials_wait_while_answers_and_text_are_being_published(session: Session) -> None:
    consultation = make_text()
    version = begin(consultation)
    with act() as writing:
        release.begin(
            writing,
            kind=PUBLICATION,
            reference=f"consultation:{consultation.id}",
            decisions=0,
            now=NOW,
        )
    with pytest.raises(BeingPublishedError):
        amend(version, "art_1", "too late")
    with act() as writing:
        publishing.release_version(writing, version, now=NOW)
    current = queries.current_version(session, consultation.id)
    assert current is not None
    assert current.number == 2


def test_nobody_begins_a_version_under_a_publication(session: Session) -> None:
    consultation = make_text()
    with act() as writing:
        about = f"consultation:{consultation.id}"
        release.begin(writing, kind=PUBLICATION, reference=about, decisions=0, now=NOW)
    with pytest.raises(BeingPublishedError):
        begin(consultation)


def test_the_ground_of_an_edit(session: Session) -> None:
    version = begin(make_text())
    amend(version, "art_1", "Autre chose.")
    edit = queries.edits_of_version(session, version.id)[0].edit
    with pytest.raises(EmptyGroundError), act() as writing:
        revision.state_ground(
            writing, version, [edit.id], "error", {"fr": " "}, actor=COMMAND, now=NOW
        )
    with act() as writing:
        revision.state_ground(
            writing,
            version,
            [edit.id],
            "council_of_state",
            {"fr": "Avis du 12 mai."},
            actor=COMMAND,
            now=NOW,
        )
    session.expire_all()
    assert (edit.ground_kind, edit.ground) == ("council_of_state", {"fr": "Avis du 12 mai."})


def test_a_whole_revised_file_keeps_each_clause(session: Session) -> None:
    consultation = make_text()
    source = (
        texts.TEXT.replace("30 km/h", "20 km/h")
        .replace("### Art. 3. – Amendes\n\nUne amende de 49 euros est due par infraction.\n\n", "")
        .replace("### Art. 4. –", "### Art. 3. –")
        .replace("## Chapitre II", "### Art. 2bis. – Bancs\n\nIl y a des bancs.\n\n## Chapitre II")
    )
    version = texts.replace(consultation, source)
    assert order(session, version) == ["chp_1", "art_1", "art_2", "art_2bis", "chp_2", "art_4"]
    assert clause(version, "art_4").number == "Art. 3"
    assert edits(session, version) == [
        ("art_2", "changed", "30", "20"),
        ("art_2bis", "inserted", "", ""),
        ("art_3", "deleted", "", ""),
    ]
    # The same file again changes nothing, and the edits keep their rows.
    ids = [row.edit.id for row in queries.edits_of_version(session, version.id)]
    texts.replace(consultation, source)
    assert [row.edit.id for row in queries.edits_of_version(session, version.id)] == ids


def test_a_number_given_to_another_clause_does_not_take_its_identity(session: Session) -> None:
    consultation = make_text()
    source = texts.TEXT.replace(
        "### Art. 3. – Amendes\n\nUne amende de 49 euros est due par infraction.",
        "### Art. 3. – Bancs publics\n\nChaque rue offre de quoi s’asseoir à l’ombre d’un arbre.",
    )
    version = texts.replace(consultation, source)
    assert order(session, version) == ["chp_1", "art_1", "art_2", "chp_2", "art_3_v2", "art_4"]
    kinds = {(key, kind) for key, kind, _, _ in edits(session, version)}
    assert kinds == {("art_3", "deleted"), ("art_3_v2", "inserted")}


def test_how_clauses_are_called(session: Session) -> None:
    consultation = make_text()
    version = begin(consultation)
    row = clause(version, "art_3")
    amend(version, "art_3", row.source, number="Art. 5")
    found = queries.clause_labels(session, [row.clause_id], "de")
    assert found[row.clause_id].label == "Art. 3 – Amendes"
    texts.release(version)
    assert queries.clause_labels(session, [row.clause_id], "de")[row.clause_id].name == "Art. 5"
