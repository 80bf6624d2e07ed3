"""Anchors of a whole version, carried over in batches while it is being published."""

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult import rooms
from consult.consultations.models import Consultation
from consult.drafts import queries, revision
from consult.drafts.anchors import selector
from consult.drafts.models import Anchor, Placement, Version
from consult.drafts.placing import Placer, store
from consult.jobs.worker import Worker
from consult.kernel import clock, release, search
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from tests.drafts import texts
from tests.drafts.texts import amend, begin, clause, make_text

NOW = clock.now()


def anchor(version: Version, key: str, words: str) -> int:
    row = clause(version, key)
    start = row.text.index(words)
    chosen = selector(row.text, start, start + len(words))
    with act() as session:
        made = Anchor(
            clause_id=row.clause_id,
            version_id=version.id,
            language="fr",
            exact=chosen.exact,
            prefix=chosen.prefix,
            suffix=chosen.suffix,
            start=chosen.start,
            end=chosen.end,
        )
        session.add(made)
        session.flush()
        return made.id


def current(session: Session, consultation: Consultation) -> Version:
    version = queries.current_version(session, consultation.id)
    assert version is not None
    return version


def place_next(version: Version, release_id: int | None, after: int, limit: int) -> int | None:
    session = db.session()
    batch = Placer(session, version.id).work_out(session, after=after, limit=limit)
    if batch is None:
        return None
    with act() as writing:
        store(writing, batch, release_id=release_id)
    return batch.last


def place_all(version: Version, release_id: int | None = None, limit: int = 2) -> None:
    last: int | None = 0
    while last is not None:
        last = place_next(version, release_id, last, limit)


def placed(session: Session, version: Version) -> dict[int, tuple[str, str | None]]:
    rows = {row.clause_id: row for row in queries.clauses(session, version.id, "fr")}
    found: dict[int, tuple[str, str | None]] = {}
    for p in session.scalars(select(Placement).where(Placement.version_id == version.id)):
        words = None
        if p.start is not None and p.clause_id is not None:
            words = f"{rows[p.clause_id].key}: {rows[p.clause_id].text[p.start : p.end]}"
        found[p.anchor_id] = (p.state, words)
    return found


def test_each_state_over_two_versions(session: Session) -> None:
    consultation = make_text()
    first = current(session, consultation)
    speed = anchor(first, "art_2", "une zone à 30 km/h")
    sign = anchor(first, "art_2", "signalée à chaque entrée")
    fine = anchor(first, "art_3", "Une amende de 49 euros")
    entry = anchor(first, "art_4", "entre en vigueur")
    second = begin(consultation)
    amend(
        second,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 20 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée.",
    )
    with act() as writing:
        revision.delete(
            writing, second, clause(second, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    place_all(second)
    texts.release(second)
    assert placed(session, second) == {
        speed: ("edited", "art_2: une zone à 20 km/h"),
        sign: ("unchanged", "art_2: signalée à chaque entrée"),
        fine: ("deleted", None),
        entry: ("unchanged", "art_4: entre en vigueur"),
    }
    # In the third version the old figure is back, and the struck clause stands elsewhere.
    third = begin(consultation)
    amend(
        third,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 30 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée.",
    )
    amend(
        third,
        "art_1",
        "La présente loi règle l’usage des trottoirs par les piétons."
        "\n\nUne amende de 49 euros est due par infraction.",
    )
    place_all(third)
    assert placed(session, third) == {
        speed: ("unchanged", "art_2: une zone à 30 km/h"),
        sign: ("unchanged", "art_2: signalée à chaque entrée"),
        fine: ("moved", "art_1: Une amende de 49 euros"),
        entry: ("unchanged", "art_4: entre en vigueur"),
    }


def test_words_that_stand_twice_are_not_followed_to_another_clause(session: Session) -> None:
    consultation = make_text()
    fine = anchor(current(session, consultation), "art_3", "Une amende de 49 euros est due")
    second = begin(consultation)
    words = clause(second, "art_3").source
    with act() as writing:
        revision.delete(
            writing, second, clause(second, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    amend(second, "art_1", words)
    amend(second, "art_4", words)
    place_all(second)
    assert placed(session, second) == {fine: ("deleted", None)}


def test_batches_can_be_repeated_and_a_new_release_takes_over(session: Session) -> None:
    consultation = make_text()
    first = current(session, consultation)
    ids = [
        anchor(first, "art_2", "une zone"),
        anchor(first, "art_2", "chaque entrée"),
        anchor(first, "art_3", "amende"),
    ]
    second = begin(consultation)
    with act() as writing:
        one = release.begin(writing, kind="publication", reference="x:1", decisions=0, now=NOW)
        release.abandon(one)
    with act() as writing:
        two = release.begin(writing, kind="publication", reference="x:1", decisions=0, now=NOW)
        release.abandon(two)
    assert place_next(second, one.id, after=0, limit=2) == ids[1]
    place_all(second, one.id)
    place_all(second, one.id)
    amend(second, "art_3", "Rien.")
    place_all(second, two.id)
    rows = session.scalars(select(Placement).order_by(Placement.anchor_id)).all()
    assert [(p.state, p.release_id) for p in rows] == [
        ("unchanged", two.id),
        ("unchanged", two.id),
        ("deleted", two.id),
    ]


def test_what_a_person_placed_stays(session: Session) -> None:
    consultation = make_text()
    fine = anchor(current(session, consultation), "art_3", "amende")
    second = begin(consultation)
    place_all(second)
    person = make_text().created_by
    from tests.people import make_user

    user = make_user()
    with act() as writing:
        writing.execute(update(Placement).values(state="edited", placed_by=user.id))
    place_all(second)
    assert person is None
    assert placed(session, second)[fine][0] == "edited"


def test_clauses_are_found_only_once_they_are_public(app: Flask, session: Session) -> None:
    worker = Worker(rooms.HANDLERS, app.app_context)

    def found(words: str) -> list[int]:
        return search.find(session, kind="clause", query=words, languages=["fr", "de"])

    consultation = make_text()
    while worker.run_one():
        pass
    first = current(session, consultation)
    assert found("trottoir") == [clause(first, "art_1").clause_id]
    second = begin(consultation)
    amend(second, "art_1", "La présente loi règle les bancs.")
    with act() as writing:
        revision.delete(
            writing, second, clause(second, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    assert not found("bancs")
    texts.release(second)
    while worker.run_one():
        pass
    assert found("banc") == [clause(second, "art_1").clause_id]
    assert not found("amendes infraction")
