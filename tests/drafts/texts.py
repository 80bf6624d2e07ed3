"""Small texts for tests, brought in through the ordinary verbs."""

from consult.consultations.models import Consultation
from consult.drafts import import_queries, importing, publishing, queries, revision, translating
from consult.drafts.aligning import align
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.replacing import comparisons, replace_text
from consult.drafts.writing import Wording
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.transaction import act
from tests.people import make_body, make_consultation

TEXT = """# Loi sur les trottoirs

## Chapitre Ier – Généralités

### Art. 1er. – Objet

La présente loi règle l’usage des trottoirs par les piétons.

### Art. 2. – Vitesse

(1) Les communes peuvent instaurer une zone à 30 km/h.

(2) La zone est signalée à chaque entrée.

## Chapitre II – Dispositions finales

### Art. 3. – Amendes

Une amende de 49 euros est due par infraction.

### Art. 4. – Entrée en vigueur

La présente loi entre en vigueur le 1er janvier.
"""

# The same in German, as a translator would send it.
GERMAN = """# Gesetz über die Gehwege

## Kapitel I – Allgemeines

### Art. 1. – Gegenstand

Dieses Gesetz regelt die Nutzung der Gehwege durch Fußgänger.

### Art. 2. – Geschwindigkeit

(1) Die Gemeinden können eine Zone mit 30 km/h einrichten.

(2) Die Zone wird an jeder Einfahrt angezeigt.

## Kapitel II – Schlussbestimmungen

### Art. 3. – Geldbußen

Jeder Verstoß wird mit 49 Euro geahndet.

### Art. 4. – Inkrafttreten

Dieses Gesetz tritt am 1. Januar in Kraft.
"""


def make_text(source: str = TEXT, *, publish: bool = True, language: str = "fr") -> Consultation:
    """An open consultation with a first version."""
    consultation = make_consultation(make_body())
    parsed = importing.read_markdown(source, language)
    with act() as session:
        version = importing.import_first(
            session, consultation, parsed, actor=COMMAND, now=clock.now()
        )
    if publish:
        with act() as session:
            publishing.publish_first(session, version, actor=COMMAND, now=clock.now())
    return consultation


def begin(consultation: Consultation) -> Version:
    with act() as session:
        return revision.begin_next(session, consultation, actor=COMMAND, now=clock.now())


def replace(consultation: Consultation, source: str, language: str = "fr") -> Version:
    """Bring a revised file in, as the command does."""
    parsed = importing.read_markdown(source, language)
    plan = import_queries.present_plan(current_session(), consultation.id, parsed)
    assert plan is not None
    made = comparisons(plan)
    with act() as session:
        return replace_text(
            session, consultation, parsed, plan, made, actor=COMMAND, now=clock.now()
        )


def release(version: Version) -> None:
    with act() as session:
        publishing.release_version(session, version, now=clock.now())


def clause(version: Version, key: str, language: str = "fr") -> ClauseRow:
    from consult.kernel.db import db

    rows = queries.clauses(db.session(), version.id, language)
    return next(row for row in rows if row.key == key)


def amend(version: Version, key: str, source: str, **others: str) -> None:
    """Give a clause other words, as an official who has just opened it."""
    row = clause(version, key)
    words = revision.wording(
        number=others.get("number", row.number),
        heading=others.get("heading", row.heading),
        source=source,
    )
    with act() as session:
        revision.amend(
            session,
            version,
            row.clause_id,
            row.language,
            words=words,
            saved=row.saved,
            actor=COMMAND,
            now=clock.now(),
        )


def translated(
    consultation: Consultation, version: Version, source: str = GERMAN, language: str = "de"
) -> int:
    """Bring a translation into a version, aligned as it comes; how many clauses were taken."""
    from consult.kernel.db import db

    parsed = importing.read_markdown(source, language)
    draft = queries.draft_of(db.session(), consultation.id)
    assert draft is not None
    rows = queries.clauses(db.session(), version.id, draft.language)
    words = {
        pair.row.clause_id: Wording(pair.clause.number, pair.clause.heading, pair.clause.rendered)
        for pair in align(rows, parsed.clauses).pairs
        if pair.row is not None
    }
    with act() as session:
        return translating.add_language(
            session,
            version,
            language,
            words=words,
            title=parsed.title,
            actor=COMMAND,
            now=clock.now(),
        )
