"""A filled database for the pages: the demo's two rounds, and one consultation in each other phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import invitations
from consult.accounts.models import ROLES, Body, Membership, User
from consult.answers.milestones import keeping as milestones
from consult.answers.models import TextModule
from consult.consultations.models import Consultation
from consult.drafts import bringing, reshaping, revision
from consult.drafts import queries as drafts
from consult.drafts.bringing import Brought
from consult.drafts.models import Placement
from consult.drafts.reading import read_outline
from consult.files.sniffing import examined
from consult.kernel import clock
from consult.kernel.actor import COMMAND, SYSTEM, VISITOR, Actor
from consult.kernel.db import db
from consult.kernel.transaction import act, end_reading
from consult.moderation import redaction, removal
from consult.moderation.cases import disowning
from consult.moderation.objections import objecting
from consult.moderation.redacting.models import PersonalFinding
from consult.moderation.reporting import report
from consult.pages.bringing.desk import JOINED
from consult.submissions import attachments
from consult.submissions.mail import taking
from consult.submissions.models import Comment, CommentImport, CommentRevision, Submission
from tests.journeys import drafting
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
    """What the story does not tell: a file brought in, words of the citizen's to correct, and words
    of which nobody knows where they went."""
    with act() as session:
        lost = session.scalars(
            select(Placement)
            .join(Comment, Comment.anchor_id == Placement.anchor_id)
            .where(Comment.state == "published", Placement.state != "edited")
            .order_by(Placement.id)
            .limit(1)
        ).one()
        lost.state, lost.clause_id, lost.start, lost.end = "unclear", None, None, None
        own = session.scalars(
            select(Submission)
            .where(Submission.consultation_id == still_open.id)
            .order_by(Submission.id)
            .limit(1)
        ).one()
        own.user_id = citizen.id
        session.add(
            TextModule(
                body_id=session.scalars(select(Body.id).order_by(Body.id).limit(1)).one(),
                title="Données personnelles",
                words={"fr": "Les données sont traitées conformément au règlement (UE) 2016/679."},
                changed_at=clock.now(),
            )
        )
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
    _say_not_me(answered, citizen)
    end_reading()


def _say_not_me(answered: Consultation, citizen: User) -> None:
    """Somebody reported a comment as published in their name, and an official opened a case; two
    others were removed, and the author of one objected."""
    with act() as session:
        comment, removed, objected = session.scalars(
            select(Comment)
            .where(
                Comment.consultation_id == answered.id,
                Comment.state == "published",
                Comment.root_id.is_(None),
                Comment.replies_id.is_(None),
                Comment.anchor_id.is_(None),
            )
            .order_by(Comment.id.desc())
            .limit(3)
        )
        for own in (comment, removed, objected):
            session.get_one(Submission, own.submission_id).user_id = citizen.id
        comment_id, consultation_id = comment.id, answered.id
        report(
            session, comment_id, reason="not_me", note="I was abroad.", email="real@example.org",
            language="en", form_number="a form of somebody", actor=VISITOR, now=clock.now(),
        )  # fmt: skip
        consultation = session.get_one(Consultation, consultation_id)
        disowning.open_from_report(session, consultation, comment_id, actor=SYSTEM, now=clock.now())
        for gone in (removed.id, objected.id):
            removal.remove(
                session, consultation, gone, reason="insult", note={"en": "It insults a person."},
                actor=SYSTEM, now=clock.now(),
            )  # fmt: skip
        objecting.object_(
            session, objected.id, text="It does not.", form_number="an objection",
            actor=Actor.user(citizen.id), now=clock.now(),
        )  # fmt: skip


def _take_words_out(answered: Consultation) -> None:
    """A comment and a letter without some of their words, and another comment in which something
    was found."""
    now, session = clock.now(), db.session()
    rows = session.scalars(
        select(CommentRevision)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            Comment.consultation_id == answered.id,
            Comment.state == "published",
            Comment.root_id.is_(None),
            CommentRevision.superseded_at.is_(None),
        )
        .order_by(CommentRevision.id.desc())
        .limit(2)
    ).all()
    taken, found = rows
    letter = session.scalars(
        select(CommentRevision)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Submission.consultation_id == answered.id, Submission.channel == "paper")
        .order_by(CommentRevision.id)
        .limit(1)
    ).one()
    for revision_ in (taken, letter):
        cuts = redaction.by_hand(revision_.text, [revision_.text.split()[0]], "name")
        made = redaction.plan(revision_.source, revision_.text, revision_.language, cuts)
        with act() as writing:
            redaction.redact(
                writing,
                answered,
                revision_.comment_id,
                made,
                seen=redaction.Seen(revision_.id, 0),
                ground="third_person",
                actor=COMMAND,
                now=now,
            )
    scan = examined(b"%PDF-1.7\nA letter.\n", "Brief.pdf", "scan")
    with act() as writing:
        submission_id = writing.get_one(Comment, letter.comment_id).submission_id
        attachments.attach(writing, answered, submission_id, [scan], actor=COMMAND, now=now)
        writing.add(
            PersonalFinding(
                consultation_id=answered.id,
                comment_id=found.comment_id,
                revision_id=found.id,
                kind="name",
                start=0,
                end=len(found.text.split()[0]),
            )
        )


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
    _bring_texts_in(still_open, made["announced"])
    citizen = session.scalars(
        select(User).join(Submission, Submission.user_id == User.id).order_by(User.id).limit(1)
    ).one()
    _finish(answered, still_open, citizen)
    _take_words_out(answered)
    _bring_a_mail(still_open)
    _promise(answered)
    drafting.together(citizen, still_open, made["considered"])
    return World(
        session=session,
        body=bodies[0],
        open=still_open,
        answered=answered,
        citizen=citizen,
        official=official,
        **made,
    )


def _bring_a_mail(consultation: Consultation) -> None:
    """A file of mails was sent, and nobody has taken them in yet."""
    mail = (
        b"From: nina@example.org\nSubject: Bancs\nMessage-ID: <1@example.org>\n\nPlus de bancs !\n"
    )
    with act() as writing:
        taking.open_import(
            writing, consultation, file_name="a.eml", content=mail, actor=COMMAND, now=clock.now()
        )


def _promise(consultation: Consultation) -> None:
    """Something that is promised for after the outcome."""
    with act() as writing:
        milestones.promise(
            writing, consultation, title={"fr": "Dépôt du projet de loi"}, due_at=None,
            actor=COMMAND, now=clock.now(),
        )  # fmt: skip


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


def _bring_texts_in(revised: Consultation, first: Consultation) -> None:
    """A revised file with a doubtful clause, reshaped once; and a large first file, still to be read."""
    session, now = db.session(), clock.now()
    version = drafts.current_version(session, revised.id)
    assert version is not None
    rows = [r for r in drafts.clauses(session, version.id, "de") if r.kind == "clause"]
    source = (
        "".join(f"### {row.number} – {row.heading}\n\n{row.source}\n\n" for row in rows[1:])
        .replace(rows[1].source, "Ganz anders gefasst als zuvor.")
        .replace(rows[1].heading, "Neues")
    )
    brought = Brought("de", "Entwurf.docx", source=source)
    with act() as writing:
        found = bringing.store(writing, revised, brought, saved=0, actor=COMMAND, now=now)
        bringing.store(
            writing,
            first,
            Brought("de", "Gesetz.docx", content=b"PK"),
            saved=0,
            actor=COMMAND,
            now=now,
        )
    done = reshaping.join(read_outline(source, "de"), len(rows) - 2)
    step = bringing.step(source, done, JOINED)
    with act() as writing:
        bringing.reshape(writing, revised.id, done, step, saved=found.saved, actor=COMMAND, now=now)


def _give_every_role(official: User, bodies: Sequence[Body]) -> None:
    with act() as writing:
        for body in bodies:
            for role in ROLES:
                writing.add(
                    Membership(
                        user_id=official.id, body_id=body.id, role=role, granted_at=clock.now()
                    )
                )
