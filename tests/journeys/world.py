"""A filled database for the pages: the demo's two rounds, and one consultation in each other phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import invitations
from consult.accounts.models import ROLES, Body, Membership, User
from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts import revision
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act, end_reading
from consult.submissions.models import CommentImport, Submission
from tests.people import make_consultation, make_user
from tests.told import told

LONG = {
    "fr": "Règlement grand-ducal relatif aux zones de protection autour des captages d’eau",
    "de": "Großherzogliche Verordnung über Grundwasserschutzgebietsfestsetzungen",
    "lb": "Groussherzoglecht Reglement iwwer d’Grondwaasserschutzgebidder",
    "en": "Grand-ducal regulation on protection zones around groundwater abstraction points",
}


@dataclass(frozen=True)
class World:
    """What is there, for building addresses; `first` finds any other row."""

    session: Session
    body: Body
    # One consultation in each phase: `open` and `answered` are the demo's, with texts and comments.
    prepared: Consultation
    announced: Consultation
    open: Consultation
    considered: Consultation
    overdue: Consultation
    answered: Consultation
    # Has submissions of their own.
    citizen: User
    # Holds every role in every body.
    official: User

    def first(self, model: type[Any], *conditions: Any) -> Any:
        """The oldest row of a table under some conditions; there must be one."""
        statement = select(model).where(*conditions).order_by(model.id).limit(1)
        return self.session.execute(statement).scalar_one()


def _finish(answered: Consultation, still_open: Consultation, citizen: User) -> None:
    """What the story does not tell: a file brought in, and words of the citizen's to correct."""
    with act() as session:
        own = session.scalars(
            select(Submission)
            .where(Submission.consultation_id == still_open.id)
            .order_by(Submission.id)
            .limit(1)
        ).one()
        own.user_id = citizen.id
        session.add(
            CommentImport(
                consultation_id=answered.id,
                source="paper 2026",
                file_name="letters.csv",
                created_at=clock.now(),
                finished_at=clock.now(),
                state="done",
                rows=3,
                taken=3,
            )
        )
    end_reading()


def fill(app: Flask) -> World:
    """Fill an empty database, through the ordinary verbs."""
    told(app)
    session = db.session()
    answered, still_open = session.scalars(select(Consultation).order_by(Consultation.id)).all()
    bodies = session.scalars(select(Body).order_by(Body.id)).all()
    official = make_user(name="Jean Muller")
    _give_every_role(official, bodies)
    with act() as writing:
        invitations.invite(
            writing,
            body_id=bodies[0].id,
            email="new@example.org",
            role="editor",
            language="de",
            actor=COMMAND,
            now=clock.now(),
        )
    days = {
        "prepared": (9, 40, 99),
        "announced": (5, 30, 90),
        "considered": (-60, -20, 40),
        "overdue": (-90, -60, -3),
    }
    made = {
        name: make_consultation(
            bodies[0],
            slug=name,
            title=LONG,
            summary=LONG,
            opens_in=opens,
            closes_in=closes,
            answers_in=answers,
            announced=name != "prepared",
        )
        for name, (opens, closes, answers) in days.items()
    }
    _begin_next_version(still_open)
    citizen = session.scalars(
        select(User).join(Submission, Submission.user_id == User.id).order_by(User.id).limit(1)
    ).one()
    _finish(answered, still_open, citizen)
    return World(
        session=session,
        body=bodies[0],
        open=still_open,
        answered=answered,
        citizen=citizen,
        official=official,
        **made,
    )


def _begin_next_version(consultation: Consultation) -> None:
    """The open consultation's next text is being written: one clause amended, one struck."""
    session, now = db.session(), clock.now()
    with act() as writing:
        version = revision.begin_next(writing, consultation, actor=COMMAND, now=now)
    rows = [r for r in drafts.clauses(session, version.id, "de") if r.kind == "clause"]
    words = revision.wording(number=rows[0].number, heading="Zweck und Ziel", source="Neu gefasst.")
    with act() as writing:
        revision.amend(
            writing,
            version,
            rows[0].clause_id,
            "de",
            words=words,
            saved=rows[0].saved,
            actor=COMMAND,
            now=now,
        )
        revision.delete(writing, version, rows[1].clause_id, saved=0, actor=COMMAND, now=now)


def _give_every_role(official: User, bodies: Sequence[Body]) -> None:
    with act() as writing:
        for body in bodies:
            for role in ROLES:
                writing.add(
                    Membership(
                        user_id=official.id, body_id=body.id, role=role, granted_at=clock.now()
                    )
                )
