"""A small draft and quick comments for tests."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import inspect, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.kernel import clock
from consult.kernel.actor import VISITOR
from consult.kernel.db import Base, current_session, db
from consult.kernel.transaction import act
from consult.submissions import intake
from consult.submissions.intake import Received
from consult.submissions.models import Comment, CommentRevision, Point, Submission

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


@dataclass(frozen=True)
class Sent:
    """The rows of a comment that came in."""

    submission: Submission
    comment: Comment
    revision: CommentRevision
    points: list[Point]


def rows_of(session: Session, got: Received) -> Sent:
    """The rows behind the ids that intake returns."""
    revision = session.get_one(CommentRevision, got.revision_id)
    points = select(Point).where(Point.revision_id == revision.id).order_by(Point.start)
    return Sent(
        session.get_one(Submission, got.submission_id),
        session.get_one(Comment, got.comment_id),
        revision,
        list(session.scalars(points)),
    )


def send(
    consultation: Consultation,
    words: str = "Mehr Bäume, bitte.",
    *,
    received_at: datetime | None = None,
    now: datetime | None = None,
    clause: Clause | None = None,
    submission: Submission | None = None,
    **facts: object,
) -> Sent:
    """Take in one comment in an act of its own."""
    got = take_in(
        consultation,
        words,
        received_at=received_at,
        now=now,
        clause_id=clause.id if clause else None,
        submission_id=submission.id if submission else None,
        **facts,
    )
    return rows_of(current_session(), got)


def take_in(
    consultation: Consultation,
    words: str = "Mehr Bäume, bitte.",
    *,
    received_at: datetime | None = None,
    now: datetime | None = None,
    **facts: object,
) -> Received:
    """The same as intake returns it."""
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


def newer_version(old: str = "cars", new: str = "lorries", *, without: bool = False) -> None:
    """A second version of the only text, in which art_2 reads differently, or is left out."""
    with act() as session:
        first = session.scalars(select(Version)).one()
        rows = session.scalars(select(ClauseText)).all()
        second = Version(
            draft_id=first.draft_id, number=2, title=first.title, languages=first.languages,
            created_at=clock.now(), published_at=clock.now(),
        )  # fmt: skip
        session.add(second)
        session.flush()
        for row in rows:
            if without and row.position == 10:
                continue
            text = row.text.replace(old, new) if row.position == 10 else row.text
            session.add(
                ClauseText(
                    version_id=second.id,
                    clause_id=row.clause_id,
                    language=row.language,
                    kind=row.kind,
                    position=row.position,
                    number=row.number,
                    heading=row.heading,
                    source=text,
                    html=f"<p>{text}</p>",
                    text=text,
                )
            )


def every_word(session: Session, but: Container[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Each cell of the database as text, with the table and column in which it stands."""
    session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for column, value in row.items():
                if f"{table.name}.{column}" not in but and value is not None:
                    yield f"{table.name}.{column}", str(value)
    for name in inspect(db.engine).get_table_names():
        if name.startswith("search_fts"):
            for cells in session.execute(sql(f"select * from {name}")):
                yield name, str(tuple(cells))
