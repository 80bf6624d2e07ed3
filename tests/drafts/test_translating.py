"""Versions in several languages: what is missing, what is behind, and what never changes."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import aligning, importing, queries, revision, translating
from consult.drafts.errors import (
    AuthenticLanguageError,
    BeingPublishedError,
    ClauseGoneError,
    NothingToTranslateError,
    NotTheAuthenticLanguageError,
    PublishedError,
    StaleClauseError,
)
from consult.drafts.languages import comparable, in_language, standing
from consult.drafts.models import Version
from consult.drafts.writing import PUBLICATION, Wording
from consult.kernel import clock, release
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from tests.drafts.texts import GERMAN, TEXT, amend, begin, clause, make_text, replace, translated
from tests.drafts.texts import release as make_public

NOW = clock.now()


def current(session: Session, consultation: Consultation) -> Version:
    version = queries.current_version(session, consultation.id)
    assert version is not None
    return version


def follows(version: Version) -> dict[str, int | None]:
    from consult.kernel.db import db

    return {row.key: row.follows for row in queries.clauses(db.session(), version.id, "de")}


def german(version: Version, key: str, source: str, saved: int | None = None) -> None:
    row = clause(version, key)
    written = queries.clause_text(_session(), version.id, row.clause_id, "de")
    words = revision.wording(number=row.number, heading="", source=source)
    with act() as session:
        translating.translate(
            session,
            version,
            row.clause_id,
            "de",
            words=words,
            saved=(written.saved if written else 0) if saved is None else saved,
            actor=COMMAND,
            now=NOW,
        )


def _session() -> Session:
    from consult.kernel.db import db

    return db.session()


def test_a_published_version_gains_a_language(session: Session) -> None:
    consultation = make_text()
    version = current(session, consultation)
    assert translated(consultation, version) == 6
    assert version.languages == ["fr", "de"]
    assert version.title["de"] == "Gesetz über die Gehwege"
    rows = queries.clauses(session, version.id, "de")
    text = queries.clauses(session, version.id, "fr")
    assert [(r.clause_id, r.kind, r.parent_id) for r in rows] == [
        (r.clause_id, r.kind, r.parent_id) for r in text
    ]
    assert rows[1].text == "Dieses Gesetz regelt die Nutzung der Gehwege durch Fußgänger."
    assert set(follows(version).values()) == {None}


def test_what_is_published_in_a_language_stays_and_what_is_missing_may_come(
    session: Session,
) -> None:
    consultation = make_text()
    version = current(session, consultation)
    start, end = GERMAN.index("### Art. 2"), GERMAN.index("## Kapitel II")
    assert translated(consultation, version, GERMAN[:start] + GERMAN[end:]) == 5
    before = clause(version, "art_1", "de").text
    changed = GERMAN.replace("durch Fußgänger", "durch alle")
    assert translated(consultation, version, changed) == 1
    assert clause(version, "art_1", "de").text == before
    assert "30 km/h" in clause(version, "art_2", "de").text
    with pytest.raises(NothingToTranslateError):
        translated(consultation, version, changed)


def test_the_version_being_written_gets_the_same_words(session: Session) -> None:
    consultation = make_text()
    first, second = current(session, consultation), begin(consultation)
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    translated(consultation, first)
    assert second.languages == ["fr", "de"]
    assert follows(second) == {
        "chp_1": None, "art_1": None, "art_2": None, "chp_2": None, "art_3": 1, "art_4": None,
    }  # fmt: skip


def test_a_translation_is_behind_until_it_is_brought_up_to_date(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    assert follows(second)["art_3"] == 1
    assert follows(second)["art_1"] is None
    german(second, "art_3", "Jeder Verstoß wird mit 98 Euro geahndet.")
    assert follows(second)["art_3"] is None
    amend(second, "art_3", "Une amende de 145 euros est due par infraction.")
    assert follows(second)["art_3"] == 0  # 98 euros were never public


def test_words_that_go_back_bring_their_translation_back(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    before = clause(second, "art_3").source
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    amend(second, "art_3", before)
    assert follows(second)["art_3"] is None
    german(second, "art_3", "Jeder Verstoß wird mit 98 Euro geahndet.")
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    amend(second, "art_3", before)
    assert follows(second)["art_3"] == 0
    row = clause(second, "art_3")
    with act() as writing:
        revision.restore(writing, second, row.clause_id, actor=COMMAND, now=NOW)
    assert follows(second)["art_3"] is None
    assert "49 Euro" in clause(second, "art_3", "de").text


def test_a_number_alone_leaves_the_translation_as_it_is(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    amend(second, "art_3", clause(second, "art_3").source, number="Art. 30")
    assert follows(second)["art_3"] is None


def test_it_stays_behind_over_versions_until_somebody_says_that_it_holds(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    make_public(second)
    third = begin(consultation)
    assert follows(third)["art_3"] == 1
    amend(third, "art_3", "Une amende de 145 euros est due par infraction.")
    assert follows(third)["art_3"] == 1
    with act() as writing:
        translating.still_holds(
            writing, third, clause(third, "art_3").clause_id, "de", actor=COMMAND, now=NOW
        )
    assert follows(third)["art_3"] is None


def test_a_new_clause_is_missing_until_it_is_translated(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    words = revision.wording(number="Art. 2bis", heading="", source="Neuf.")
    with act() as writing:
        made = revision.insert(
            writing, second, "fr", words=words, after=clause(second, "art_2").clause_id,
            actor=COMMAND, now=NOW,
        )  # fmt: skip
        clause_id = made.clause_id
    text, german_rows = (queries.clauses(session, second.id, code) for code in ("fr", "de"))
    found = standing("de", text, german_rows)
    assert ([row.key for row in found.missing], found.behind, found.translated) == (
        ["art_2bis"], (), 6,
    )  # fmt: skip
    shown = in_language(text, german_rows)
    assert [row.language for row in shown] == ["de", "de", "de", "fr", "de", "de", "de"]
    german(second, "art_2bis", "Neu.")
    rows = queries.clauses(session, second.id, "de")
    assert [row.clause_id for row in rows] == [row.clause_id for row in text]
    with act() as writing:
        revision.move(writing, second, clause_id, after=None, actor=COMMAND, now=NOW)
    assert queries.clauses(session, second.id, "de")[0].clause_id == clause_id
    with act() as writing:
        revision.delete(writing, second, clause_id, saved=0, actor=COMMAND, now=NOW)
    assert len(queries.clauses(session, second.id, "de")) == 6


def test_two_who_translate_the_same_clause(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    german(second, "art_1", "Erster.", saved=0)
    with pytest.raises(StaleClauseError):
        german(second, "art_1", "Zweiter.", saved=0)
    row = clause(second, "art_1")
    with act() as writing:
        revision.delete(writing, second, row.clause_id, saved=0, actor=COMMAND, now=NOW)
    words = revision.wording(number="", heading="", source="Zu spät.")
    with pytest.raises(ClauseGoneError), act() as writing:
        translating.translate(
            writing, second, row.clause_id, "de", words=words, saved=1, actor=COMMAND, now=NOW
        )


def test_a_revised_file_of_the_text_leaves_its_translation_behind(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    replace(consultation, TEXT.replace("49 euros", "98 euros"))
    assert follows(second)["art_3"] == 1
    replace(consultation, TEXT[: TEXT.index("### Art. 4")])
    assert [row.key for row in queries.clauses(session, second.id, "de")] == [
        "chp_1", "art_1", "art_2", "chp_2", "art_3",
    ]  # fmt: skip
    with pytest.raises(NotTheAuthenticLanguageError):
        replace(consultation, GERMAN, "de")


def test_the_authentic_language_is_no_translation_and_can_not_be_dropped(session: Session) -> None:
    consultation = make_text()
    version = current(session, consultation)
    with pytest.raises(AuthenticLanguageError), act() as writing:
        translating.add_language(writing, version, "fr", words={}, actor=COMMAND, now=NOW)
    with pytest.raises(PublishedError), act() as writing:
        translating.drop_language(writing, version, "de", actor=COMMAND, now=NOW)
    second = begin(consultation)
    with pytest.raises(AuthenticLanguageError), act() as writing:
        translating.drop_language(writing, second, "fr", actor=COMMAND, now=NOW)


def test_a_language_is_left_out_of_the_next_version(session: Session) -> None:
    consultation = make_text()
    first = current(session, consultation)
    translated(consultation, first)
    second = begin(consultation)
    with act() as writing:
        translating.drop_language(writing, second, "de", actor=COMMAND, now=NOW)
    assert (second.languages, queries.clauses(session, second.id, "de")) == (["fr"], [])
    assert len(queries.clauses(session, first.id, "de")) == 6


def test_a_translation_has_no_edits_that_an_answer_must_explain(session: Session) -> None:
    consultation = make_text()
    translated(consultation, current(session, consultation))
    second = begin(consultation)
    german(second, "art_1", "Dieses Gesetz regelt die Gehwege.")
    assert queries.edits_of_version(session, second.id) == []


def test_while_answers_are_being_published_no_language_is_added(session: Session) -> None:
    consultation = make_text()
    version = current(session, consultation)
    with act() as writing:
        release.begin(
            writing, kind=PUBLICATION, reference=f"consultation:{consultation.id}",
            decisions=0, now=NOW,
        )  # fmt: skip
    with pytest.raises(BeingPublishedError):
        translated(consultation, version)


def test_where_a_translation_is_behind_the_change_is_shown_in_the_authentic_words(
    session: Session,
) -> None:
    consultation = make_text()
    first = current(session, consultation)
    translated(consultation, first)
    second = begin(consultation)
    amend(second, "art_3", "Une amende de 98 euros est due par infraction.")
    amend(second, "art_1", "La présente loi règle les trottoirs.")
    german(second, "art_1", "Dieses Gesetz regelt die Gehwege.")
    found = queries.texts_of(session, [first.id, second.id], ["fr", "de"])
    before, after = comparable(
        (found[first.id, "fr"], found[first.id, "de"]),
        (found[second.id, "fr"], found[second.id, "de"]),
    )
    told = {a.key: (b.language, a.language) for b, a in zip(before, after, strict=True)}
    assert told["art_3"] == ("fr", "fr")
    assert told["art_1"] == ("de", "de")
    assert aligning.align(before, ()).missing == tuple(before)


def test_words_of_a_file_are_those_of_the_aligned_clauses(session: Session) -> None:
    version = current(session, make_text())
    parsed = importing.read_markdown(GERMAN, "de")
    found = aligning.align(queries.clauses(session, version.id, "fr"), parsed.clauses)
    assert [p.row.key for p in found.pairs if p.row] == [c.key for c in parsed.clauses]
    first = found.pairs[1].clause
    assert Wording(first.number, first.heading, first.rendered).number == "Art. 1"


def test_an_untouched_translation_lets_nobody_delete_what_somebody_else_has_amended(
    app: Flask,
) -> None:
    made = make_text()
    first = queries.current_version(db.session(), made.id)
    assert first is not None
    translated(made, first)
    version = begin(made)
    seen = clause(version, "art_2").saved
    amend(version, "art_2", "(1) Les communes instaurent une zone à 20 km/h.")
    row = clause(version, "art_2")
    db.session.rollback()
    with pytest.raises(StaleClauseError), act() as session:
        revision.delete(session, version, row.clause_id, saved=seen, actor=COMMAND, now=clock.now())
    assert clause(version, "art_2").text == row.text
