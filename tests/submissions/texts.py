"""A small draft and quick comments for tests."""

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.kernel import clock
from consult.kernel.actor import VISITOR
from consult.kernel.transaction import act
from consult.submissions import intake
from consult.submissions.intake import Received

WORDS = "Die Gemeinde baut sichere Wege für Räder. Sie baut keine Wege für Autos."

_guid = count(1)


def make_draft(
    consultation: Consultation, *, clauses: int = 3, text: str = WORDS, language: str = "de"
) -> tuple[Version, list[Clause]]:
    """A published first version of clauses art_1, art_2 … that all say the same."""
    now = clock.now()
    with act() as session:
        draft = Draft(consultation_id=consultation.id, language=language)
        session.add(draft)
        session.flush()
        version = Version(
            draft_id=draft.id,
            number=1,
            title={language: "Entwurf"},
            languages=[language],
            created_at=now,
            published_at=now,
        )
        made = [
            Clause(draft_id=draft.id, key=f"art_{i + 1}", guid=f"guid-{next(_guid)}")
            for i in range(clauses)
        ]
        session.add_all([version, *made])
        session.flush()
        for i, clause in enumerate(made):
            session.add(
                ClauseText(
                    version_id=version.id,
                    clause_id=clause.id,
                    language=language,
                    kind="clause",
                    position=i * 10,
                    number=f"Art. {i + 1}",
                    heading="Wege",
                    source=text,
                    html=f"<p>{text}</p>",
                    text=text,
                )
            )
    return version, made


def send(
    consultation: Consultation,
    words: str = "Mehr Bäume, bitte.",
    *,
    received_at: datetime | None = None,
    now: datetime | None = None,
    **facts: object,
) -> Received:
    """Take in one comment in an act of its own."""
    now = now or clock.now()
    prepared = intake.prepare(words, language="de")
    with act() as session:
        return intake.receive(
            session,
            consultation,
            prepared,
            received_at=received_at or now,
            actor=VISITOR,
            now=now,
            **{"language": "de", **facts},  # type: ignore[arg-type]
        )


def fresh(session: Session) -> Session:
    """The session with a new snapshot."""
    session.rollback()
    session.expire_all()
    return session
