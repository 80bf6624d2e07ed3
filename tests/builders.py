"""Rows for tests of the rooms above, put in directly: small, valid, and counted as the verbs do.

Each function is called inside an act and flushes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body, User
from consult.consultations.models import Consultation, ConsultationBody
from consult.drafts.models import Clause, ClauseText, Draft, Edit, Version
from consult.kernel.ids import random_bytes
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
    Tally,
    Thread,
)
from consult.submissions.participation import counting
from consult.themes.models import (
    ACCEPTED,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Run,
    Theme,
)

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
_numbers = count(1)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Said:
    """A comment with its revision and its one point."""

    comment: Comment
    revision: CommentRevision
    point: Point


def body(session: Session, name: str = "Ministère") -> Body:
    made = Body(slug=f"body-{next(_numbers)}", name={"fr": name, "en": name}, created_at=NOW)
    return _add(session, made)


def official(session: Session, name: str = "Anne Weber") -> User:
    made = User(
        email=f"u{next(_numbers)}@example.org",
        name=name,
        password_hash="-",
        language="fr",
        created_at=NOW,
        confirmed_at=NOW,
    )
    return _add(session, made)


def consultation(session: Session, slug: str = "law", *, lead: Body | None = None) -> Consultation:
    """A consultation that has closed and whose answer is due in ten days."""
    made = _add(
        session,
        Consultation(
            slug=slug,
            title={"fr": "Loi sur la mobilité", "en": "Mobility Act"},
            summary={"fr": "Un avant-projet.", "en": "A draft."},
            languages=["fr", "de", "lb", "en"],
            created_at=NOW - timedelta(days=90),
            announced_at=NOW - timedelta(days=80),
            opens_at=NOW - timedelta(days=70),
            closes_at=NOW - timedelta(days=20),
            answer_due_at=NOW + timedelta(days=10),
            first_answer_due_at=NOW + timedelta(days=10),
        ),
    )
    lead = lead or body(session)
    session.add(ConsultationBody(consultation_id=made.id, body_id=lead.id, part="lead"))
    session.add(Thread(consultation_id=made.id, kind="whole"))
    session.add(Tally(consultation_id=made.id))
    session.flush()
    return made


def say(
    session: Session,
    consultation: Consultation,
    text: str = "Plus de bus le soir.",
    *,
    submission: Submission | None = None,
    email: str | None = None,
    root: Comment | None = None,
    owed: bool | None = None,
    late: bool = False,
    language: str = "fr",
    clause: Clause | None = None,
) -> Said:
    """A comment (or a reply to `root`), published."""
    tally = session.get_one(Tally, consultation.id)
    owed = (root is None and not late) if owed is None else owed
    submission = submission or submit(session, consultation, email=email, language=language)
    thread = _thread(session, consultation, root, clause)
    thread.last_position += 1
    thread.comments += 1
    tally.last_seq += 1
    tally.comments += 1
    tally.owed += owed
    made = _add(
        session,
        Comment(
            submission_id=submission.id,
            consultation_id=consultation.id,
            seq=tally.last_seq,
            thread_id=thread.id,
            position=thread.last_position,
            clause_id=clause.id if clause else None,
            root_id=root.id if root else None,
            parent_id=root.id if root else None,
            addressed=root is not None and owed,
            language=language,
            state=PUBLISHED,
            state_at=NOW,
            received_at=submission.received_at,
            late=late,
        ),
    )
    revision = _add(
        session,
        CommentRevision(
            comment_id=made.id,
            source=text,
            html=f"<p>{text}</p>",
            text=text,
            salt=random_bytes(),
            language=language,
            written_at=NOW,
        ),
    )
    point = point_of(session, made, revision, 0, len(text), owed=owed)
    return Said(made, revision, point)


def point_of(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    start: int,
    end: int,
    *,
    owed: bool = True,
) -> Point:
    made = Point(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        revision_id=revision.id,
        start=start,
        end=end,
        created_at=NOW,
        owed=owed,
    )
    return _add(session, made)


def submit(
    session: Session, consultation: Consultation, *, email: str | None = None, language: str = "fr"
) -> Submission:
    made = _add(
        session,
        Submission(
            consultation_id=consultation.id,
            secret=random_bytes(),
            channel="web",
            language=language,
            received_at=NOW - timedelta(days=30),
            recorded_at=NOW - timedelta(days=30),
            respondent="citizen",
        ),
    )
    session.add(Contact(submission_id=made.id, name="", email=email, changed_at=NOW))
    session.get_one(Tally, consultation.id).submissions += 1
    session.flush()
    counting.add(session, consultation.id, {counting.kind_of(vars(made)): 1})
    return made


def _thread(
    session: Session, consultation: Consultation, root: Comment | None, clause: Clause | None
) -> Thread:
    if root is not None:
        if root.replies_id is None:
            root.replies_id = _add(
                session, Thread(consultation_id=consultation.id, kind="replies")
            ).id
        return session.get_one(Thread, root.replies_id)
    clause_id = clause.id if clause else None
    found = session.scalar(
        select(Thread).where(
            Thread.consultation_id == consultation.id,
            Thread.kind == ("clause" if clause else "whole"),
            Thread.clause_id.is_(None) if clause_id is None else Thread.clause_id == clause_id,
        )
    )
    return found or _add(
        session, Thread(consultation_id=consultation.id, kind="clause", clause_id=clause_id)
    )


def theme(
    session: Session,
    consultation: Consultation,
    title: str = "Bus",
    *,
    parent: Theme | None = None,
    state: str = ACCEPTED,
) -> Theme:
    made = Theme(
        consultation_id=consultation.id,
        title={"fr": title, "en": title},
        parent_id=parent.id if parent else None,
        state=state,
        created_at=NOW,
        decided_at=NOW,
    )
    return _add(session, made)


def assign(session: Session, point: Point, theme: Theme | None, person: User | None = None) -> None:
    """A label by a person, or by the current run of the consultation (made if missing)."""
    run = None if person else _run(session, point.consultation_id)
    session.add(
        Assignment(
            point_id=point.id,
            theme_id=theme.id if theme else None,
            run_id=run.id if run else None,
            person_id=person.id if person else None,
            at=NOW,
        )
    )
    session.flush()


def _run(session: Session, consultation_id: int) -> Run:
    current = session.get(CurrentRun, consultation_id)
    if current is not None:
        return session.get_one(Run, current.run_id)
    run = _add(session, Run(consultation_id=consultation_id, state="recorded", requested_at=NOW))
    session.add(CurrentRun(consultation_id=consultation_id, run_id=run.id))
    session.flush()
    return run


def campaign(session: Session, consultation: Consultation, points: list[Point]) -> Campaign:
    made = _add(
        session,
        Campaign(
            consultation_id=consultation.id,
            title={"fr": "Lettre type", "en": "Form letter"},
            state=ACCEPTED,
            template_point_id=points[0].id if points else None,
            created_at=NOW,
            points=len(points),
        ),
    )
    session.add_all(
        CampaignMember(campaign_id=made.id, point_id=p.id, state=ACCEPTED) for p in points
    )
    session.flush()
    return made


def draft(session: Session, consultation: Consultation) -> tuple[Version, Clause, ClauseText]:
    """A published first version with one clause."""
    made = _add(session, Draft(consultation_id=consultation.id, language="fr"))
    version = _add(
        session,
        Version(
            draft_id=made.id,
            number=1,
            title={"fr": "Avant-projet"},
            languages=["fr"],
            created_at=NOW,
            published_at=None,
        ),
    )
    clause = _add(session, Clause(draft_id=made.id, key="art_1", guid=str(uuid4())))
    words = clause_text(session, version, clause, "Le bus passe toutes les heures.")
    version.published_at = NOW - timedelta(days=70)
    session.flush()
    return version, clause, words


def clause_text(session: Session, version: Version, clause: Clause, text: str) -> ClauseText:
    position = 1 + (
        session.scalar(
            select(func.max(ClauseText.position)).where(ClauseText.version_id == version.id)
        )
        or 0
    )
    made = ClauseText(
        version_id=version.id,
        clause_id=clause.id,
        language="fr",
        kind="clause",
        position=position,
        number=f"Art. {position}",
        heading="Cadence",
        source=text,
        html=f"<p>{text}</p>",
        text=text,
    )
    return _add(session, made)


def amended(
    session: Session, first: Version, clause: Clause, before: ClauseText, text: str
) -> tuple[Version, Edit]:
    """The next version, not published, in which the clause reads otherwise."""
    version = _add(
        session,
        Version(
            draft_id=first.draft_id,
            number=first.number + 1,
            title=first.title,
            languages=["fr"],
            created_at=NOW,
        ),
    )
    after = clause_text(session, version, clause, text)
    edit = Edit(
        version_id=version.id,
        clause_id=clause.id,
        language="fr",
        kind="changed",
        before_text_id=before.id,
        after_text_id=after.id,
        before_end=len(before.text),
        after_end=len(text),
        before_words=before.text,
        after_words=text,
    )
    return version, _add(session, edit)


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
